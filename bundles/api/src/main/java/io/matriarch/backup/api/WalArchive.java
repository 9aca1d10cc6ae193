package io.matriarch.backup.api;

import io.matriarch.api.MatriarchException;
import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * This member's part in the WAL archive. It is there as long as a repository is configured, on a
 * standby too. Calls may come from any thread.
 */
@ProviderType
public interface WalArchive {
    /** Figures in memory and one look at {@code pg_wal/archive_status}; asks no repository. */
    WalArchiveStatus status();

    /** The last {@link #check}; empty if there was none since the agent's start. */
    Optional<WalCheck> lastCheck();

    /**
     * Compares every repository's archive with what its backups and recovery to any point in time
     * need, and stores what is missing if this member, another one or another repository has it.
     *
     * @param heal false only looks
     */
    WalCheck check(boolean heal);

    /**
     * Waits until every segment from {@code first} to {@code last} is in every required repository.
     * Whoever archives them; a segment that is not full yet has to be switched by the caller.
     *
     * @param first 24 hexadecimal digits
     * @param last on the same timeline
     * @throws MatriarchException {@code ARCHIVE}: not within {@code patience}; names the first one
     *     missing, where, and why if this member knows
     */
    void awaitArchived(String first, String last, Duration patience)
            throws MatriarchException, InterruptedException;
}
