package io.matriarch.schedule.api;

import io.matriarch.api.MatriarchException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Schedules of which exactly one member runs each, decided through the store. A member that dies is
 * replaced within its lease; what was running begins anew. Every answer is that of the whole
 * cluster.
 */
@ProviderType
public interface ClusterJobs {
    /**
     * What the schedules of tasks begin with that run only when somebody asks for them: {@code
     * on-demand:backup-full}. There is one for every task this member knows.
     */
    String ON_DEMAND = "on-demand:";

    /** Every configured schedule, in their order, then those on demand. */
    List<Job> jobs() throws MatriarchException;

    /**
     * Has a task run once, as soon as may be, on the member that is placed best for it. Every
     * member sees the wish within some seconds; if none can run it within ten minutes it is
     * recorded as skipped.
     *
     * @param task such as {@code backup-full}
     * @param dryRun only say whether it would be taken
     * @throws MatriarchException {@code REFUSED}: there is no such task, or it is asked for or
     *     running already
     */
    Wish ask(String task, boolean dryRun) throws MatriarchException;

    /**
     * A run that is asked for.
     *
     * @param id of the run; empty in a dry run. A member that takes over from a dead one gives it
     *     another
     * @param schedule where it and its history are found
     * @param due when it was asked for: the run that stands for this time is it
     */
    record Wish(String id, String schedule, Instant due) {}

    /** Runs of a schedule that ended, newest first; the last 30 are kept. */
    List<JobRun> history(String schedule) throws MatriarchException;

    /**
     * Runs a schedule now, on this member; its next time stays as it is.
     *
     * @param dryRun only say whether it would begin
     * @return the run's id; empty in a dry run
     * @throws MatriarchException {@code REFUSED}: no such schedule, running already, or this member
     *     is not fit for it
     */
    String start(String schedule, boolean dryRun) throws MatriarchException;

    /**
     * Stops a run, on whatever member it is; it may take some seconds.
     *
     * @throws MatriarchException {@code REFUSED}: nothing of that schedule is running
     */
    void stop(String schedule) throws MatriarchException;

    /**
     * @param cron Quartz' form; empty if it runs on demand only
     * @param next when it comes due, its jitter included; empty if it never does again
     * @param last the newest run, running or ended; empty before the first
     */
    record Job(
            String schedule,
            String task,
            String cron,
            String zone,
            Optional<Instant> next,
            Optional<JobRun> last) {}

    /**
     * @param due the time it stands for
     * @param member who runs or ran it; empty if nobody did
     * @param attempt from 1; more if members died while they ran it
     * @param text what was done, what went wrong with its hint, or where it stands
     * @param progress where it stands, in figures; empty once it ended, and while it tells none
     */
    record JobRun(
            String id,
            String schedule,
            Instant due,
            String member,
            State state,
            int attempt,
            Optional<Instant> started,
            Optional<Instant> ended,
            String text,
            Optional<JobProgress> progress) {
        /** One that tells no figures. */
        public JobRun(
                String id,
                String schedule,
                Instant due,
                String member,
                State state,
                int attempt,
                Optional<Instant> started,
                Optional<Instant> ended,
                String text) {
            this(id, schedule, due, member, state, attempt, started, ended, text, Optional.empty());
        }

        /** The same run, further. */
        public JobRun standing(String sentence, Optional<JobProgress> figures) {
            return new JobRun(
                    id, schedule, due, member, state, attempt, started, ended, sentence, figures);
        }

        /** What became of it. */
        public enum State {
            RUNNING,
            DONE,
            FAILED,
            /** Stopped by a person. */
            STOPPED,
            /** Its time passed while nobody could run it. */
            SKIPPED
        }
    }
}
