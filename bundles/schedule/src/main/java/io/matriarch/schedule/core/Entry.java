package io.matriarch.schedule.core;

import io.matriarch.schedule.api.ClusterJobs.JobRun;
import io.matriarch.schedule.api.ClusterJobs.JobRun.State;
import java.time.Instant;
import java.util.Optional;

/**
 * What the store knows of a schedule: up to which time it was dealt with, and its newest run.
 *
 * @param cron what it was then; a changed one begins anew
 * @param handled the newest time that was run, skipped, or passed before the schedule existed
 * @param asked a run somebody wants beside those of the cron, until it begins or is given up
 */
public record Entry(String cron, Instant handled, Optional<JobRun> run, Optional<Asked> asked) {
    /**
     * @param id the run will have
     * @param due when it was asked for, and so when it is due
     */
    public record Asked(String id, Instant due) {}

    public Entry(String cron, Instant handled, Optional<JobRun> run) {
        this(cron, handled, run, Optional.empty());
    }

    public static Entry fresh(Timetable timetable, Instant now) {
        return new Entry(timetable.cron(), now, Optional.empty());
    }

    public Entry with(JobRun newest) {
        return new Entry(cron, handled, Optional.of(newest), asked);
    }

    public Entry asking(Asked wish) {
        return new Entry(cron, handled, run, Optional.of(wish));
    }

    /** The wish, if it is for that time. */
    public Optional<Asked> askedAt(Instant due) {
        return asked.filter(wish -> wish.due().equals(due));
    }

    /** That time needs no more thought. */
    public Entry handledUpTo(Instant due) {
        return new Entry(
                cron,
                due.isAfter(handled) ? due : handled,
                run,
                askedAt(due).isPresent() ? Optional.empty() : asked);
    }

    public boolean isRunning() {
        return run.isPresent() && run.get().state() == State.RUNNING;
    }
}
