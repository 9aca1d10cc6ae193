package io.matriarch.postgres.api;

import io.matriarch.api.Lsn;
import io.matriarch.api.SystemId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The server beside us at one instant. What could not be learnt is empty, never guessed.
 *
 * @param trouble why the directory is inaccessible or the server does not answer; empty if nothing
 *     is wrong
 * @param inState how long {@code state} has lasted
 * @param postmaster empty if no process runs on the data directory; a zombie counts as not running
 * @param live empty unless the server answered a query
 * @param control empty if {@code pg_controldata} could not read the directory
 * @param standbySignal whether {@code standby.signal} (or {@code recovery.signal}) lies in the
 *     directory
 */
public record ServerView(
        DataDirectory dataDirectory,
        String trouble,
        PostgresState state,
        Duration inState,
        Optional<Postmaster> postmaster,
        Optional<Live> live,
        Optional<ControlData> control,
        boolean standbySignal,
        List<PendingRestart> pendingRestart) {
    public ServerView {
        pendingRestart = List.copyOf(pendingRestart);
    }

    public Optional<SystemId> systemId() {
        return control.map(ControlData::systemId);
    }

    public boolean running() {
        return postmaster.isPresent();
    }

    /**
     * A postmaster, told apart from a later process with the same pid.
     *
     * @param startTicks field 22 of {@code /proc/PID/stat}
     */
    public record Postmaster(long pid, long startTicks) {}

    /**
     * What the server itself says.
     *
     * @param timeline of a primary its own; of a standby the one it receives or replays
     * @param flushed primary: {@code pg_current_wal_flush_lsn()}; standby: {@link Lsn#ZERO}
     * @param received standby: the furthest of WAL receiver's written and {@code
     *     pg_last_wal_receive_lsn()}
     * @param replayed standby: {@code pg_last_wal_replay_lsn()}
     * @param replicationState {@code streaming}, {@code in archive recovery} or empty
     * @param synchronousStandbyNames as a session reads it
     * @param synchronousInForce whether the checkpointer is at rest, and so has read it too: only
     *     then do sessions wait by it. Says nothing about a value set less than a moment ago
     * @param upstream where {@code primary_conninfo} points, whether or not it streams; several if
     *     it names several
     */
    public record Live(
            boolean inRecovery,
            int timeline,
            Lsn flushed,
            Lsn received,
            Lsn replayed,
            Optional<Instant> replayedAt,
            boolean replayPaused,
            String replicationState,
            List<HostPort> upstream,
            String primarySlotName,
            int serverVersion,
            String postmasterStartTime,
            List<WalSender> walSenders,
            String synchronousStandbyNames,
            boolean synchronousInForce) {
        public Live {
            upstream = List.copyOf(upstream);
            walSenders = List.copyOf(walSenders);
        }

        /** How far this server has WAL: flushed on a primary, received or replayed on a standby. */
        public Lsn position() {
            return inRecovery ? Lsn.max(received, replayed) : flushed;
        }
    }
}
