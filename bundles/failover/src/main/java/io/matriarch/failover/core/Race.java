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
        var barred = Replacing.bars(local, policy);
        if (!barred.isEmpty()) return new Decision.Wait("nobody leads; not us: " + barred);
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
        var unsafe = withoutAll(view, local, policy);
        if (!unsafe.isEmpty()) return new Decision.Wait("nobody leads; not us: " + unsafe);
        return healthiest(view, local, policy, List.of(), true);
    }

    /** Why this node may lack acknowledged commits whatever the others say; empty if not. */
    static String withoutAll(ClusterView view, LocalView local, Policy policy) {
        var key = Synchronous.inForce(view, policy);
        if (key.isEmpty() || key.get().quorum() > 0 || key.get().names(local.self())) return "";
        return "only "
                + key.get().everybody()
                + " have every acknowledged commit; we may lack what was committed last"
                + local.server()
                        .live()
                        .map(live -> view.status().optime().bytesAheadOf(live.position()))
                        .map(bytes ->
                                " (the leader was " + bytes + " bytes ahead when it last told)")
                        .orElse("");
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
        // In a standby cluster the history tells who led before it became one.
        if (!young || policy.standbyCluster().isPresent()) return Optional.empty();
        return view.lastPromoted()
                .filter(name -> !name.equals(local.self()))
                .filter(name -> view.member(name).filter(Member::running).isEmpty());
    }

    /** Why this node never leads at present; empty if it may. */
    static String hindrance(ClusterView view, LocalView local, Policy policy) {
        if (local.tags().nofailover()) return "tagged nofailover";
        if (!local.guardReady()) return "the guard process does not answer";
        return Failsafe.leftOut(view, local.self());
    }

    /** A running primary takes the key up again, unless the others went on without it. */
    private static Decision asPrimary(ClusterView view, LocalView local, Policy policy) {
        if (policy.paused()) {
            boolean ours =
                    !(view.initialize() instanceof Initialize.Done(var id))
                            || local.server().systemId().map(id::equals).orElse(false);
            var barred = Replacing.bars(local, policy);
            if (!barred.isEmpty()) return new Decision.Wait("nobody leads; not us: " + barred);
            return ours
                    ? new Decision.Acquire("nobody leads, and our PostgreSQL is a primary")
                    : new Decision.Wait(
                            "nobody leads, and this data directory is of another cluster");
        }
        var unsafe = withoutAll(view, local, policy);
        var hindrance = unsafe.isEmpty() ? hindrance(view, local, policy) : unsafe;
        if (hindrance.isEmpty()) hindrance = Replacing.bars(local, policy);
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
        boolean counts = lagMatters && Synchronous.inForce(view, policy).isEmpty();
        if (counts && policy.tooFarBehind(view.status().optime(), position))
            return new Decision.Wait(
                    "nobody leads; not us: at "
                            + position
                            + " we lack "
                            + view.status().optime().bytesAheadOf(position)
                            + " bytes of the last leader's WAL, more than maximum_lag_on_failover");
        if (isLeft(live.timeline(), view, policy))
            return new Decision.Wait(
                    "nobody leads; not us: our timeline "
                            + live.timeline()
                            + " is behind "
                            + view.timeline());
        var others = others(view, local, policy, without);
        if (local.peers().isEmpty() && !others.isEmpty())
            return new Decision.AskPeers(
                    others, "nobody leads: is anybody fresher than " + position + "?");
        return compare(view, local, policy, local.peers().orElse(Map.of()), without);
    }

    /** Whether the cluster went on from this timeline, and that matters. */
    private static boolean isLeft(int timeline, ClusterView view, Policy policy) {
        boolean matters =
                policy.checkTimeline() && policy.standbyCluster().isEmpty()
                        || Synchronous.inForce(view, policy).isPresent();
        return matters && timeline < view.timeline();
    }

    /** Our WAL beside what the others say they have. */
    static Decision compare(
            ClusterView view,
            LocalView local,
            Policy policy,
            Map<MemberName, PeerAnswer> peers,
            List<MemberName> without) {
        Lsn position = local.server().live().orElseThrow().position();
        int timeline = local.server().live().orElseThrow().timeline();
        var key = Synchronous.inForce(view, policy);
        var former =
                key.flatMap(SyncKey::leader)
                        .or(() ->
                                local.memory()
                                        .lastLed()
                                        .flatMap(ClusterView::leader)
                                        .map(ClusterView.LeaderKey::name));
        var silent = new ArrayList<MemberName>();
        int votes = key.map(some -> some.names(local.self()) ? 0 : -1).orElse(0);
        for (var entry : new TreeMap<>(peers).entrySet()) {
            var name = entry.getKey();
            var answer = entry.getValue();
            if (without.contains(name)) continue;
            if (!answer.reachable()) silent.add(name);
            if (answer.reachable() && answer.primary())
                return new Decision.Wait("nobody leads, but " + name + " still runs as a primary");
            if (Replacing.leftBehind(answer, policy)) continue;
            if (!counts(view, policy, name, answer)) continue;
            if (key.isPresent() && answer.timeline() > timeline)
                return new Decision.Wait(
                        "nobody leads; not us: "
                                + name
                                + " is on timeline "
                                + answer.timeline()
                                + ", we are on "
                                + timeline);
            // What was written on a timeline the others left was acknowledged to nobody.
            boolean left = key.isPresent() && answer.timeline() > 0 && answer.timeline() < timeline;
            boolean ahead = answer.position().isAfter(position) && !left;
            // Nor was what the former leader has beyond its voters.
            if (ahead && key.map(some -> some.ledBy(name)).orElse(false)) continue;
            if (ahead)
                return new Decision.Wait(
                        "nobody leads; not us: "
                                + name
                                + " is at "
                                + answer.position()
                                + ", we are at "
                                + position);
            votes++;
            boolean equal =
                    answer.mayLead()
                            && Failsafe.leftOut(view, name).isEmpty()
                            && answer.position().equals(position)
                            && !left
                            && !former.map(name::equals).orElse(false);
            var preferred = equal ? preference(local, answer) : "";
            if (!preferred.isEmpty())
                return new Decision.Wait(
                        "nobody leads; not us: " + name + " has the same WAL and " + preferred);
        }
        if (key.isPresent() && votes < key.get().quorum() && !key.get().ledBy(local.self()))
            return new Decision.Wait(
                    "nobody leads; not us: to be sure to have every acknowledged commit we must see "
                            + key.get().quorum()
                            + " others of "
                            + key.get().everybody()
                            + ", none ahead of us; we see "
                            + Math.max(0, votes)
                            + " (no answer from "
                            + silent
                            + ")");
        return new Decision.Acquire(
                "nobody leads, and nobody is fresher than "
                        + position
                        + (silent.isEmpty() ? "" : " (no answer from " + silent + ")"));
    }

    /** What of two members with the same WAL speaks for the other; empty: nothing. */
    private static String preference(LocalView local, PeerAnswer other) {
        boolean full = local.writePath().room() == WritePath.Room.NONE;
        if (full && other.room() == WritePath.Room.FREE) return "room for more, which we have not";
        if (!full && other.room() == WritePath.Room.NONE) return "";
        return other.tags().failoverPriority() > local.tags().failoverPriority()
                ? "a higher priority"
                : "";
    }

    /** Whether what this one has matters. */
    private static boolean counts(
            ClusterView view, Policy policy, MemberName name, PeerAnswer answer) {
        var key = Synchronous.inForce(view, policy);
        // It may have acknowledged commits that we lack, whether or not it may lead.
        if (key.isPresent()) return answer.reachable() && key.get().names(name);
        // Who must not lead must not keep others from it either, or nobody ever would.
        boolean left = answer.timeline() > 0 && isLeft(answer.timeline(), view, policy);
        return answer.mayLead() && !left && Failsafe.leftOut(view, name).isEmpty();
    }

    /**
     * The same once more for a key just taken: the view it was taken on may have been an old one.
     */
    static Optional<Decision> stillHealthiest(ClusterView view, LocalView local, Policy policy) {
        if (Synchronous.inForce(view, policy).isEmpty()) return Optional.empty();
        var unsafe = withoutAll(view, local, policy);
        if (!unsafe.isEmpty()) return Optional.of(new Decision.ReleaseLeader(unsafe));
        int timeline = local.server().live().orElseThrow().timeline();
        if (timeline < view.timeline())
            return Optional.of(
                    new Decision.ReleaseLeader(
                            "our timeline "
                                    + timeline
                                    + " is behind the cluster's "
                                    + view.timeline()));
        var heard = local.memory().answered();
        var others =
                others(view, local, policy, List.of()).stream()
                        .filter(member -> heard.isEmpty() || heard.contains(member.name()))
                        .toList();
        if (local.peers().isEmpty() && !others.isEmpty())
            return Optional.of(
                    new Decision.AskPeers(others, "the lease is ours: do we really have all?"));
        return compare(view, local, policy, local.peers().orElse(Map.of()), List.of())
                        instanceof Decision.Wait(var why)
                ? Optional.of(new Decision.ReleaseLeader(why))
                : Optional.empty();
    }

    /** Who is to be asked: also members whose keys died with their lease. */
    private static List<Member> others(
            ClusterView view, LocalView local, Policy policy, List<MemberName> without) {
        var key = Synchronous.inForce(view, policy);
        var all = new TreeMap<MemberName, Member>();
        local.memory().lastLed().ifPresent(last -> all.putAll(last.members()));
        all.putAll(view.members());
        all.remove(local.self());
        without.forEach(all::remove);
        return all.values().stream()
                .filter(member -> !member.apiUrl().isEmpty())
                .filter(member ->
                        !member.tags().nofailover()
                                || key.map(some -> some.names(member.name())).orElse(false))
                .toList();
    }
}
