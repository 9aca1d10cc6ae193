package io.matriarch.backup.drill;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.restore.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A restored server for a look: it listens on a socket in a folder nobody else may enter, archives
 * nothing, and reads neither the access rules nor the places of the server it was copied from.
 */
final class Scratch implements AutoCloseable {
    static final String DATA = "data";
    private static final String PORT = "5432";
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Path folder;
    private final Programs programs;
    private final String user;

    /**
     * @param folder holds the restored {@link #DATA}
     * @param user superuser of the cluster
     */
    Scratch(Path folder, Programs programs, String user) {
        this.folder = folder;
        this.programs = programs;
        this.user = user;
    }

    private Path data() {
        return folder.resolve(DATA);
    }

    private Path log() {
        return folder.resolve("server.log");
    }

    /**
     * Starts it; returns when recovery is over and sessions are accepted.
     *
     * @throws MatriarchException with the end of its log
     */
    void start(Duration patience) throws MatriarchException, InterruptedException {
        try {
            Files.writeString(folder.resolve("hba.conf"), "local all all trust\n");
            Path conf = data().resolve("postgresql.conf");
            if (!Files.exists(conf)) Files.createFile(conf); // it lies elsewhere, as on Debian
        } catch (IOException e) {
            throw failed("the scratch directory cannot be written to: " + e, e);
        }
        run(
                "pg_ctl",
                "start",
                "-W",
                "-D",
                data().toString(),
                "-l",
                log().toString(),
                "-o",
                options());
        long begun = System.nanoTime();
        long end = begun + patience.toNanos();
        boolean seen = false; // the program that starts it does not wait until it is there
        while (!answers()) {
            boolean there = Files.exists(data().resolve("postmaster.pid"));
            seen |= there;
            if (!there && (seen || System.nanoTime() - begun > SOON.toNanos()))
                throw failed("the restored server ended during recovery: " + log(log()), null);
            if (System.nanoTime() - end > 0)
                throw failed(
                        "recovery did not end within %d s: %s"
                                .formatted(patience.toSeconds(), log(log())),
                        null);
            Thread.sleep(LOOK);
        }
    }

    private String options() {
        var settings =
                List.of(
                        "listen_addresses=",
                        "port=" + PORT,
                        "unix_socket_directories=" + folder,
                        "hba_file=" + folder.resolve("hba.conf"),
                        "archive_mode=off",
                        "hot_standby=off",
                        "synchronous_standby_names=",
                        "logging_collector=off",
                        "log_destination=stderr",
                        "ssl=off",
                        "external_pid_file=",
                        "shared_buffers=64MB",
                        "huge_pages=off",
                        "fsync=off");
        var text = new StringBuilder();
        for (String setting : settings)
            text.append("-c '").append(setting.replace("'", "''")).append("' ");
        return text.toString().strip();
    }

    private boolean answers() throws MatriarchException, InterruptedException {
        return psql("template1", "SELECT 1 WHERE NOT pg_is_in_recovery()").output().equals("1");
    }

    Programs.Result psql(String database, String sql)
            throws MatriarchException, InterruptedException {
        return programs.run(
                folder.resolve("psql.out"),
                Duration.ofHours(24),
                "psql",
                "-X",
                "-q",
                "-At",
                "-w",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                folder.toString(),
                "-p",
                PORT,
                "-U",
                user,
                "-d",
                database,
                "-c",
                sql);
    }

    /** Every table and B-tree index of every database; 2 and more of exit is damage. */
    Programs.Result amcheck() throws MatriarchException, InterruptedException {
        return programs.run(
                folder.resolve("amcheck.out"),
                Duration.ofHours(24),
                "pg_amcheck",
                "--all",
                "--install-missing=pg_catalog",
                "-w",
                "-h",
                folder.toString(),
                "-p",
                PORT,
                "-U",
                user);
    }

    private void run(String name, String... arguments)
            throws MatriarchException, InterruptedException {
        var result = programs.run(folder.resolve(name + ".out"), SOON, name, arguments);
        if (result.exit() != 0)
            throw failed(
                    "%s ended with %d: %s".formatted(name, result.exit(), result.output()), null);
    }

    private static String log(Path file) throws MatriarchException {
        try {
            return Programs.end(file);
        } catch (IOException e) {
            throw failed(file + " cannot be read: " + e, e);
        }
    }

    private static MatriarchException failed(String what, @Nullable Exception cause) {
        return new MatriarchException(
                Code.RESTORE,
                what,
                "look at the member's log; a setting of the restored server may not fit this"
                        + " host",
                cause);
    }

    /** Stops it at once; nothing of it is kept. */
    @Override
    public void close() throws MatriarchException {
        boolean interrupted = Thread.interrupted(); // it must not stay behind
        try {
            if (Files.exists(data().resolve("postmaster.pid")))
                run("pg_ctl", "stop", "-D", data().toString(), "-m", "immediate", "-w");
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
