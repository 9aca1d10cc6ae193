package io.matriarch.schedule.api;

import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Something that runs on exactly one member of the cluster at a time. A service of this type with
 * the property {@link #NAME}, registered on every member that could run it; looked up anew for each
 * run.
 */
@ConsumerType
public interface ClusterTask {
    /** Service property: the name schedules refer to, such as {@code backup-full}. */
    String NAME = "io.matriarch.cluster.task";

    /**
     * Service property: of tasks with the same group one runs at a time in the whole cluster; the
     * others wait. Without it only runs of the same schedule exclude each other.
     */
    String GROUP = "io.matriarch.cluster.task.group";

    /** Whether this member should run it now; asked often, so answered from memory. */
    Fitness fitness();

    /**
     * Runs it. The thread is interrupted when the run was stopped by a person, or when this member
     * lost its claim and another one may begin: then end soon, and leave nothing half done that a
     * second run could not clear away.
     *
     * @return one sentence about what was done, kept in the history
     * @throws Exception is kept as the run's outcome; a {@code MatriarchException} with its hint
     */
    String run(Run run) throws Exception;

    /** How well a member is placed. */
    sealed interface Fitness {
        /**
         * @param rank 0 is best; a member of a higher one leaves the better ones some seconds each
         * @param why a few words: {@code standby, in step}
         */
        record Fit(int rank, String why) implements Fitness {}

        /**
         * @param why a few words: {@code no repository is configured here}
         */
        record Unfit(String why) implements Fitness {}
    }

    /** One run, seen from within. */
    @ProviderType
    interface Run {
        /** Unique in the cluster. */
        String id();

        /** The schedule it belongs to. */
        String schedule();

        /** Tells where it stands; shown by {@link ClusterJobs}, at most every few seconds. */
        void progress(String sentence);

        /** Tells where it stands, for people and for programs. */
        void progress(String sentence, JobProgress standing);
    }
}
