package io.matriarch.monitor.core;

import static io.matriarch.monitor.api.Health.Aspect.LIVENESS;
import static io.matriarch.monitor.api.Health.Aspect.READINESS;
import static io.matriarch.monitor.api.Health.Aspect.RESTART;
import static io.matriarch.monitor.api.Health.Status.CRITICAL;
import static io.matriarch.monitor.api.Health.Status.OK;
import static io.matriarch.monitor.api.Health.Status.WARNING;

import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.MemberStatus;
import io.matriarch.failover.api.NodeStatus;
import io.matriarch.monitor.api.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether this node is well, and whether it may be restarted. */
public final class Judge {
    /** A standby this far behind would lose too much, or take too long, to take over. */
    private static final long FAR_BEHIND = 16L << 20;

    private static final Set<String> WELL = Set.of("running", "streaming");

    private Judge() {}

    /**
     * What is known of the agent.
     *
     * @param synchronousShort how many more synchronous standbys a commit needs than stream, or 0;
     *     negative: so many could go
     */
    public record Known(
            NodeStatus node, ClusterStatus cluster, Optional<Integer> synchronousShort) {}

    /**
     * @param agent empty if the failover agent is not there
     * @param postgresTrouble why PostgreSQL does not answer us; empty if it does or is not asked
     */
    public static List<Health> judge(Optional<Known> agent, String postgresTrouble) {
        var answers = new ArrayList<Health>();
        if (agent.isEmpty()) {
            answers.add(new Health(LIVENESS, "agent", CRITICAL, "the failover agent is absent"));
            answers.add(new Health(READINESS, "agent", CRITICAL, "the failover agent is absent"));
            answers.add(
                    new Health(
                            RESTART,
                            "agent",
                            WARNING,
                            "the failover agent is absent; nobody knows"));
            return answers;
        }
        var known = agent.get();
        answers.add(new Health(LIVENESS, "agent", OK, "the failover agent runs"));
        answers.add(guard(known.node()));
        answers.add(postgres(known.node(), postgresTrouble));
        answers.add(leader(known.cluster()));
        answers.add(lag(known));
        answers.add(busy(known.node()));
        answers.add(takeOver(known));
        known.synchronousShort().ifPresent(count -> answers.add(synchronous(known, count)));
        return answers;
    }

    private static Health guard(NodeStatus node) {
        return node.guard().startsWith("absent")
                ? new Health(LIVENESS, "guard", CRITICAL, "the guard is " + node.guard())
                : new Health(LIVENESS, "guard", OK, "the guard is " + node.guard());
    }

    private static Health postgres(NodeStatus node, String trouble) {
        if (!node.state().equals("running"))
            return new Health(READINESS, "postgres", CRITICAL, "PostgreSQL is " + node.state());
        return trouble.isEmpty()
                ? new Health(READINESS, "postgres", OK, "PostgreSQL runs")
                : new Health(
                        READINESS,
                        "postgres",
                        WARNING,
                        "PostgreSQL runs and does not answer the monitoring role: " + trouble);
    }

    private static Health leader(ClusterStatus cluster) {
        return cluster.leader().isEmpty()
                ? new Health(READINESS, "leader", CRITICAL, "nobody leads")
                : new Health(READINESS, "leader", OK, cluster.leader() + " leads");
    }

    private static Health lag(Known known) {
        if (known.node().leader())
            return new Health(READINESS, "replication", OK, "this node leads");
        var self = member(known.cluster(), known.node().name());
        if (self.isEmpty())
            return new Health(READINESS, "replication", CRITICAL, "the store does not know us");
        if (!self.get().state().equals("streaming"))
            return new Health(
                    READINESS, "replication", CRITICAL, "not streaming: " + self.get().state());
        var lag = self.get().replayLagBytes();
        return lag.isPresent() && lag.getAsLong() > FAR_BEHIND
                ? new Health(READINESS, "replication", WARNING, lag.getAsLong() + " bytes behind")
                : new Health(READINESS, "replication", OK, "streaming");
    }

    private static Health busy(NodeStatus node) {
        return node.action().isEmpty()
                ? new Health(RESTART, "work", OK, "nothing is under way")
                : new Health(RESTART, "work", CRITICAL, node.action() + " is under way");
    }

    /** Who would serve while this node is away. */
    private static Health takeOver(Known known) {
        var cluster = known.cluster();
        String self = known.node().name();
        if (!known.node().leader()) {
            boolean led =
                    member(cluster, cluster.leader())
                            .filter(member -> WELL.contains(member.state()))
                            .isPresent();
            return led
                    ? new Health(RESTART, "leadership", OK, cluster.leader() + " leads and is well")
                    : new Health(
                            RESTART,
                            "leadership",
                            CRITICAL,
                            "no other member leads and is well: this one may be needed");
        }
        var candidates =
                cluster.members().stream()
                        .filter(member -> !member.name().equals(self))
                        .filter(Judge::fit)
                        .map(MemberStatus::name)
                        .toList();
        if (candidates.isEmpty())
            return new Health(
                    RESTART,
                    "leadership",
                    CRITICAL,
                    "this node leads, and no other member could take over: writes would stop");
        return cluster.paused()
                ? new Health(
                        RESTART,
                        "leadership",
                        WARNING,
                        "this node leads, and the cluster is paused: nobody takes over by itself")
                : new Health(
                        RESTART,
                        "leadership",
                        WARNING,
                        "this node leads: switch over first, to one of " + candidates);
    }

    private static boolean fit(MemberStatus member) {
        return member.state().equals("streaming")
                && !Boolean.TRUE.equals(member.tags().get("nofailover"))
                && member.receiveLagBytes().isPresent()
                && member.receiveLagBytes().getAsLong() <= FAR_BEHIND;
    }

    private static Health synchronous(Known known, int missing) {
        if (missing > 0)
            return new Health(
                    READINESS,
                    "synchronous",
                    CRITICAL,
                    "commits wait for " + missing + " more synchronous standby(s)");
        return new Health(
                READINESS,
                "synchronous",
                OK,
                known.node().name() + " has the synchronous standbys it needs");
    }

    private static Optional<MemberStatus> member(ClusterStatus cluster, String name) {
        return cluster.members().stream().filter(member -> member.name().equals(name)).findFirst();
    }
}
