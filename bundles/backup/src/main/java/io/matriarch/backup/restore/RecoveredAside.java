package io.matriarch.backup.restore;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.restore.core.RecoverySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Recovery of a restored directory beside the member, up to its target and onto a timeline of its
 * own; then it is shut down in order. Nobody can connect meanwhile, and nothing is archived: what
 * is to be archived is marked, and the archiver of whoever starts it next sends it.
 */
public final class RecoveredAside {
    private static final String PORT = "5432";
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Path data;
    private final Programs programs;

    /**
     * @param data a directory whose restore is done
     */
    public RecoveredAside(Path data, Programs programs) {
        this.data = data;
        this.programs = programs;
    }

    /**
     * @throws MatriarchException recovery did not reach its target, with the end of the server's
     *     log; or it was interrupted. The server is stopped then
     */
    public void run() throws MatriarchException {
        try {
            Path work = Files.createTempDirectory("matriarch-"); // for us alone
            try {
                recover(work);
            } finally {
                delete(work);
            }
            keepNoTarget();
        } catch (IOException e) {
            throw Places.failed("recovering " + data, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("recovery of " + data + " was interrupted", e);
        }
    }

    private void recover(Path work) throws IOException, MatriarchException, InterruptedException {
        Files.writeString(work.resolve("hba.conf"), "local all all reject\n");
        Path conf = data.resolve("postgresql.conf");
        if (!Files.exists(conf)) Files.createFile(conf); // it lies elsewhere, as on Debian
        boolean done = false;
        try {
            pgCtl(
                    work,
                    SOON,
                    "start",
                    "-W",
                    "-l",
                    work.resolve("server.log").toString(),
                    "-o",
                    options(work));
            await(work);
            pgCtl(work, STOP, "stop", "-m", "fast", "-w", "-t", String.valueOf(STOP.toSeconds()));
            done = true;
        } finally {
            if (!done) end(work);
        }
    }

    private void await(Path work) throws IOException, MatriarchException, InterruptedException {
        long begun = System.nanoTime();
        boolean seen = false; // the program that starts it does not wait until it is there
        while (!writes(work)) {
            boolean there = Files.exists(data.resolve("postmaster.pid"));
            seen |= there;
            long past = System.nanoTime() - begun;
            if (!there && (seen || past > SOON.toNanos()))
                throw failed(
                        "the restored server ended during recovery: "
                                + Programs.end(work.resolve("server.log")),
                        null);
            if (past > LONGEST.toNanos())
                throw failed("recovery did not end within " + LONGEST.toDays() + " days", null);
            Thread.sleep(LOOK);
        }
    }

    private static void delete(Path work) throws IOException {
        try (var files = Files.list(work)) {
            for (Path file : files.toList()) Files.deleteIfExists(file);
        }
        Files.deleteIfExists(work);
    }

    /** The control file says so once recovery is over. */
    private boolean writes(Path work) throws IOException, MatriarchException, InterruptedException {
        Path said = work.resolve("control.out");
        var result = programs.run(said, SOON, "pg_controldata", "-D", data.toString());
        return result.exit() == 0
                && Files.readString(said) // what the result quotes is the end of it only
                        .lines()
                        .anyMatch(line ->
                                line.startsWith("Database cluster state:")
                                        && line.endsWith("in production"));
    }

    private void end(Path work) throws MatriarchException {
        boolean interrupted = Thread.interrupted(); // it must not stay behind
        try {
            if (Files.exists(data.resolve("postmaster.pid")))
                pgCtl(work, SOON, "stop", "-m", "immediate", "-w");
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private void pgCtl(Path work, Duration patience, String action, String... more)
            throws MatriarchException, InterruptedException {
        var arguments = new java.util.ArrayList<String>(List.of(action, "-D", data.toString()));
        arguments.addAll(List.of(more));
        var result =
                programs.run(
                        work.resolve("pg_ctl.out"),
                        patience,
                        "pg_ctl",
                        arguments.toArray(String[]::new));
        if (result.exit() != 0)
            throw failed(
                    "pg_ctl %s ended with %d: %s".formatted(action, result.exit(), result.output()),
                    null);
    }

    private static String options(Path work) {
        var settings =
                List.of(
                        "listen_addresses=",
                        "port=" + PORT,
                        "unix_socket_directories=" + work,
                        "hba_file=" + work.resolve("hba.conf"),
                        // marks what is to be archived, and sends none of it
                        "archive_mode=on",
                        "archive_command=/bin/false",
                        "hot_standby=off",
                        "synchronous_standby_names=",
                        "logging_collector=off",
                        "log_destination=stderr",
                        "ssl=off",
                        "external_pid_file=",
                        "shared_buffers=64MB",
                        "huge_pages=off");
        var text = new StringBuilder();
        for (String setting : settings)
            text.append("-c '").append(setting.replace("'", "''")).append("' ");
        return text.toString().strip();
    }

    /** What the restore added would recover to the same target again after any crash. */
    private void keepNoTarget() throws IOException {
        Path auto = data.resolve("postgresql.auto.conf");
        Files.writeString(auto, RecoverySettings.cutFrom(Files.readString(auto)));
        Durability.force(auto);
    }

    private static MatriarchException failed(String what, @Nullable Exception cause) {
        return new MatriarchException(
                Code.RESTORE,
                what,
                "the cluster is as it was; choose another target, or look at the member's log",
                cause);
    }
}
