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
 */
public record Entry(String cron, Instant handled, Optional<JobRun> run) {
    public static Entry fresh(Timetable timetable, Instant now) {
        return new Entry(timetable.cron(), now, Optional.empty());
    }

    public Entry with(JobRun newest) {
        return new Entry(cron, handled, Optional.of(newest));
    }

    /** That time needs no more thought. */
    public Entry handledUpTo(Instant due) {
        return due.isAfter(handled) ? new Entry(cron, due, run) : this;
    }

    public boolean isRunning() {
        return run.isPresent() && run.get().state() == State.RUNNING;
    }
}
