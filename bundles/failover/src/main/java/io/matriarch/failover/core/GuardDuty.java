package io.matriarch.failover.core;

import io.matriarch.postgres.api.ServerView;
import java.util.Optional;

/**
 * What becomes of the guard's deadline in a round of the loop. A lead that is over must not end a
 * standby, and nobody may start the server that lies there; but what may still accept writes keeps
 * its deadline.
 */
public enum GuardDuty {
    /** As it is. */
    LEAVE,
    /** No deadline: what runs here only reads, or a person has the cluster in hand. */
    STAND_DOWN,
    /** No deadline although we lead: a standby cluster's leader only reads. */
    READS_ONLY,
    /** What runs accepts writes by now: the deadline of our lease holds again. */
    REARM,
    /** Nothing runs, and nothing may start before an agent opens the directory. */
    SHUT_IF_ARMED;

    /**
     * @param busy a long action is under way, which sees to the guard itself
     * @param told the postmaster that was last told to end recovery; it may do so late, whatever
     *     became of the promotion
     * @param holdsLease by our own clock
     * @param readsOnly what this said last of a leader: {@link #READS_ONLY} and no {@link #REARM}
     *     since
     */
    public static GuardDuty of(
            ServerView server,
            Policy policy,
            boolean busy,
            Optional<ServerView.Postmaster> told,
            boolean holdsLease,
            boolean readsOnly) {
        if (busy) return LEAVE;
        if (policy.paused()) return STAND_DOWN;
        boolean reads = server.live().map(ServerView.Live::inRecovery).orElse(false);
        boolean quiet = reads && !mayBePromoted(server, told);
        if (holdsLease) {
            if (quiet && policy.standbyCluster().isPresent()) return readsOnly ? LEAVE : READS_ONLY;
            boolean writes = server.live().isPresent() && !reads;
            return readsOnly && writes ? REARM : LEAVE;
        }
        if (quiet) return STAND_DOWN;
        return server.running() ? LEAVE : SHUT_IF_ARMED;
    }

    /**
     * Whether what runs was told to end recovery. Before a key is given away it has to be ended: it
     * may accept writes at any moment.
     */
    public static boolean mayBePromoted(ServerView server, Optional<ServerView.Postmaster> told) {
        return told.isPresent() && told.equals(server.postmaster());
    }
}
