package io.matriarch.backup.engine;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.engine.copy.Copier;
import io.matriarch.backup.engine.copy.CopyContext;
import io.matriarch.backup.engine.core.Pacing;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workers, and who looks after them: the server may go away, or the cluster suffer. */
final class Copying {
    private static final Logger LOG = LoggerFactory.getLogger(Copying.class);
    private static final int POLL_MILLIS = 200;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long SAVE_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long SAVE_BYTES = 1L << 30;
    private static final int END_MINUTES = 5;

    private final CopyContext context;
    private final BackupServer server;
    private final Meter meter;
    private final Pacing pacing;
    private final BackupEnvironment.LoadSource load;
    private final Guardian guardian;
    private long lookedAt = System.nanoTime();
    private long savedAt = System.nanoTime();
    private long savedBytes;

    /** What is done now and then while workers copy. */
    interface Guardian {
        /** Throws if the backup cannot become good any more. */
        void look(BackupServer server) throws MatriarchException;

        /** Saves what was done so far, for a backup that is interrupted. */
        void save() throws MatriarchException;
    }

    Copying(
            CopyContext context,
            BackupServer server,
            Meter meter,
            Pacing pacing,
            BackupEnvironment.LoadSource load,
            Guardian guardian) {
        this.context = context;
        this.server = server;
        this.meter = meter;
        this.pacing = pacing;
        this.load = load;
        this.guardian = guardian;
    }

    /**
     * Returns when all is copied.
     *
     * @param beside runs at the same time; if it fails, all do
     */
    void run(int workers, Beside beside) throws MatriarchException, InterruptedException {
        try (var threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().name("backup-copy-", 1).factory())) {
            try {
                var done = new ExecutorCompletionService<Void>(threads);
                for (int i = 0; i < workers; i++) done.submit(this::work);
                done.submit(() -> {
                    beside.run();
                    return null;
                });
                for (int left = workers + 1; left > 0; ) {
                    var one = done.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                    if (one != null) {
                        left--;
                        check(one);
                    }
                    tick();
                }
            } finally {
                end(threads);
            }
        }
    }

    /** Something that may fail the backup early. */
    interface Beside {
        void run() throws MatriarchException, InterruptedException;
    }

    private Void work() throws IOException, MatriarchException, InterruptedException {
        try (var copier = new Copier(context)) {
            copier.run();
        }
        return null;
    }

    private static void check(Future<Void> done) throws MatriarchException, InterruptedException {
        try {
            done.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case MatriarchException known -> throw known;
                case IOException io -> throw Failures.io("copying failed", io);
                case InterruptedException _ -> throw new InterruptedException();
                case RuntimeException bug -> throw bug;
                case Error error -> throw error;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private void tick() throws MatriarchException {
        long now = System.nanoTime();
        if (now - lookedAt < LOOK_NANOS) return;
        lookedAt = now;
        guardian.look(server);
        pace(meter.measure());
        long bytes = context.tally().bytes();
        if (now - savedAt < SAVE_NANOS || bytes - savedBytes < SAVE_BYTES) return;
        guardian.save();
        savedAt = System.nanoTime();
        savedBytes = bytes;
    }

    private void pace(long reached) throws MatriarchException {
        if (!pacing.watchesLoad()) return;
        var throttle = context.throttle();
        var present = load.now(server, pacing);
        long before = throttle.limit();
        long next = pacing.next(before, reached, present);
        if (next < before)
            LOG.info("the backup slows down to {} bytes per second: {}", next, present);
        throttle.limit(next);
    }

    private static void end(ExecutorService threads) throws MatriarchException {
        threads.shutdownNow();
        boolean interrupted = Thread.interrupted();
        try {
            if (!threads.awaitTermination(END_MINUTES, TimeUnit.MINUTES))
                throw new MatriarchException(
                        Code.BACKUP,
                        "a worker of the backup does not end",
                        "does the repository's file system hang?");
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
