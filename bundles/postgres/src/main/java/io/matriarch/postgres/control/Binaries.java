package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.core.NodeSettings;
import io.matriarch.postgres.core.PgVersion;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where PostgreSQL's programs are: {@code bin_dir}, or the search path, or Debian's and Red Hat's
 * directories, newest first; of the version an existing data directory asks for.
 */
public final class Binaries {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<String> ROOTS = List.of("/usr/lib/postgresql", "/usr");

    private final NodeSettings node;
    private final Programs programs;
    private volatile @Nullable Found found;

    private record Found(Path directory, PgVersion version) {}

    public Binaries(NodeSettings node, Programs programs) {
        this.node = node;
        this.programs = programs;
    }

    /** The version of the programs, which is that of the data directory where there is one. */
    public PgVersion version() throws PostgresException {
        return find().version();
    }

    /**
     * @throws PostgresException there is no such program; the message names where it was looked for
     */
    public Path program(String name) throws PostgresException {
        return optional(name)
                .orElseThrow(() ->
                        missing(
                                name,
                                List.of(
                                        Optional.ofNullable(found)
                                                .map(Found::directory)
                                                .orElse(Path.of("/")))));
    }

    /** A program that is nice to have. */
    public Optional<Path> optional(String name) throws PostgresException {
        Path path = find().directory().resolve(node.binNames().getOrDefault(name, name));
        return Files.isExecutable(path) ? Optional.of(path) : Optional.empty();
    }

    private Found find() throws PostgresException {
        Found known = found;
        Optional<PgVersion> asked = directoryVersion();
        if (known != null && asked.map(known.version()::equals).orElse(true)) return known;
        Found fresh = search(asked);
        found = fresh;
        return fresh;
    }

    private Found search(Optional<PgVersion> asked) throws PostgresException {
        String server = node.binNames().getOrDefault("postgres", "postgres");
        List<Path> candidates = candidates();
        var seen = new ArrayList<String>();
        for (Path directory : candidates) {
            if (!Files.isExecutable(directory.resolve(server))) continue;
            if (!complete(directory)) {
                seen.add(directory + " (without pg_basebackup)");
                continue;
            }
            var version = versionOf(directory.resolve(server));
            if (version.filter(PgVersion::supported).isPresent()
                    && asked.map(version.get()::equals).orElse(true))
                return new Found(directory, version.get());
            seen.add(directory + " (" + version.map(v -> "" + v.major()).orElse("unknown") + ")");
        }
        if (seen.isEmpty()) throw missing(server, candidates);
        throw new PostgresException(
                Code.POSTGRES_BINARIES,
                asked.map(v ->
                                "the data directory "
                                        + node.dataDir()
                                        + " is of PostgreSQL "
                                        + v.major())
                                .orElse("PostgreSQL 12 or newer is needed")
                        + ", but the programs found are "
                        + String.join(", ", seen),
                "Install that version, or point postgresql.bin_dir at it.");
    }

    /** A lone postgres on the search path, a link or a wrapper, is no installation. */
    private boolean complete(Path directory) {
        return node.binDir().isPresent()
                || Files.isExecutable(
                        directory.resolve(
                                node.binNames().getOrDefault("pg_basebackup", "pg_basebackup")));
    }

    private Optional<PgVersion> versionOf(Path server) throws PostgresException {
        return PgVersion.ofProgram(
                programs.run(List.of(server.toString(), "--version"), Map.of(), PATIENCE).output());
    }

    private Optional<PgVersion> directoryVersion() {
        try {
            return PgVersion.ofFile(Files.readString(node.dataDir().resolve("PG_VERSION")));
        } catch (IOException _) {
            return Optional.empty(); // no cluster there yet: any version will do
        }
    }

    private List<Path> candidates() {
        if (node.binDir().isPresent()) return List.of(node.binDir().get());
        var directories = new ArrayList<Path>();
        String search = System.getenv().getOrDefault("PATH", "");
        for (String part : search.split(File.pathSeparator, -1))
            if (!part.isEmpty()) directories.add(Path.of(part));
        for (String root : ROOTS) directories.addAll(installed(Path.of(root)));
        return directories;
    }

    private static List<Path> installed(Path root) {
        try (var entries = Files.list(root)) {
            return entries.filter(p -> p.getFileName().toString().matches("(pgsql-)?\\d{2}"))
                    .sorted(Comparator.reverseOrder())
                    .map(p -> p.resolve("bin"))
                    .toList();
        } catch (IOException _) {
            return List.of(); // another system's layout
        }
    }

    private static PostgresException missing(String program, List<Path> where) {
        return new PostgresException(
                Code.POSTGRES_BINARIES,
                "PostgreSQL's program "
                        + program
                        + " is missing; looked in "
                        + String.join(", ", where.stream().map(Path::toString).toList()),
                "Install PostgreSQL, or point postgresql.bin_dir at its programs.");
    }
}
