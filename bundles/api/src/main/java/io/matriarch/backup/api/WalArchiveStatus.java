package io.matriarch.backup.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What this member's archiver does, at one instant. It counts from the agent's start.
 *
 * @param waiting what PostgreSQL has ready and was not told to be archived
 * @param repositories in the order of the configuration
 * @param lastFailure of whatever kind, the newest; empty if the file was archived since
 * @param restoring what was fetched for {@code restore_command}
 */
public record WalArchiveStatus(
        Instant at,
        Waiting waiting,
        Throughput throughput,
        List<Repository> repositories,
        Optional<Failure> lastFailure,
        Restoring restoring) {
    public WalArchiveStatus {
        repositories = List.copyOf(repositories);
    }

    /**
     * Files in {@code pg_wal/archive_status} that end in {@code .ready}. On a standby they are
     * none, unless {@code archive_mode} is {@code always}.
     *
     * @param bytes of content; 0 while the segment size is not known yet
     * @param oldest the first in the order PostgreSQL archives them; empty if none waits
     * @param since when it became ready
     */
    public record Waiting(
            long files, long bytes, Optional<String> oldest, Optional<Instant> since) {
        public static final Waiting NOTHING = new Waiting(0, 0, Optional.empty(), Optional.empty());
    }

    /**
     * Over the last minutes. Archived below produced means falling behind.
     *
     * @param archivedBytesPerSecond content that became durable
     * @param producedBytesPerSecond content that became ready, in whole files
     * @param seconds the time both were counted over; 0 if there was none yet
     */
    public record Throughput(
            double archivedBytesPerSecond, double producedBytesPerSecond, long seconds) {}

    /**
     * One repository.
     *
     * @param name as configured: {@code repo1}
     * @param required whether PostgreSQL may drop WAL only once it is durable here
     * @param lastFile the newest file stored or found there
     * @param files stored by this agent
     * @param bytes of their content
     * @param storedBytes as they lie there, compressed and encrypted
     * @param failures how often storing a file failed
     * @param lastFailure empty if a file was stored since
     */
    public record Repository(
            String name,
            boolean required,
            Optional<String> lastFile,
            Optional<Instant> lastAt,
            long files,
            long bytes,
            long storedBytes,
            long failures,
            Optional<Failure> lastFailure) {}

    /**
     * A file that could not be stored.
     *
     * @param since when the present row of failures began
     */
    public record Failure(String file, Instant since, Instant at, String message, String hint) {}

    /**
     * The other direction.
     *
     * @param files handed to PostgreSQL
     * @param fromSpool of them, those that had been fetched ahead
     * @param spoolBytes lying ready now
     */
    public record Restoring(long files, long fromSpool, long spoolBytes) {}
}
