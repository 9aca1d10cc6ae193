package io.matriarch.schedule.cluster;

import io.matriarch.schedule.api.ClusterJobs.JobRun;
import io.matriarch.schedule.api.ClusterJobs.JobRun.State;
import io.matriarch.schedule.api.ClusterTask;
import io.matriarch.schedule.api.JobProgress;
import io.matriarch.schedule.core.Outcome;
import io.matriarch.schedule.core.Standing;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run of this member, from its claim until its end is told. */
final class ActiveRun implements ClusterTask.Run {
    private final JobRun begun;
    private final long entryRevision;
    private final long leaseId;
    private long leaseEndNanos;
    private Standing progress = Standing.NONE;
    private Standing toldProgress = Standing.NONE;
    private @Nullable Thread thread;
    private boolean stopped;
    private boolean lost;

    ActiveRun(JobRun begun, long entryRevision, long leaseId, long leaseEndNanos) {
        this.begun = begun;
        this.entryRevision = entryRevision;
        this.leaseId = leaseId;
        this.leaseEndNanos = leaseEndNanos;
    }

    @Override
    public String id() {
        return begun.id();
    }

    @Override
    public String schedule() {
        return begun.schedule();
    }

    @Override
    public synchronized void progress(String sentence) {
        progress = new Standing(sentence, Optional.empty());
    }

    @Override
    public synchronized void progress(String sentence, JobProgress standing) {
        progress = new Standing(sentence, Optional.of(standing));
    }

    /** What was told since it was last asked. */
    synchronized Optional<Standing> freshProgress() {
        if (progress.equals(toldProgress)) return Optional.empty();
        toldProgress = progress;
        return Optional.of(progress);
    }

    JobRun begun() {
        return begun;
    }

    /**
     * The entry's revision as our claim wrote it: as long as it is that, the run is ours to end.
     */
    long entryRevision() {
        return entryRevision;
    }

    long leaseId() {
        return leaseId;
    }

    synchronized void renewed(long untilNanos) {
        leaseEndNanos = untilNanos;
    }

    synchronized boolean isExpired(long nowNanos) {
        return nowNanos - leaseEndNanos >= 0;
    }

    /** From here on an interruption reaches the task. */
    synchronized void onThisThread() {
        thread = Thread.currentThread();
        if (stopped || lost) thread.interrupt();
    }

    /** The task is over: its thread has other things to do, which nobody may interrupt. */
    synchronized void taskOver() {
        thread = null;
        Thread.interrupted();
    }

    synchronized void stop() {
        stopped = true;
        if (thread != null) thread.interrupt();
    }

    /** Another member may begin: whatever we do must end. */
    synchronized void lose() {
        lost = true;
        if (thread != null) thread.interrupt();
    }

    synchronized boolean isLost() {
        return lost;
    }

    synchronized JobRun ended(Instant at, String said, @Nullable Throwable failure) {
        State state = failure == null ? State.DONE : stopped ? State.STOPPED : State.FAILED;
        String text =
                failure == null
                        ? said
                        : stopped
                                ? "stopped on request"
                                : Outcome.failed(failure).replaceFirst("^failed: ", "");
        return new JobRun(
                begun.id(),
                begun.schedule(),
                begun.due(),
                begun.member(),
                state,
                begun.attempt(),
                begun.started(),
                Optional.of(at),
                text);
    }
}
