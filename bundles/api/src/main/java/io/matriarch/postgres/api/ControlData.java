package io.matriarch.postgres.api;

import io.matriarch.api.Lsn;
import io.matriarch.api.SystemId;

/**
 * What {@code pg_controldata} says; needs no running server.
 *
 * @param state PostgreSQL's own words: {@code in production}, {@code shut down}, {@code shut down
 *     in recovery}, {@code in archive recovery}, {@code in crash recovery}, {@code shutting down}
 * @param minRecoveryEnd {@link Lsn#ZERO} on a former primary
 * @param checksums whether data pages carry checksums
 * @param walLogHints the setting the server last ran with
 */
public record ControlData(
        SystemId systemId,
        String state,
        Lsn checkpoint,
        int checkpointTimeline,
        Lsn minRecoveryEnd,
        int minRecoveryEndTimeline,
        boolean checksums,
        boolean walLogHints,
        int maxConnections,
        int maxWorkerProcesses,
        int maxWalSenders,
        int maxPreparedTransactions,
        int maxLocksPerTransaction) {

    /** Stopped by a shutdown that wrote its checkpoint, as a primary. */
    public boolean shutDownClean() {
        return state.equals("shut down");
    }

    /** Last ran as a standby. */
    public boolean wasStandby() {
        return state.equals("shut down in recovery") || state.equals("in archive recovery");
    }
}
