package io.matriarch.management.core;

import io.matriarch.failover.api.Answer;
import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.MemberStatus;
import io.matriarch.failover.api.NodeStatus;
import io.matriarch.failover.api.RestartRequest;
import java.util.Map;

/**
 * What a dangerous request would do in the present state, for those the agent has no dry run of.
 */
public final class DryRun {
    private DryRun() {}

    public static Answer restart(NodeStatus node, ClusterStatus cluster, RestartRequest request) {
        if (request.role().filter(role -> !role.equals(node.role())).isPresent())
            return no(node.name() + " is " + node.role() + ", not " + request.role().orElseThrow());
        boolean pending =
                cluster.members().stream()
                        .anyMatch(m -> m.name().equals(node.name()) && m.pendingRestart());
        if (request.onlyIfPending() && !pending)
            return no("no changed parameter of " + node.name() + " waits for a restart");
        if (request.at().isEmpty() && !node.action().isEmpty()) return busy(node);
        return yes(
                "would restart PostgreSQL of %s (%s, %s) %s%s; its clients are disconnected"
                        .formatted(
                                node.name(),
                                node.role(),
                                node.state(),
                                request.at().map(at -> "at " + at).orElse("now"),
                                request.olderThan()
                                        .map(v -> ", if it is older than " + v)
                                        .orElse("")));
    }

    public static Answer reinitialize(
            NodeStatus node, ClusterStatus cluster, boolean force, boolean fromLeader) {
        if (node.leader() || cluster.leader().equals(node.name()))
            return no(node.name() + " is the leader, its data is the cluster's");
        if (cluster.leader().isEmpty()) return no("nobody leads, so there is nothing to clone");
        if (!node.action().isEmpty() && !force) return busy(node);
        return yes(
                "would stop PostgreSQL of %s, set its data aside and clone it from %s; the old data goes once the new one streams"
                        .formatted(
                                node.name(),
                                fromLeader
                                        ? "the leader " + cluster.leader()
                                        : "the leader "
                                                + cluster.leader()
                                                + " or a member tagged clonefrom"));
    }

    public static Answer shutDown(NodeStatus node, ClusterStatus cluster) {
        if (cluster.paused())
            return yes("would stop this agent and leave PostgreSQL running: the cluster is paused");
        boolean others =
                cluster.members().stream()
                        .map(MemberStatus::name)
                        .anyMatch(name -> !name.equals(node.name()));
        if (!node.leader()) return yes("would stop PostgreSQL of " + node.name());
        return yes(
                others
                        ? "would stop PostgreSQL of "
                                + node.name()
                                + ", the leader, and let another member lead"
                        : "would stop PostgreSQL of "
                                + node.name()
                                + ", the leader and only member: nobody would accept writes");
    }

    /** The text of a good answer is the whole configuration as it would be. */
    public static Answer patchConfig(String present, String patch) throws Refused {
        Map<String, Object> before = Json.object(present);
        Map<String, Object> after = MergePatch.apply(before, Json.object(patch));
        return after.equals(before) ? yes("would change nothing") : yes(Json.text(after));
    }

    private static Answer yes(String text) {
        return new Answer(200, text);
    }

    private static Answer no(String why) {
        return new Answer(412, "would be refused: " + why);
    }

    private static Answer busy(NodeStatus node) {
        return new Answer(
                503, "would be refused: %s is busy: %s".formatted(node.name(), node.action()));
    }
}
