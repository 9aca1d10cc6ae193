package io.matriarch.backup.restore;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A restored server beside the member's: it listens on a socket in a folder nobody else may enter,
 * and reads neither the access rules nor the places of the server it was copied from.
 */
public final class QuietServer {
    /** Of the socket's name; nothing listens on the network. */
    public static final String PORT = "5432";

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Path data;
    private final Path folder;
    private final Programs programs;
    private final String hint;

    /**
     * @param folder for socket, log and access rules; nobody else may enter it
     * @param hint what a person does who reads that it did not start or recover
     */
    public QuietServer(Path data, Path folder, Programs programs, String hint) {
        this.data = data;
        this.folder = folder;
        this.programs = programs;
        this.hint = hint;
    }

    /** Whether recovery is over. */
    @FunctionalInterface
    public interface Recovered {
        boolean yet() throws MatriarchException, InterruptedException;
    }

    /**
     * Starts it, and returns when recovery is over.
     *
     * @param access one line of {@code pg_hba.conf}
     * @param settings {@code NAME=VALUE}, beside those that make it quiet
     * @throws MatriarchException with the end of its log
     */
    public void start(String access, List<String> settings, Duration patience, Recovered recovered)
            throws MatriarchException, InterruptedException {
        try {
            Files.writeString(folder.resolve("hba.conf"), access + "\n");
            Path conf = data.resolve("postgresql.conf");
            if (!Files.exists(conf)) Files.createFile(conf); // it lies elsewhere, as on Debian
        } catch (IOException e) {
            throw failed("the restored server cannot be configured: " + e, e);
        }
        pgCtl(SOON, "start", "-W", "-l", log().toString(), "-o", options(settings));
        await(patience, recovered);
    }

    private void await(Duration patience, Recovered recovered)
            throws MatriarchException, InterruptedException {
        long begun = System.nanoTime();
        boolean seen = false; // the program that starts it does not wait until it is there
        while (!recovered.yet()) {
            boolean there = runs();
            seen |= there;
            long past = System.nanoTime() - begun;
            if (!there && (seen || past > SOON.toNanos()))
                throw failed("the restored server ended during recovery: " + lastWords(), null);
            if (past > patience.toNanos())
                throw failed(
                        "recovery did not end within %d s: %s"
                                .formatted(patience.toSeconds(), lastWords()),
                        null);
            Thread.sleep(LOOK);
        }
    }

    /** With a checkpoint, so that it is shut down in order. */
    public void stop(Duration patience) throws MatriarchException, InterruptedException {
        pgCtl(patience, "stop", "-m", "fast", "-w", "-t", String.valueOf(patience.toSeconds()));
    }

    /** Stops it at once if it runs; an interruption waits until that is done. */
    public void end() throws MatriarchException {
        boolean interrupted = Thread.interrupted(); // it must not stay behind
        try {
            if (runs()) pgCtl(SOON, "stop", "-m", "immediate", "-w");
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private boolean runs() {
        return Files.exists(data.resolve("postmaster.pid"));
    }

    private Path log() {
        return folder.resolve("server.log");
    }

    private void pgCtl(Duration patience, String action, String... more)
            throws MatriarchException, InterruptedException {
        var arguments = new ArrayList<String>(List.of(action, "-D", data.toString()));
        arguments.addAll(List.of(more));
        var result =
                programs.run(
                        folder.resolve("pg_ctl.out"),
                        patience,
                        "pg_ctl",
                        arguments.toArray(String[]::new));
        if (result.exit() != 0)
            throw failed(
                    "pg_ctl %s ended with %d: %s".formatted(action, result.exit(), result.output()),
                    null);
    }

    private String options(List<String> more) {
        var settings =
                new ArrayList<String>(
                        List.of(
                                "listen_addresses=",
                                "port=" + PORT,
                                "unix_socket_directories=" + folder,
                                "hba_file=" + folder.resolve("hba.conf"),
                                "hot_standby=off",
                                "synchronous_standby_names=",
                                "logging_collector=off",
                                "log_destination=stderr",
                                "ssl=off",
                                "external_pid_file=",
                                "shared_buffers=64MB",
                                "huge_pages=off"));
        settings.addAll(more);
        var text = new StringBuilder();
        for (String setting : settings)
            text.append("-c '").append(setting.replace("'", "''")).append("' ");
        return text.toString().strip();
    }

    private String lastWords() throws MatriarchException {
        try {
            return Programs.end(log());
        } catch (IOException e) {
            throw failed(log() + " cannot be read: " + e, e);
        }
    }

    private MatriarchException failed(String what, @Nullable Exception cause) {
        return new MatriarchException(Code.RESTORE, what, hint, cause);
    }
}
