package io.matriarch.postgres.api;

import io.matriarch.api.Lsn;
import java.util.Optional;

/**
 * The facts that tell whether our WAL is a part of another server's history.
 *
 * @param localLsn running standby: replayed; stopped standby: end of recovery; stopped primary:
 *     latest checkpoint
 * @param checkpointEnd stopped primary: end of the shutdown checkpoint record, empty if it could
 *     not be read
 * @param formerPrimary whether we last ran as a primary
 * @param cleanShutdown whether {@code pg_controldata} says {@code shut down} or {@code shut down in
 *     recovery}
 * @param switchPoint where the other's history left ours, also if both ended up with the same
 *     timeline number (two members promoted apart number alike); empty if it has not left it
 */
public record Lineage(
        int localTimeline,
        Lsn localLsn,
        Optional<Lsn> checkpointEnd,
        boolean formerPrimary,
        boolean cleanShutdown,
        int upstreamTimeline,
        boolean upstreamInRecovery,
        Optional<Lsn> switchPoint) {}
