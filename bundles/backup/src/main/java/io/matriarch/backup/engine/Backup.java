package io.matriarch.backup.engine;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.engine.copy.Tally;
import io.matriarch.backup.engine.copy.Throttle;
import io.matriarch.backup.engine.core.Progress;
import io.matriarch.backup.engine.core.Progress.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One backup of the cluster beside us. {@link #run} makes it; the rest may be called meanwhile, by
 * anybody.
 *
 * <p>A backup counts when {@link #run} returns. Until then nobody sees it: what is left of one that
 * did not get so far is used or removed by the next. The server only notices that somebody reads
 * its files.
 */
public final class Backup {
    private static final Logger LOG = LoggerFactory.getLogger(Backup.class);

    private final BackupEnvironment environment;
    private final BackupRequest request;
    private final Throttle throttle;
    private final Tally tally = new Tally();
    private final Meter meter;
    private final List<String> warnings = new ArrayList<>();
    private volatile @Nullable Thread runner;
    private volatile @Nullable BackupServer server;
    private volatile boolean cancelled;

    public Backup(BackupEnvironment environment, BackupRequest request) {
        this.environment = environment;
        this.request = request;
        throttle = new Throttle(request.pacing().bytesPerSecond());
        meter = new Meter(throttle, tally);
    }

    /** How far it is. */
    public Progress progress() {
        return meter.progress();
    }

    /** Ends it; {@link #run} throws soon, and nothing of the backup stays in the repository. */
    public void cancel() {
        cancelled = true;
        var present = server;
        if (present != null) present.cancel();
        var thread = runner;
        if (thread != null) thread.interrupt();
    }

    /**
     * Makes the backup; once.
     *
     * @throws MatriarchException it is not listed, and the message says why
     * @throws InterruptedException whoever runs it wants to end; what is stored serves the next one
     */
    public BackupResult run() throws MatriarchException, InterruptedException {
        runner = Thread.currentThread();
        try {
            emptyWorkFolder();
            try (var session = environment.servers().open()) {
                server = session;
                if (cancelled) throw Failures.cancelled();
                var result =
                        new BackupRun(
                                        environment,
                                        request,
                                        session,
                                        throttle,
                                        tally,
                                        meter,
                                        warnings,
                                        () -> cancelled)
                                .make();
                meter.phase(Phase.DONE);
                return result;
            }
        } catch (MatriarchException | InterruptedException | RuntimeException e) {
            if (!cancelled) throw e;
            LOG.info("the backup was cancelled: {}", e.toString());
            throw Failures.cancelled();
        } finally {
            server = null;
            runner = null;
            if (cancelled) Thread.interrupted(); // our own doing, and done with
            removeWorkFolder();
        }
    }

    private void emptyWorkFolder() throws MatriarchException {
        removeWorkFolder();
        try {
            Files.createDirectories(environment.workFolder());
        } catch (IOException e) {
            throw Failures.io("cannot make " + environment.workFolder(), e);
        }
    }

    private void removeWorkFolder() {
        var folder = environment.workFolder();
        if (!Files.isDirectory(folder)) return;
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", folder, e.toString());
        }
    }
}
