package io.matriarch.backup.stock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A PostgreSQL server with stock pgBackRest, whose programs run as user postgres here or in a
 * container that sees the same folder under the same name.
 */
public abstract class StockLab implements AutoCloseable {
    public static final String STANZA = "demo";
    public static final String PASSPHRASE = "matriarch-test-pass";
    private static final String MIB = "1";

    protected final Path root;
    protected final Path binaries;
    private final Path socket;
    private final int port;
    private final List<Path> running = new ArrayList<>();

    /**
     * @param root a folder user postgres may write to
     * @param binaries of PostgreSQL
     * @param port on its socket only
     */
    protected StockLab(Path root, Path binaries, Path socket, int port) {
        this.root = root;
        this.binaries = binaries;
        this.socket = socket;
        this.port = port;
    }

    /** Runs a program as user postgres; its output, both streams. */
    public abstract String run(List<String> command) throws IOException, InterruptedException;

    /** Whatever has to be done so that user postgres of the programs owns a tree. */
    public abstract void own(Path tree) throws IOException, InterruptedException;

    public Path data() {
        return root.resolve("data");
    }

    public Path tablespace() {
        return root.resolve("ts1");
    }

    public Path repository(int number) {
        return root.resolve("repo" + number);
    }

    /** A program's output if it ended well. */
    protected static String output(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes());
        int status = process.waitFor();
        if (status != 0) throw new IOException(command + " ended with " + status + ":\n" + output);
        return output;
    }

    public String postgres(String program, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(binaries.resolve(program).toString());
        command.addAll(List.of(arguments));
        return run(command);
    }

    public String pgbackrest(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add("pgbackrest");
        command.add("--config=" + root.resolve("pgbackrest.conf"));
        command.add("--stanza=" + STANZA);
        command.addAll(List.of(arguments));
        return run(command);
    }

    /**
     * Makes the server and the stanza.
     *
     * @param repositories options of each repository: {@code bundle=y}, …
     */
    public void create(List<Map<String, String>> repositories)
            throws IOException, InterruptedException {
        Files.createDirectories(tablespace());
        config(repositories);
        own(root);
        postgres(
                "initdb",
                "-k",
                "--wal-segsize=" + MIB,
                "-N",
                "-A",
                "trust",
                "-D",
                data().toString());
        var conf = Files.readString(data().resolve("postgresql.conf"));
        Files.writeString(
                data().resolve("postgresql.conf"),
                conf
                        + """
                        listen_addresses = ''
                        port = %d
                        unix_socket_directories = '%s'
                        fsync = off
                        archive_mode = on
                        archive_command = 'pgbackrest --config=%s --stanza=demo archive-push %%p'
                        max_wal_size = 64MB
                        min_wal_size = 2MB
                        """
                                .formatted(port, socket, root.resolve("pgbackrest.conf")));
        own(root);
        start(data());
        pgbackrest("stanza-create");
    }

    private void config(List<Map<String, String>> repositories) throws IOException {
        var text = new StringBuilder("[global]\nlog-level-console=warn\nlog-level-file=off\n");
        text.append("lock-path=").append(root.resolve("lock")).append("\nspool-path=");
        text.append(root.resolve("spool")).append("\nstart-fast=y\nprocess-max=1\n");
        int number = 1;
        for (var options : repositories) {
            String prefix = "repo" + number + "-";
            text.append(prefix).append("path=").append(repository(number)).append('\n');
            text.append(prefix).append("retention-full=9\n");
            new TreeMap<>(options)
                    .forEach((key, value) -> text.append(prefix + key + "=" + value).append('\n'));
            number++;
        }
        text.append("[demo]\npg1-path=").append(data()).append("\npg1-port=").append(port);
        text.append("\npg1-socket-path=").append(socket).append('\n');
        Files.writeString(root.resolve("pgbackrest.conf"), text);
    }

    /** Starts a server and waits until it answers; of one that recovers, until it is read only. */
    public void start(Path directory) throws IOException, InterruptedException {
        running.add(directory);
        String log = directory + ".log";
        try {
            postgres("pg_ctl", "-D", directory.toString(), "-l", log, "-w", "-t", "120", "start");
        } catch (IOException e) {
            throw new IOException(log(directory), e);
        }
    }

    public void stop(Path directory) throws IOException, InterruptedException {
        if (!running.remove(directory)) return;
        if (!Files.exists(directory.resolve("postmaster.pid"))) return;
        postgres("pg_ctl", "-D", directory.toString(), "-m", "fast", "-w", "-t", "120", "stop");
    }

    public void stopAll() throws IOException, InterruptedException {
        for (Path directory : List.copyOf(running)) stop(directory);
    }

    /** What a query says, unaligned, without headers. */
    public String query(String sql) throws IOException, InterruptedException {
        return postgres(
                        "psql",
                        "-h",
                        socket.toString(),
                        "-p",
                        Integer.toString(port),
                        "-d",
                        "postgres",
                        "-X",
                        "-q",
                        "-A",
                        "-t",
                        "-v",
                        "ON_ERROR_STOP=1",
                        "-c",
                        sql)
                .strip();
    }

    /** How a restored server gets WAL: by stock's own archive-get. */
    public String restoreCommand(Path directory, int repository) {
        return "pgbackrest --config=%s --stanza=demo --repo=%d --pg1-path=%s archive-get %%f \"%%p\""
                .formatted(root.resolve("pgbackrest.conf"), repository, directory);
    }

    public String log(Path directory) throws IOException {
        return Files.readString(Path.of(directory + ".log"));
    }

    public int port() {
        return port;
    }

    public Path socket() {
        return socket;
    }

    @Override
    public void close() throws Exception {
        stopAll();
    }
}
