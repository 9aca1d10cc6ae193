package io.matriarch.backup.restore;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.restore.core.RecoverySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Recovery of a restored directory beside the member, up to its target and onto a timeline of its
 * own; then it is shut down in order. Nobody can connect meanwhile, and nothing is archived: what
 * is to be archived is marked, and the archiver of whoever starts it next sends it.
 */
public final class RecoveredAside {
    private static final String HINT =
            "the cluster is as it was; choose another target, or look at the member's log";
    private static final List<String> SETTINGS =
            // marks what is to be archived, and sends none of it
            List.of("archive_mode=on", "archive_command=/bin/false");
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(7);

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
            throw new MatriarchException(
                    Code.RESTORE, "recovery of " + data + " was interrupted", HINT, e);
        }
    }

    private void recover(Path work) throws MatriarchException, InterruptedException {
        var server = new QuietServer(data, work, programs, HINT);
        try {
            server.start("local all all reject", SETTINGS, LONGEST, () -> writes(work));
            server.stop(STOP);
        } finally {
            server.end();
        }
    }

    /** The control file says so once recovery is over; nobody can ask the server. */
    private boolean writes(Path work) throws MatriarchException, InterruptedException {
        Path said = work.resolve("control.out");
        var result = programs.run(said, SOON, "pg_controldata", "-D", data.toString());
        if (result.exit() != 0) return false;
        try (var lines = Files.lines(said)) { // what the result quotes is the end of it only
            return lines.anyMatch(line ->
                    line.startsWith("Database cluster state:") && line.endsWith("in production"));
        } catch (IOException e) {
            throw Places.failed("reading " + said, e);
        }
    }

    private static void delete(Path work) throws IOException {
        try (var files = Files.list(work)) {
            for (Path file : files.toList()) Files.deleteIfExists(file);
        }
        Files.deleteIfExists(work);
    }

    /** What the restore added would recover to the same target again after any crash. */
    private void keepNoTarget() throws IOException {
        Path auto = data.resolve("postgresql.auto.conf");
        Files.writeString(auto, RecoverySettings.cutFrom(Files.readString(auto)));
        Durability.force(auto);
    }
}
