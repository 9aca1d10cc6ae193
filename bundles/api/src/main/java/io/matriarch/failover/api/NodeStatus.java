package io.matriarch.failover.api;

/**
 * This node.
 *
 * @param role {@code primary}, {@code standby_leader}, {@code replica}, {@code demoted}, {@code
 *     promoted} or {@code uninitialized}
 * @param leaseLeftMillis until this node must have stopped writing unless the lease is renewed; 0
 *     if it does not lead
 * @param guard {@code armed}, {@code standing down} or {@code absent: WHY}
 * @param action the long action under way; empty if none
 */
public record NodeStatus(
        String name,
        String role,
        String state,
        int timeline,
        long positionBytes,
        boolean leader,
        long leaseLeftMillis,
        String guard,
        String action,
        String lastDecision,
        String lastReason) {}
