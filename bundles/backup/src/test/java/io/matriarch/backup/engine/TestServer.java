package io.matriarch.backup.engine;

import io.matriarch.backup.engine.sql.PgServer;
import io.matriarch.backup.engine.sql.ServerAccess;
import io.matriarch.port.FreePort;
import io.matriarch.postgres.api.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real PostgreSQL on loopback. Its programs run as the user postgres where we are root. */
final class TestServer implements AutoCloseable {
    private static final Path BIN =
            Path.of(System.getProperty("matriarch.test.pgbin", "/usr/lib/postgresql/15/bin"));
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final int MINUTES = 3;

    final Path data;
    final int port;

    private TestServer(Path data, int port) {
        this.data = data;
        this.port = port;
    }

    static boolean isInstalled() {
        return Files.isExecutable(BIN.resolve("initdb"));
    }

    static TestServer init(Path folder, String settings) throws Exception {
        own(folder);
        var server = new TestServer(folder.resolve("data"), FreePort.next());
        server.program(
                "initdb",
                "-k",
                "-A",
                "trust",
                "-U",
                "postgres",
                "--wal-segsize=1",
                "-D",
                server.data.toString());
        server.configure(settings);
        return server;
    }

    /** A directory that is there already. */
    static TestServer of(Path data) throws IOException {
        return new TestServer(data, FreePort.next());
    }

    void configure(String settings) throws IOException {
        Files.writeString(
                data.resolve("postgresql.auto.conf"),
                "\nport = %d\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '%s'\nfsync = off\n%s\n"
                        .formatted(port, data.getParent(), settings),
                StandardOpenOption.APPEND);
    }

    void start() throws Exception {
        program("pg_ctl", "-D", data.toString(), "-w", "-t", "120", "-l", data + ".log", "start");
    }

    void stop(String mode) throws Exception {
        program("pg_ctl", "-D", data.toString(), "-w", "-m", mode, "stop");
    }

    /** The end of what it logged. */
    String log() {
        try {
            var text = Files.readString(Path.of(data + ".log"));
            return "\n" + text.substring(Math.max(0, text.length() - 4000));
        } catch (IOException e) {
            return e.toString();
        }
    }

    void promote() throws Exception {
        program("pg_ctl", "-D", data.toString(), "-w", "promote");
    }

    String program(String name, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(BIN.resolve(name).toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** As the user postgres; what it printed. */
    static String run(List<String> command) throws Exception {
        var wrapped = new ArrayList<String>();
        if (ROOT)
            wrapped.addAll(
                    List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
        wrapped.addAll(command);
        return runAsWeAre(wrapped);
    }

    static String runAsWeAre(List<String> command) throws Exception {
        var output = Files.createTempFile("matriarch-output", ".txt");
        try {
            var process =
                    new ProcessBuilder(command)
                            .directory(Path.of("/").toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError("does not end: " + command);
            }
            var text = Files.readString(output);
            if (process.exitValue() != 0)
                throw new AssertionError(
                        "exit %d of %s:%n%s".formatted(process.exitValue(), command, text));
            return text;
        } finally {
            Files.delete(output);
        }
    }

    /** Gives a file, and all below it, to the user postgres. */
    static void own(Path folder) throws Exception {
        if (ROOT)
            new ProcessBuilder("chown", "-R", "postgres:postgres", folder.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
    }

    void sql(String sql) throws SQLException {
        sql("postgres", sql);
    }

    void sql(String database, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(url(database));
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String value(String sql) throws SQLException {
        return value("postgres", sql);
    }

    String value(String database, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(url(database));
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres".formatted(port, database);
    }

    /** Contents of every table of ours. */
    String content() throws SQLException {
        return value("SELECT md5(string_agg(t::text, ';' ORDER BY id)) || '/' || count(*) FROM t")
                + "+"
                + value(
                        "SELECT md5(string_agg(u::text, ';' ORDER BY id)) || '/' || count(*) FROM u");
    }

    BackupServer session() throws io.matriarch.api.MatriarchException {
        return PgServer.open(
                new ServerAccess(
                        new HostPort("127.0.0.1", port), "postgres", "postgres", "", Map.of()));
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    @Override
    public void close() throws Exception {
        if (Files.exists(data.resolve("postmaster.pid"))) stop("immediate");
    }
}
