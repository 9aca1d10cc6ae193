package io.matriarch.backup.api;

import io.matriarch.api.MatriarchException;
import io.matriarch.schedule.api.JobProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Restores to a directory of this node. The member's own data directory and what belongs to another
 * cluster are never touched. It is there as long as a repository is configured.
 */
@ProviderType
public interface Restoring {
    /**
     * Says how a restore would go; touches nothing.
     *
     * @throws MatriarchException {@code RESTORE}: the target cannot be reached, or the directory is
     *     no place for it; {@code USAGE}: the target is not understood
     */
    Plan plan(Wanted wanted) throws MatriarchException;

    /**
     * Begins a restore that {@link #plan} would agree to.
     *
     * @return its id
     * @throws MatriarchException as of {@link #plan}; also {@code REFUSED}: one is under way there
     */
    String start(Wanted wanted) throws MatriarchException;

    /** Restores since the agent's start, newest first; the last 20. */
    List<Job> jobs();

    /**
     * Ends one; what is there cannot be started, and can be restored over with {@code delta}.
     *
     * @throws MatriarchException {@code REFUSED}: there is none of this id under way
     */
    void cancel(String id) throws MatriarchException;

    /**
     * What somebody wants.
     *
     * @param target {@code latest}, {@code immediate}, an instant such as {@code
     *     2026-11-30T02:00:00Z}, {@code lsn=0/3000060}, {@code xid=741}, {@code name=POINT}
     * @param timeline {@code latest}, {@code current} or a number; empty: latest
     * @param backup label; empty: the newest that leads to the target
     * @param directory absolute path
     * @param tablespaces directory in which each tablespace gets one of its name; empty: where they
     *     were
     * @param databases that come back, with postgres and the templates; empty: all. Files of the
     *     others are there and empty, so that replay can write to them: they cannot be connected
     *     to, and are to be dropped
     * @param delta whether a stopped cluster of the same system id, or an unfinished restore, may
     *     be there; files that are right stay
     * @param replacement whether it is to take the place of the cluster's data ({@code
     *     Failover.replaceData}): it goes beside the member's data directory, is recovered there up
     *     to the target, and shut down. {@code directory} is empty then
     */
    record Wanted(
            String target,
            Optional<String> timeline,
            Optional<String> backup,
            String directory,
            Optional<String> tablespaces,
            List<String> databases,
            boolean delta,
            boolean replacement) {
        public Wanted {
            databases = List.copyOf(databases);
        }
    }

    /**
     * How it would go.
     *
     * @param repository it is restored from
     * @param backup label of what is restored
     * @param chain it and what it builds on, newest first
     * @param timeline recovery ends on
     * @param walFirst where replay begins; empty if it needs none
     * @param walLast the last segment replay may need
     * @param walBytes of them, at most
     * @param bytes to be written, of the backup
     * @param storedBytes to be read, of the backup
     * @param estimate how long it takes, restore and replay
     * @param earliest the earliest instant that can be restored from this repository
     * @param latest the latest
     * @param overwritten what would be lost
     * @param notes what people should know
     */
    record Plan(
            String target,
            String directory,
            String repository,
            String backup,
            List<String> chain,
            int timeline,
            Optional<String> walFirst,
            Optional<String> walLast,
            long walBytes,
            long bytes,
            long storedBytes,
            Duration estimate,
            Instant earliest,
            Instant latest,
            List<String> overwritten,
            List<String> notes) {
        public Plan {
            chain = List.copyOf(chain);
            overwritten = List.copyOf(overwritten);
            notes = List.copyOf(notes);
        }
    }

    /** What becomes of a restore. */
    enum State {
        RUNNING,
        DONE,
        FAILED,
        CANCELLED
    }

    /**
     * A restore.
     *
     * @param progress in figures: done are files that are as they should be; {@code planning} comes
     *     before {@code restoring}, {@code finishing} behind
     * @param text where it stands, what was done, or what went wrong with its hint
     */
    record Job(
            String id,
            String target,
            String directory,
            State state,
            Instant started,
            Optional<Instant> ended,
            JobProgress progress,
            String text) {}
}
