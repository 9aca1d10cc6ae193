package io.matriarch.backup.engine;

import io.matriarch.api.Lsn;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.WalSegment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The time between {@code pg_backup_start} and {@code pg_backup_stop}, in WAL.
 *
 * <p>A standby is asked to start and stop itself, not its primary: so a backup needs one server and
 * not two. It begins at its last restartpoint, and where it is consistent stands in its control
 * file, which is therefore read last of all files.
 */
final class Window {
    private static final Duration ON_STANDBY = Duration.ofSeconds(90);

    private final BackupRequest request;
    private final Path dataDirectory;
    private final boolean standby;
    private final int timeline;
    private final long segmentSize;
    private final BackupServer.Started started;
    private final WalSegment archiveStart;
    private final Optional<WalSegment> before;

    private Window(
            BackupRequest request,
            Path dataDirectory,
            boolean standby,
            int timeline,
            long segmentSize,
            BackupServer.Started started,
            Optional<WalSegment> before) {
        this.request = request;
        this.dataDirectory = dataDirectory;
        this.standby = standby;
        this.timeline = timeline;
        this.segmentSize = segmentSize;
        this.started = started;
        this.before = before;
        archiveStart = WalSegment.holding(timeline, started.lsn(), segmentSize);
    }

    static Window open(BackupEnvironment env, BackupServer server, BackupRequest request)
            throws MatriarchException, InterruptedException {
        var facts = server.facts();
        if (request.archiveCheck() && facts.archiveMode().equals("off"))
            throw Failures.refused(
                    "archive_mode is off, and a backup cannot be restored without WAL",
                    "let the server archive its WAL, which needs a restart");
        var before = server.currentSegment().map(WalSegment::parse);
        var started = server.start("Matriarch backup", request.startFast());
        var control = DataDirectory.control(env.dataDirectory()).facts();
        if (started.lsn().isAfter(control.redo()))
            throw Failures.refused(
                    "the backup starts at %s, but the last checkpoint in %s is at %s"
                            .formatted(started.lsn(), env.dataDirectory(), control.redo()),
                    "is this the data directory of the server that answers, and on a disk that"
                            + " keeps what is written to it?");
        return new Window(
                request,
                env.dataDirectory(),
                facts.inRecovery(),
                control.timeline(),
                control.walSegmentSize(),
                started,
                before);
    }

    Instant start() {
        return started.at();
    }

    Lsn lsn() {
        return started.lsn();
    }

    WalSegment archiveStart() {
        return archiveStart;
    }

    /** Throws if the server's role or timeline changed. */
    void check(BackupServer server) throws MatriarchException {
        var state = server.state();
        if (standby && !state.inRecovery())
            throw Failures.refused(
                    "the standby was promoted during the backup",
                    "make it again, from another standby or from the new primary");
        if (state.timeline().isPresent()) checkTimeline(state.timeline().get());
    }

    private void checkTimeline(int present) throws MatriarchException {
        if (present != timeline)
            throw Failures.refused(
                    "the timeline became %d during the backup, which began on %d"
                            .formatted(present, timeline),
                    "the cluster failed over meanwhile: make it again");
    }

    /**
     * @param archiveStop the last WAL segment the backup needs
     */
    record Closed(BackupServer.Ended ended, WalSegment archiveStop) {}

    Closed close(BackupServer server) throws MatriarchException, InterruptedException {
        check(server);
        var ended = server.stop();
        if (standby)
            checkTimeline(DataDirectory.control(dataDirectory).facts().minRecoveryEndTimeline());
        var last = WalSegment.endingAt(timeline, ended.lsn(), segmentSize);
        if (last.compareTo(archiveStart) < 0)
            throw Failures.refused(
                    "the backup ends at %s, before it starts at %s"
                            .formatted(ended.lsn(), started.lsn()),
                    "is this the server whose files were read?");
        return new Closed(ended, last);
    }

    /** Whether archiving works at all shows in the segment that was full when the backup began. */
    void awaitEarly(BackupEnvironment.Archive archive)
            throws MatriarchException, InterruptedException {
        if (!request.archiveCheck()
                || before.isEmpty()
                || before.get().compareTo(archiveStart) >= 0) return;
        String segment = before.get().toString();
        archive.await(segment, segment, request.archiveTimeout());
    }

    /** All the WAL the backup needs is in the archive when this returns. */
    void awaitAll(BackupEnvironment env, Closed closed, List<String> warnings)
            throws MatriarchException, InterruptedException {
        if (!request.archiveCheck()) return;
        var patience = request.archiveTimeout();
        if (standby) {
            // Nobody ends the segment but the primary, by archive_timeout if not told.
            patience = patience.plus(ON_STANDBY);
            try {
                env.primary().end();
            } catch (MatriarchException e) {
                warnings.add(
                        "the primary's WAL segment could not be ended, so its archiving may take"
                                + " as long as archive_timeout: "
                                + e.getMessage());
            }
        }
        env.archive().await(archiveStart.toString(), closed.archiveStop().toString(), patience);
    }
}
