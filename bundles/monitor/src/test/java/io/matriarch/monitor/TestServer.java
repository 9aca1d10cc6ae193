package io.matriarch.monitor;

import io.matriarch.port.FreePort;
import io.matriarch.postgres.api.HostPort;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A PostgreSQL of its own on loopback, with a role that may only look; ended by its pid. */
public final class TestServer implements AutoCloseable {
    public static final String ROLE = "monitor";
    public static final String PASSWORD = "eyes only";
    private static final String USER = "postgres";

    private final Path root;
    private final int port;

    private TestServer(Path root, int port) {
        this.root = root;
        this.port = port;
    }

    /** Skips the test, with the reason, where there is no PostgreSQL. */
    public static TestServer start(String... settings) throws Exception {
        Assumptions.assumeTrue(programs() != null, "no PostgreSQL in /usr/lib/postgresql");
        var server =
                new TestServer(Files.createTempDirectory("matriarch-monitor-"), FreePort.next());
        server.own(server.root);
        server.run("initdb", "-D", server.data(), "-U", USER, "-A", "trust", "-k", "--no-sync");
        var configuration =
                new ArrayList<>(
                        List.of(
                                "listen_addresses='127.0.0.1'",
                                "port=" + server.port,
                                "unix_socket_directories=''",
                                "fsync=off"));
        configuration.addAll(List.of(settings));
        Files.writeString(
                server.root.resolve("data/postgresql.auto.conf"),
                String.join("\n", configuration) + "\n");
        server.startAgain();
        server.sql(
                "CREATE ROLE monitor LOGIN PASSWORD '" + PASSWORD + "'",
                "GRANT pg_monitor TO monitor");
        return server;
    }

    /** A standby of this one that streams. */
    public TestServer standby(String name) throws Exception {
        var standby =
                new TestServer(Files.createTempDirectory("matriarch-monitor-"), FreePort.next());
        standby.own(standby.root);
        standby.run(
                "pg_basebackup",
                "-D",
                standby.data(),
                "-d",
                "host=127.0.0.1 port=%d user=%s application_name=%s".formatted(port, USER, name),
                "-R",
                "-c",
                "fast",
                "--no-sync",
                "-C",
                "-S",
                name);
        Files.writeString(
                standby.root.resolve("data/postgresql.auto.conf"),
                "\nport=" + standby.port + "\n",
                java.nio.file.StandardOpenOption.APPEND);
        standby.startAgain();
        return standby;
    }

    public HostPort address() {
        return new HostPort("127.0.0.1", port);
    }

    public void sql(String... statements) throws SQLException {
        try (Connection connection = connect("postgres");
                var statement = connection.createStatement()) {
            for (String sql : statements) statement.execute(sql);
        }
    }

    /** Waits until a query says true. */
    public void await(String condition) throws SQLException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        try (Connection connection = connect("postgres");
                var statement = connection.createStatement()) {
            while (System.nanoTime() < end) {
                try (var result = statement.executeQuery(condition)) {
                    if (result.next() && result.getBoolean(1)) return;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
        throw new AssertionError("never true: " + condition);
    }

    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database, USER, "");
    }

    public void startAgain() throws Exception {
        run("pg_ctl", "-D", data(), "-w", "-t", "60", "-l", root + "/log", "start");
    }

    public void stop() throws Exception {
        run("pg_ctl", "-D", data(), "-w", "-t", "60", "-m", "immediate", "stop");
    }

    public void promote() throws Exception {
        run("pg_ctl", "-D", data(), "-w", "-t", "60", "promote");
    }

    private String data() {
        return root.resolve("data").toString();
    }

    private void run(String program, String... arguments) throws Exception {
        var command = new ArrayList<String>();
        if (root()) {
            command.addAll(
                    List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--init-groups"));
        }
        command.add(programs().resolve(program).toString());
        command.addAll(List.of(arguments));
        var output = root.resolve("output");
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .directory(root.toFile())
                        .start();
        if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0)
            throw new IOException(program + ": " + Files.readString(output));
    }

    private static Path programs() throws IOException {
        var installed = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(installed)) return null;
        try (Stream<Path> versions = Files.list(installed)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.comparing(Path::toString))
                    .orElse(null);
        }
    }

    private static boolean root() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private void own(Path file) throws IOException {
        if (!root()) return;
        var users = FileSystems.getDefault().getUserPrincipalLookupService();
        Files.setOwner(file, users.lookupPrincipalByName(USER));
    }

    @Override
    public void close() throws Exception {
        try {
            stop();
        } finally {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList())
                    Files.deleteIfExists(file);
            }
        }
    }
}
