package io.matriarch.monitor.core;

import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.MemberStatus;
import io.matriarch.failover.api.NodeStatus;
import java.util.Optional;

/** Whether this node's WAL is of the history of its cluster. */
public final class Timelines {
    private Timelines() {}

    /**
     * Whether a member that does not lead is on another timeline than the leader; for a moment
     * after each promotion every standby is.
     *
     * @return empty if one of the timelines is not known, or nobody leads
     */
    public static Optional<Boolean> differs(NodeStatus node, ClusterStatus cluster) {
        if (node.name().equals(cluster.leader())) return Optional.of(false);
        if (node.timeline() == 0) return Optional.empty();
        return cluster.members().stream()
                .filter(member -> member.name().equals(cluster.leader()))
                .map(MemberStatus::timeline)
                .filter(timeline -> timeline > 0)
                .findFirst()
                .map(timeline -> timeline != node.timeline());
    }
}
