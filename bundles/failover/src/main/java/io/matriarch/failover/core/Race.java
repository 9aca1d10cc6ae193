package io.matriarch.failover.core;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.failover.core.ClusterView.Initialize;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Nobody holds the leader key and our PostgreSQL runs (interop page, 5.6). */
final class Race {
    private Race() {}

    static Decision decide(ClusterView view, LocalView local, Policy policy) {
        boolean primary = local.isPrimary();
        var yield = LocalView.ahead(local.memory().yieldUntil(), local.now(), policy);
        if (yield.isPresent() && !primary)
            return new Decision.Wait("we gave the lease away a moment ago: others first");
        if (local.server().live().isEmpty())
            return new Decision.Wait(
                    "nobody leads; PostgreSQL does not answer: " + local.server().trouble());
        if (primary) return asPrimary(view, local, policy);

        var promise = local.failsafe().promise();
        if (promise.isPresent())
            return new Decision.Wait("nobody leads; not us: " + Failsafe.promised(promise.get()));
        var handover = Handover.withoutLeader(view, local, policy);
        if (handover.isPresent()) return handover.get();
        if (policy.paused()) return new Decision.Wait("nobody leads, but the cluster is paused");
        var hindrance = hindrance(view, local, policy);
        if (!hindrance.isEmpty()) return new Decision.Wait("nobody leads; not us: " + hindrance);
        var former = awaited(view, local, policy);
        if (former.isPresent())
            return new Decision.Wait(
                    "nobody leads; "
                            + former.get()
                            + " led when everything stopped, and may have more WAL: it gets a moment");
        return healthiest(view, local, policy, List.of(), true);
    }

    /**
     * After all members stopped together, the one that led is the one that lacks nothing. An agent
     * that has just started waits for it until it is twice the lease's time old, but no longer;
     * that it still saw the key of the leader that is gone says nothing.
     */
    private static Optional<MemberName> awaited(ClusterView view, LocalView local, Policy policy) {
        var born = local.memory().bornAt();
        boolean young =
                !local.now().isBefore(born)
                        && local.now().isBefore(born.plus(policy.ttl().multipliedBy(2)));
        if (!young) return Optional.empty();
        return view.lastPromoted()
                .filter(name -> !name.equals(local.self()))
                .filter(name -> view.member(name).filter(Member::running).isEmpty());
    }

    /** Why this node never leads at present; empty if it may. */
    static String hindrance(ClusterView view, LocalView local, Policy policy) {
        if (local.tags().nofailover()) return "tagged nofailover";
        if (!policy.unkept().isEmpty())
            return "the cluster asks for " + policy.unkept() + ", which this version does not keep";
        if (!local.guardReady()) return "the guard process does not answer";
        return Failsafe.leftOut(view, local.self());
    }

    /** A running primary takes the key up again, unless the others went on without it. */
    private static Decision asPrimary(ClusterView view, LocalView local, Policy policy) {
        if (policy.paused()) {
            boolean ours =
                    !(view.initialize() instanceof Initialize.Done(var id))
                            || local.server().systemId().map(id::equals).orElse(false);
            return ours
                    ? new Decision.Acquire("nobody leads, and our PostgreSQL is a primary")
                    : new Decision.Wait(
                            "nobody leads, and this data directory is of another cluster");
        }
        var hindrance = hindrance(view, local, policy);
        if (!hindrance.isEmpty())
            return new Decision.Demote(
                    Decision.Demote.Mode.IMMEDIATE_NOLOCK,
                    "no lease, and not ours to take: " + hindrance);
        int timeline = local.server().live().map(live -> live.timeline()).orElse(0);
        if (timeline < view.timeline())
            return new Decision.Demote(
                    Decision.Demote.Mode.IMMEDIATE_NOLOCK,
                    "our timeline "
                            + timeline
                            + " is behind the cluster's "
                            + view.timeline()
                            + ": another member was promoted after us");
        return new Decision.Acquire("nobody leads, and our PostgreSQL is a primary");
    }

    /**
     * Whether nobody is fresher.
     *
     * @param without members that shall not be considered
     * @param lagMatters false for what a person asked for
     */
    static Decision healthiest(
            ClusterView view,
            LocalView local,
            Policy policy,
            List<MemberName> without,
            boolean lagMatters) {
        var live = local.server().live().orElseThrow();
        Lsn position = live.position();
        if (lagMatters && policy.tooFarBehind(view.status().optime(), position))
            return new Decision.Wait(
                    "nobody leads; not us: at "
                            + position
                            + " we lack "
                            + view.status().optime().bytesAheadOf(position)
                            + " bytes of the last leader's WAL, more than maximum_lag_on_failover");
        if (policy.checkTimeline() && live.timeline() < view.timeline())
            return new Decision.Wait(
                    "nobody leads; not us: our timeline "
                            + live.timeline()
                            + " is behind "
                            + view.timeline());
        var others = others(view, local, without);
        if (local.peers().isEmpty() && !others.isEmpty())
            return new Decision.AskPeers(
                    others, "nobody leads: is anybody fresher than " + position + "?");
        return compare(view, local, position, local.peers().orElse(Map.of()), without);
    }

    private static Decision compare(
            ClusterView view,
            LocalView local,
            Lsn position,
            Map<MemberName, PeerAnswer> peers,
            List<MemberName> without) {
        var former =
                local.memory()
                        .lastLed()
                        .flatMap(ClusterView::leader)
                        .map(ClusterView.LeaderKey::name);
        var silent = new ArrayList<MemberName>();
        for (var entry : new TreeMap<>(peers).entrySet()) {
            var name = entry.getKey();
            var answer = entry.getValue();
            if (without.contains(name)) continue;
            if (!answer.reachable()) silent.add(name);
            if (answer.reachable() && answer.primary())
                return new Decision.Wait("nobody leads, but " + name + " still runs as a primary");
            // Who must not lead must not keep others from it either, or nobody ever would.
            if (!answer.mayLead() || !Failsafe.leftOut(view, name).isEmpty()) continue;
            if (answer.position().isAfter(position))
                return new Decision.Wait(
                        "nobody leads; not us: "
                                + name
                                + " is at "
                                + answer.position()
                                + ", we are at "
                                + position);
            boolean higher = answer.tags().failoverPriority() > local.tags().failoverPriority();
            if (answer.position().equals(position)
                    && higher
                    && !former.map(name::equals).orElse(false))
                return new Decision.Wait(
                        "nobody leads; not us: "
                                + name
                                + " has the same WAL and a higher priority");
        }
        return new Decision.Acquire(
                "nobody leads, and nobody is fresher than "
                        + position
                        + (silent.isEmpty() ? "" : " (no answer from " + silent + ")"));
    }

    /** Who is to be asked: also members whose keys died with their lease. */
    private static List<Member> others(
            ClusterView view, LocalView local, List<MemberName> without) {
        var all = new TreeMap<MemberName, Member>();
        local.memory().lastLed().ifPresent(last -> all.putAll(last.members()));
        all.putAll(view.members());
        all.remove(local.self());
        without.forEach(all::remove);
        return all.values().stream()
                .filter(member -> !member.apiUrl().isEmpty() && !member.tags().nofailover())
                .toList();
    }
}
