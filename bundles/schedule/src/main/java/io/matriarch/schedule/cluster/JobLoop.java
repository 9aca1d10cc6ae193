package io.matriarch.schedule.cluster;

import io.matriarch.dcs.api.DcsException;
import io.matriarch.schedule.core.Timetable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the agent when something may be due, and often enough to see what others did. */
public final class JobLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobLoop.class);

    /** So that the claim of a dead member is seen soon after its lease ended. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    private final Supplier<List<Timetable>> timetables;
    private final JobAgent agent;
    private final InstantSource clock;
    private final Thread thread;
    private int failures;

    /**
     * @param timetables asked for each look: tasks come and go
     */
    public JobLoop(Supplier<List<Timetable>> timetables, JobAgent agent, InstantSource clock) {
        this.timetables = timetables;
        this.agent = agent;
        this.clock = clock;
        thread = Thread.ofVirtual().name("cluster-jobs").start(this::run);
    }

    private void run() {
        try {
            Instant look = clock.instant();
            while (!Thread.currentThread().isInterrupted()) {
                agent.keep();
                if (!clock.instant().isBefore(look)) look = look();
                Duration untilLook = Duration.between(clock.instant(), look);
                boolean often = agent.isBusy() && untilLook.compareTo(JobAgent.KEEP_EVERY) > 0;
                Duration pause = often ? JobAgent.KEEP_EVERY : untilLook;
                if (pause.isPositive()) Thread.sleep(pause);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private Instant look() {
        Instant latest = clock.instant().plus(LOOK_EVERY);
        try {
            Instant wanted = agent.look(timetables.get());
            failures = 0;
            return wanted.isBefore(latest) ? wanted : latest;
        } catch (DcsException e) {
            // once may be a leader of the store that changes, or our own start
            if (++failures == 2)
                LOG.warn("jobs of the cluster wait for the store: {}", e.getMessage());
            return clock.instant().plus(JobAgent.KEEP_EVERY);
        } catch (RuntimeException e) {
            LOG.error("jobs of the cluster", e);
            return latest;
        }
    }

    /** What runs is interrupted, and left for another member to begin anew. */
    @Override
    public void close() {
        thread.interrupt();
        agent.stop();
    }
}
