package io.matriarch.failover.simulation;

import io.matriarch.api.MemberName;
import io.matriarch.failover.core.Failsafe;
import io.matriarch.failover.core.FailsafeView;
import io.matriarch.failover.core.LocalView;
import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.failover.core.MemberJson;
import io.matriarch.failover.core.Policy;
import io.matriarch.failover.core.Promises;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/** Keeps the members' agreement while the store is away; as the real one, in events. */
final class SimFailsafe {
    private static final long LOOK = World.SECOND;

    private final SimAgent agent;
    private final SimNode node;
    private final World world;
    private Promises promises = Promises.NONE;
    private long round;

    SimFailsafe(SimAgent agent) {
        this.agent = agent;
        node = agent.node;
        world = node.world;
    }

    void start() {
        keep();
    }

    /** The store does not answer any more. */
    void signal() {
        agent.later(0, this::keep);
    }

    FailsafeView view() {
        var refused =
                whom().map(members -> promises.missing(members.keySet(), node.nanoTime()))
                        .orElse(Map.of());
        return new FailsafeView(
                agent.failsafe.mayLead(),
                agent.lease.byPromise(),
                refused,
                agent.allegiance.promise());
    }

    private void keep() {
        long mine = ++round;
        long pause = askAll() ? agent.policy.ttl().toNanos() / 5 : LOOK;
        agent.later(
                pause,
                () -> {
                    if (mine == round) keep();
                });
    }

    private Optional<SortedMap<MemberName, String>> whom() {
        if (!agent.mirror.isAway()) return Optional.empty();
        return Failsafe.whomToAsk(
                node.name,
                agent.failsafe.mayLead(),
                serves(),
                agent.lease.left().isPositive(),
                agent.policy);
    }

    private boolean serves() {
        var doing = agent.doing();
        if (doing == Kind.DEMOTE || doing == Kind.BOOTSTRAP) return false;
        return doing == Kind.PROMOTE
                || agent.server != null && LocalView.isPrimary(agent.server, agent.role);
    }

    /** Each question and each answer may be late or lost. */
    private boolean askAll() {
        var members = whom();
        if (members.isEmpty()) return false;
        var asked = agent.policy;
        long sent = node.nanoTime();
        if (members.get().isEmpty()) renew(until(sent, asked));
        for (var name : members.get().keySet())
            world.network.peerCall(
                    node,
                    node.other(name),
                    there -> there.consent(sender(asked)),
                    answer -> agent.resume(() -> heard(name, answer, sent, asked)));
        return true;
    }

    private void heard(MemberName name, boolean agrees, long sent, Policy asked) {
        if (!agrees) {
            promises = promises.refused(name, "refuses");
            return;
        }
        long from = world.rules.keep(Rule.PROMISE_DEPARTURE) ? sent : node.nanoTime();
        long until = until(from, asked);
        promises = promises.given(name, until);
        renew(until);
    }

    private void renew(long alone) {
        if (agent.lease.agreed(() -> whom().map(m -> end(m, alone)).orElse(OptionalLong.empty())))
            agent.wake();
    }

    private OptionalLong end(SortedMap<MemberName, String> members, long alone) {
        if (members.isEmpty()) return OptionalLong.of(alone);
        Set<MemberName> counted = members.keySet();
        if (!world.rules.keep(Rule.ALL_AGREE)) {
            var missing = promises.missing(counted, node.nanoTime()).keySet();
            if (missing.size() <= counted.size() / 2) {
                counted = new TreeSet<>(counted);
                counted.removeAll(missing);
                if (counted.isEmpty()) return OptionalLong.of(alone);
            }
        }
        return promises.byAll(counted);
    }

    private long until(long from, Policy asked) {
        return world.rules.keep(Rule.PROMISE_MARGIN)
                ? Failsafe.countsUntil(from, asked)
                : from + asked.ttl().toNanos();
    }

    private FailsafeView.Sender sender(Policy asked) {
        return new FailsafeView.Sender(
                node.name,
                MemberJson.connUrl(node.postgres.address(), "postgres"),
                node.apiUrl(),
                Map.of(),
                asked.ttl());
    }
}
