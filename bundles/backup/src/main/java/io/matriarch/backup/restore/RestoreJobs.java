package io.matriarch.backup.restore;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.Restoring.Job;
import io.matriarch.backup.api.Restoring.State;
import io.matriarch.backup.progress.ProgressMeter;
import io.matriarch.backup.task.ProgressText;
import io.matriarch.schedule.api.JobProgress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restores under way and the last that ended, each on a thread of its own. */
public final class RestoreJobs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreJobs.class);
    private static final int KEPT = 20;
    private static final Duration END = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final Deque<Running> all = new ArrayDeque<>(); // newest first; guarded by this

    public RestoreJobs(InstantSource clock) {
        this.clock = clock;
    }

    /** What a job does. */
    @FunctionalInterface
    public interface Work {
        /**
         * @return one sentence about what was done
         */
        String run(RestoreProgress progress) throws MatriarchException;
    }

    /**
     * @param repository it is restored from
     * @throws MatriarchException {@code REFUSED}: one is under way to the same directory
     */
    public synchronized String start(String target, String repository, Path directory, Work work)
            throws MatriarchException {
        for (var each : all)
            if (each.directory.equals(directory) && each.state == State.RUNNING)
                throw new MatriarchException(
                        Code.REFUSED,
                        "restore %s to %s is under way".formatted(each.id, directory),
                        "wait for its end, or cancel it");
        var running = new Running(target, repository, directory);
        all.addFirst(running);
        while (all.size() > KEPT && all.getLast().state != State.RUNNING) all.removeLast();
        running.thread =
                Thread.ofPlatform()
                        .name("restore-" + running.id)
                        .start(() -> carryOut(running, work));
        return running.id;
    }

    private void carryOut(Running running, Work work) {
        State state = State.DONE;
        String text;
        try {
            text = work.run(running.progress);
        } catch (MatriarchException e) {
            state = running.cancelled ? State.CANCELLED : State.FAILED;
            text = e.hint().isEmpty() ? e.getMessage() : e.getMessage() + " (" + e.hint() + ")";
        } catch (RuntimeException | LinkageError e) {
            LOG.error("restore {}", running.id, e);
            state = running.cancelled ? State.CANCELLED : State.FAILED;
            text = "this is a defect of ours: " + e;
        }
        if (state == State.CANCELLED) text = "cancelled on request";
        if (state == State.FAILED) LOG.error("restore to {} failed: {}", running.directory, text);
        else LOG.info("restore to {}: {}: {}", running.directory, state, text);
        running.end(state, String.valueOf(text), clock.instant());
    }

    public synchronized List<Job> jobs() {
        return all.stream().map(each -> each.job(clock.instant())).toList();
    }

    /**
     * @throws MatriarchException {@code REFUSED}: there is none of this id under way
     */
    public synchronized void cancel(String id) throws MatriarchException {
        for (var each : all)
            if (each.id.equals(id) && each.state == State.RUNNING) {
                each.cancel();
                return;
            }
        throw new MatriarchException(
                Code.REFUSED,
                "no restore \"" + id + "\" is under way",
                "look at those there are, and how they ended");
    }

    /** Cancels what runs; it can be restored over. */
    @Override
    public void close() {
        List<Running> running;
        synchronized (this) {
            running = all.stream().filter(each -> each.state == State.RUNNING).toList();
        }
        for (var each : running) each.cancel();
        for (var each : running) each.join();
    }

    private final class Running {
        final String id = UUID.randomUUID().toString();
        final RestoreProgress progress = new RestoreProgress();
        final Instant started = clock.instant();
        final String target;
        final Path directory;
        private final ProgressMeter meter;
        volatile State state = State.RUNNING;
        volatile boolean cancelled;
        private volatile @Nullable Thread thread;
        private volatile @Nullable Instant ended;
        private volatile String text = "";

        Running(String target, String repository, Path directory) {
            this.target = target;
            meter = new ProgressMeter(repository, clock, System::nanoTime);
            this.directory = directory;
        }

        void cancel() {
            cancelled = true;
            var present = thread;
            if (present != null) present.interrupt();
        }

        void join() {
            var present = thread;
            if (present == null) return;
            try {
                if (!present.join(END)) LOG.warn("restore to {} does not end yet", directory);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** State last: who sees it sees the rest. */
        void end(State how, String said, Instant at) {
            text = said;
            ended = at;
            state = how;
        }

        Job job(Instant now) {
            State present = state;
            var figures = progress.figures(meter);
            return new Job(
                    id,
                    target,
                    directory.toString(),
                    present,
                    started,
                    Optional.ofNullable(ended),
                    figures,
                    present == State.RUNNING ? words(figures, now) : text);
        }

        private static String words(JobProgress figures, Instant now) {
            String doing =
                    switch (figures.phase()) {
                        case "planning" -> "reads what the repository holds";
                        case "finishing" -> "syncs what was written";
                        default -> "";
                    };
            return ProgressText.of(doing, figures, now);
        }
    }
}
