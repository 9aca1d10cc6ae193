package io.matriarch.backup.wal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A real PostgreSQL that listens on a Unix socket only. */
final class Server implements AutoCloseable {
    private static final int PORT = 5499;

    final Machine machine;
    final Path data;
    private final Path sockets;

    Server(Machine machine, String name) throws Exception {
        this.machine = machine;
        data = machine.root.resolve(name);
        sockets = machine.folder(name + ".run");
    }

    /** Where PostgreSQL's programs lie; empty if there are none of a version we know. */
    static Optional<Path> programs() {
        return Stream.of(18, 17, 16, 15, 14, 13)
                .map(version -> Path.of("/usr/lib/postgresql/" + version + "/bin"))
                .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                .findFirst();
    }

    private static String program(String name) {
        return programs().orElseThrow().resolve(name).toString();
    }

    Server init(String... options) throws Exception {
        var command = new java.util.ArrayList<>(List.of(program("initdb"), "-D", data.toString()));
        command.addAll(List.of("-A", "trust", "-U", "postgres", "--no-sync", "--no-locale"));
        command.addAll(List.of(options));
        machine.must(command.toArray(String[]::new));
        return configure(
                "listen_addresses = ''",
                "port = " + PORT,
                "unix_socket_directories = '" + sockets + "'",
                "fsync = off",
                "archive_mode = on",
                "wal_level = replica",
                "hot_standby = on");
    }

    Server configure(String... lines) throws Exception {
        Files.write(
                data.resolve("postgresql.conf"),
                (String.join("\n", lines) + "\n").getBytes(),
                StandardOpenOption.APPEND);
        return this;
    }

    void start() throws Exception {
        var ended = pgCtl("start");
        if (ended.status() != 0) throw new AssertionError(ended.text() + log());
    }

    /** Begins to start, and does not wait. */
    void begin() throws Exception {
        machine.must(
                program("pg_ctl"), "-D", data.toString(), "-l", logFile(), "-W", "-s", "start");
    }

    Machine.Ended pgCtl(String what) throws Exception {
        return machine.run(
                program("pg_ctl"),
                "-D",
                data.toString(),
                "-l",
                logFile(),
                "-w",
                "-s",
                "-t",
                "120",
                what);
    }

    private String logFile() {
        return machine.root.resolve(data.getFileName() + ".log").toString();
    }

    String log() throws Exception {
        return Files.readString(Path.of(logFile()));
    }

    boolean runs() {
        return Files.exists(data.resolve("postmaster.pid"));
    }

    void promote() throws Exception {
        machine.must(program("pg_ctl"), "-D", data.toString(), "-w", "-s", "promote");
    }

    String sql(String sql) throws Exception {
        return machine.must(
                        program("psql"),
                        "-h",
                        sockets.toString(),
                        "-p",
                        "" + PORT,
                        "-U",
                        "postgres",
                        "-AtqX",
                        "-v",
                        "ON_ERROR_STOP=1",
                        "-c",
                        sql)
                .strip();
    }

    /** Whether a query gives this; false also while nobody answers. */
    boolean says(String sql, String answer) throws Exception {
        var ended =
                machine.run(
                        program("psql"),
                        "-h",
                        sockets.toString(),
                        "-p",
                        "" + PORT,
                        "-U",
                        "postgres",
                        "-AtqX",
                        "-c",
                        sql);
        return ended.status() == 0 && ended.text().strip().equals(answer);
    }

    /** Another server with a copy of this one's data, without WAL. */
    Server copy(String name) throws Exception {
        var other = new Server(machine, name);
        machine.must(
                program("pg_basebackup"),
                "-h",
                sockets.toString(),
                "-p",
                "" + PORT,
                "-U",
                "postgres",
                "-D",
                other.data.toString(),
                "-X",
                "none",
                "-c",
                "fast",
                "--no-sync");
        other.configure("unix_socket_directories = '" + other.sockets + "'");
        return other;
    }

    void signalFile(String name) throws Exception {
        machine.must("touch", data.resolve(name).toString());
    }

    /** Everything that is marked as archived, and everything that waits. */
    List<String> marked(String suffix) throws Exception {
        try (Stream<Path> files = Files.list(data.resolve("pg_wal/archive_status"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(suffix))
                    .map(file -> file.substring(0, file.length() - suffix.length()))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void close() throws Exception {
        if (runs()) pgCtl("stop");
    }
}
