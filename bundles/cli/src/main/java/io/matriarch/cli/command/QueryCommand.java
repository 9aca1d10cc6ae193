package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Psql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "query",
        description = {
            "Run SQL by psql on the primary, a replica, or a member.",
            "Passwords are psql's business: PGPASSWORD, PGPASSFILE and ~/.pgpass work as ever.",
            "The exit status is psql's."
        })
final class QueryCommand implements Callable<Integer> {

    private final Root root;
    @Mixin private ServerChoice choice = new ServerChoice();

    @Option(
            names = {"-d", "--dbname"},
            paramLabel = "NAME",
            description = "Database (default: postgresql.database, or postgres).")
    private @Nullable String database;

    @Option(
            names = {"-U", "--username"},
            paramLabel = "NAME",
            description = "User of PostgreSQL.")
    private @Nullable String user;

    @Option(
            names = {"-q", "--command"},
            paramLabel = "SQL",
            description = "What to run.")
    private @Nullable String command;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Where to read what to run.")
    private @Nullable Path file;

    @Parameters(
            arity = "0..*",
            paramLabel = "ARGUMENT",
            description = "After --: more arguments of psql, such as -At.")
    private List<String> more = new ArrayList<>();

    QueryCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        if (command != null && file != null)
            throw new MatriarchException(
                    Code.USAGE, "--command and --file exclude each other", "give one of them");
        if (root.machineReadable())
            throw new MatriarchException(
                    Code.USAGE,
                    "query prints what psql prints, --output cannot change it",
                    "give psql's own options after --, such as: -- --csv");
        var session = root.session();
        String psql = psql(session.settings().binDir());
        var member = choice.of(session.cluster());
        var name = Optional.ofNullable(database).or(() -> session.settings().database());
        var line =
                Psql.command(
                        psql,
                        member,
                        name.or(() -> Optional.of("postgres")),
                        Optional.ofNullable(user),
                        arguments());
        if (root.dryRun()) {
            root.say("would run " + String.join(" ", line));
            return 0;
        }
        return run(line);
    }

    private List<String> arguments() {
        var arguments = new ArrayList<String>();
        if (command != null) arguments.addAll(List.of("-c", command));
        if (file != null) arguments.addAll(List.of("-f", file.toString()));
        arguments.addAll(more);
        return arguments;
    }

    private int run(List<String> line) throws MatriarchException {
        try {
            return root.surroundings().programs().run(line);
        } catch (IOException e) {
            throw missing(line.getFirst() + " cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MatriarchException(
                    Code.UNKNOWN_OUTCOME, "interrupted", "psql may have done its work", e);
        }
    }

    private String psql(Optional<Path> binDir) throws MatriarchException {
        String path = root.surroundings().environment().getOrDefault("PATH", "");
        var folders = new ArrayList<Path>();
        for (String folder : path.split(java.io.File.pathSeparator, -1))
            if (!folder.isEmpty()) folders.add(Path.of(folder));
        binDir.ifPresent(folders::add);
        for (Path folder : folders)
            if (Files.isExecutable(folder.resolve("psql")))
                return folder.resolve("psql").toString();
        throw missing("psql is neither on PATH nor in postgresql.bin_dir");
    }

    private static MatriarchException missing(String what) {
        return new MatriarchException(
                Code.POSTGRES_BINARIES,
                what,
                "install PostgreSQL's client (Debian: postgresql-client), or connect by yourself to"
                        + " what this prints: matriarchctl dsn");
    }
}
