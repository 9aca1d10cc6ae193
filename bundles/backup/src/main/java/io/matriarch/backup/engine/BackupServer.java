package io.matriarch.backup.engine;

import io.matriarch.api.Lsn;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The session with the server a backup is read from. It stays open from start to stop: PostgreSQL
 * forgets a backup whose session ends. Used by one thread, but for {@link #cancel}.
 */
public interface BackupServer extends AutoCloseable {
    /**
     * What does not change while the session lasts.
     *
     * @param version as {@code server_version_num}: 150018
     * @param dataDirectory as the server sees it
     * @param inRecovery it is a standby
     * @param archiveMode the setting: {@code off}, {@code on}, {@code always}
     */
    record Facts(int version, String dataDirectory, boolean inRecovery, String archiveMode) {
        public int major() {
            return version / 10_000;
        }
    }

    /**
     * @param lsn where replay will begin
     * @param at by the server's clock
     */
    record Started(Lsn lsn, Instant at) {}

    /**
     * @param lsn from which on the restored cluster is consistent
     * @param at by the server's clock
     * @param label content of {@code backup_label}, byte for byte
     * @param tablespaceMap content of {@code tablespace_map}; blank if there is no tablespace
     */
    record Ended(Lsn lsn, Instant at, String label, String tablespaceMap) {}

    /**
     * How the server fares during the backup.
     *
     * @param timeline of a standby the one it receives, if it receives; of a primary its own
     * @param lagBytes of a standby: received and not replayed
     */
    record State(boolean inRecovery, Optional<Integer> timeline, Optional<Long> lagBytes) {}

    Facts facts();

    /**
     * {@code pg_backup_start}.
     *
     * @param fast checkpoint at once; else within PostgreSQL's own time, minutes
     */
    Started start(String label, boolean fast) throws MatriarchException;

    /** The WAL segment a primary writes now; empty on a standby. */
    Optional<String> currentSegment() throws MatriarchException;

    /** {@code pg_backup_stop}, which on a primary also ends the WAL segment; waits for nothing. */
    Ended stop() throws MatriarchException;

    /** Names by oid, without those of every cluster. */
    Map<String, String> tablespaces() throws MatriarchException;

    Map<String, Manifest.Database> databases() throws MatriarchException;

    State state() throws MatriarchException;

    /** How long a commit takes on a primary; writes a few bytes of WAL. Empty on a standby. */
    Optional<Duration> commitLatency() throws MatriarchException;

    /** Ends a call that lasts; may come from any thread. */
    void cancel();

    @Override
    void close();
}
