package io.matriarch.failover.core;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.failover.core.ClusterView.HandoverRequest;
import io.matriarch.postgres.api.ServerView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A person, or a schedule, asked for another leader: the key {@code failover} (interop page, 5.10).
 */
public final class Handover {
    private Handover() {}

    /** What the leader does about a request; empty: nothing yet, go on. */
    static Optional<Decision> asLeader(ClusterView view, LocalView local, Policy policy) {
        if (view.failover().isEmpty() || policy.paused() && !local.isPrimary())
            return Optional.empty();
        var request = view.failover().get();
        if (request.at().isPresent()) {
            if (policy.paused() || request.at().get().isAfter(local.now())) return Optional.empty();
            if (stale(request.at().get(), local.now(), policy))
                return Optional.of(
                        new Decision.ClearHandover(
                                "the switchover scheduled for "
                                        + request.at().get()
                                        + " was missed: too late now"));
        }
        return Optional.of(hand(view, request, local, policy));
    }

    private static boolean stale(Instant at, Instant now, Policy policy) {
        return Duration.between(at, now).compareTo(policy.loopWait().multipliedBy(3).dividedBy(2))
                > 0;
    }

    private static Decision hand(
            ClusterView view, HandoverRequest request, LocalView local, Policy policy) {
        var self = local.self();
        if (request.from().isPresent() && !request.from().get().equals(self))
            return new Decision.ClearHandover(
                    "the handover from " + request.from().get() + " is over: we lead");
        if (request.candidate().map(self::equals).orElse(false))
            return new Decision.ClearHandover("the handover to us is over: we lead");
        if (policy.paused() && request.candidate().isEmpty())
            return new Decision.ClearHandover("while paused a switchover needs a candidate");
        var candidates = candidates(view, self, request, policy);
        if (candidates.isEmpty())
            return new Decision.ClearHandover(
                    request.candidate()
                            .map(name -> name + " is no member that may lead")
                            .orElse("no other member may lead"));
        if (local.peers().isEmpty())
            return new Decision.AskPeers(candidates, "a handover is asked for: who can take over?");
        return able(view, request, local, policy)
                .<Decision>map(name ->
                        new Decision.Demote(
                                local.writePath().stopsInOrder()
                                        ? Decision.Demote.Mode.GRACEFUL
                                        : Decision.Demote.Mode.IMMEDIATE,
                                "a handover is asked for, and "
                                        + name
                                        + " can take over"
                                        + (local.writePath().stopsInOrder()
                                                ? ""
                                                : "; " + local.writePath().sentence())))
                .orElseGet(() ->
                        new Decision.ClearHandover(
                                "a handover is asked for, but of "
                                        + names(candidates)
                                        + " none is reachable, allowed, on our timeline and within maximum_lag_on_failover"));
    }

    /**
     * Whom the leader may hand over to at such a request: a switchover loses nothing, a failover is
     * what a person answers for.
     */
    private static List<Member> candidates(
            ClusterView view, MemberName leader, HandoverRequest request, Policy policy) {
        var key = Synchronous.inForce(view, policy);
        boolean ordered = request.from().isEmpty();
        return candidates(view, leader, request.candidate()).stream()
                .filter(member ->
                        ordered || key.map(some -> some.votes(member.name())).orElse(true))
                .toList();
    }

    /** Members a leader may hand over to. */
    static List<Member> candidates(ClusterView view, MemberName leader, Optional<MemberName> only) {
        return view.members().values().stream()
                .filter(member -> !member.name().equals(leader))
                .filter(member -> only.map(member.name()::equals).orElse(true))
                .filter(member -> !member.apiUrl().isEmpty() && !member.tags().nofailover())
                .filter(member -> Failsafe.leftOut(view, member.name()).isEmpty())
                .toList();
    }

    private static Optional<MemberName> able(
            ClusterView view, HandoverRequest request, LocalView local, Policy policy) {
        var fit =
                fit(local.peers().orElse(Map.of()), local, policy)
                        .filter(entry ->
                                request.from().isEmpty()
                                        || !onFormerTimeline(local, entry.getValue()))
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList();
        int quorum = Synchronous.inForce(view, policy).map(SyncKey::quorum).orElse(0);
        boolean enough = request.candidate().isPresent() || fit.size() - 1 >= quorum;
        return enough ? fit.stream().findFirst() : Optional.empty();
    }

    /** Who of those that answered could lead: the one with most WAL first. */
    static Optional<MemberName> able(
            Map<MemberName, PeerAnswer> peers, LocalView local, Policy policy) {
        return fit(peers, local, policy)
                .filter(entry -> !onFormerTimeline(local, entry.getValue()))
                .sorted(Map.Entry.comparingByKey())
                .reduce((a, b) -> b.getValue().position().isAfter(a.getValue().position()) ? b : a)
                .map(Map.Entry::getKey);
    }

    private static Stream<Map.Entry<MemberName, PeerAnswer>> fit(
            Map<MemberName, PeerAnswer> peers, LocalView local, Policy policy) {
        Lsn position = local.server().live().map(live -> live.position()).orElse(Lsn.ZERO);
        return peers.entrySet().stream()
                .filter(entry -> entry.getValue().mayLead() && !entry.getValue().primary())
                .filter(entry -> !policy.tooFarBehind(position, entry.getValue().position()));
    }

    /**
     * Its WAL is not ours, however much of it there is: what was committed since would be lost. A
     * person who orders a failover may want just that.
     */
    private static boolean onFormerTimeline(LocalView local, PeerAnswer answer) {
        int ours = local.server().live().map(live -> live.timeline()).orElse(0);
        return answer.timeline() > 0 && answer.timeline() < ours;
    }

    /** Members a leader may leave the cluster to without loss, of its own accord. */
    static List<Member> toLeaveTo(ClusterView view, LocalView local, Policy policy) {
        var key = Synchronous.inForce(view, policy);
        return candidates(view, local.self(), Optional.empty()).stream()
                .filter(member -> key.map(some -> some.votes(member.name())).orElse(true))
                .toList();
    }

    /** Whether the leader waits for this one to have all WAL before it gives the key away. */
    public static boolean wanted(ClusterView view, Policy policy, Member member) {
        var candidate = view.failover().flatMap(HandoverRequest::candidate);
        if (candidate.isPresent()) return candidate.get().equals(member.name());
        // Who may not be promoted does not help by having everything.
        return Synchronous.inForce(view, policy).map(key -> key.votes(member.name())).orElse(true);
    }

    /**
     * Whether somebody who may lead has everything up to {@code shutdownCheckpoint}: then the key
     * may go early. Positions say so on one timeline only: who is on another, or does not tell, may
     * have as much WAL, but not ours.
     *
     * @param timeline that the checkpoint was written on; 0 if unknown: then nobody is known to
     *     have it
     */
    public static boolean received(
            int timeline, Lsn shutdownCheckpoint, Map<MemberName, PeerAnswer> peers) {
        return peers.values().stream()
                .anyMatch(answer ->
                        answer.mayLead()
                                && timeline > 0
                                && answer.timeline() == timeline
                                && answer.position().compareTo(shutdownCheckpoint) >= 0);
    }

    /** Whether at least one of those asked may become leader. */
    public static boolean anybodyFit(Map<MemberName, PeerAnswer> peers) {
        return peers.values().stream().anyMatch(PeerAnswer::mayLead);
    }

    /** What a standby does about a request while nobody leads; empty: the ordinary rules. */
    static Optional<Decision> withoutLeader(ClusterView view, LocalView local, Policy policy) {
        var request =
                view.failover()
                        .filter(some ->
                                some.at().isEmpty() || !some.at().get().isAfter(local.now()));
        if (request.isEmpty()) return Optional.empty();
        boolean ours = request.get().candidate().map(local.self()::equals).orElse(false);
        boolean ordered = ours && !lossless(view, request.get(), policy);
        if (!ordered && !policy.paused() && tooLong(local, policy)) return Optional.empty();
        var hindrance = Race.hindrance(view, local, policy);
        if (!hindrance.isEmpty())
            return Optional.of(
                    new Decision.Wait("a handover is under way; not to us: " + hindrance));
        return Optional.of(
                request.get()
                        .candidate()
                        .map(candidate ->
                                toCandidate(view, request.get(), candidate, local, policy))
                        .orElseGet(() -> toAnybody(view, request.get(), local, policy)));
    }

    /** A switchover in a synchronous mode: who takes over must have every acknowledged commit. */
    private static boolean lossless(ClusterView view, HandoverRequest request, Policy policy) {
        return request.from().isPresent() && Synchronous.inForce(view, policy).isPresent();
    }

    /**
     * Whoever was to take over has not for so long: then whoever can does. A calendar that was set
     * back meanwhile counts as long.
     */
    private static boolean tooLong(LocalView local, Policy policy) {
        return local.memory()
                .leaderless()
                .map(since ->
                        local.now().isBefore(since)
                                || local.now().isAfter(since.plus(policy.ttl())))
                .orElse(false);
    }

    private static Decision toCandidate(
            ClusterView view,
            HandoverRequest request,
            MemberName candidate,
            LocalView local,
            Policy policy) {
        boolean lossless = lossless(view, request, policy);
        if (candidate.equals(local.self()))
            return lossless
                    ? toAnybody(view, request, local, policy)
                    : new Decision.Acquire("a handover to us is asked for");
        if (policy.paused())
            return new Decision.Wait("a handover to " + candidate + " is asked for");
        var member = view.member(candidate);
        if (member.isPresent() && !member.get().apiUrl().isEmpty()) {
            if (local.peers().isEmpty())
                return new Decision.AskPeers(
                        everybodyElse(view, local), "is the candidate " + candidate + " well?");
            var answer = local.peers().get().getOrDefault(candidate, PeerAnswer.UNREACHABLE);
            boolean behind =
                    lossless
                            && local.server()
                                    .live()
                                    .map(live -> behind(answer, live))
                                    .orElse(false);
            if (answer.mayLead() && Failsafe.leftOut(view, candidate).isEmpty() && !behind)
                return new Decision.Wait(
                        "a handover to " + candidate + " is asked for, and it is well");
        }
        return toAnybody(view, request, local, policy);
    }

    /** A timeline that was left counts for nothing beside a later one, whatever its positions. */
    private static boolean behind(PeerAnswer answer, ServerView.Live live) {
        boolean known = answer.timeline() > 0;
        if (known && answer.timeline() != live.timeline())
            return answer.timeline() < live.timeline();
        return live.position().isAfter(answer.position());
    }

    private static Decision toAnybody(
            ClusterView view, HandoverRequest request, LocalView local, Policy policy) {
        boolean candidate = request.candidate().map(local.self()::equals).orElse(false);
        if (policy.paused() && !candidate)
            return new Decision.Wait("a handover is asked for, but the cluster is paused");
        var unsafe = Race.withoutAll(view, local, policy);
        if (!unsafe.isEmpty())
            return new Decision.Wait("a handover is under way; not to us: " + unsafe);
        if (!request.from().map(local.self()::equals).orElse(false)) {
            var without = request.from().map(List::of).orElseGet(List::of);
            return Race.healthiest(view, local, policy, without, false);
        }
        if (local.peers().isEmpty()) {
            var others = everybodyElse(view, local);
            if (!others.isEmpty())
                return new Decision.AskPeers(
                        others, "we gave the lease away: can anybody take it?");
        }
        boolean somebody =
                local.peers().orElse(Map.of()).entrySet().stream()
                        .filter(peer -> Failsafe.leftOut(view, peer.getKey()).isEmpty())
                        .anyMatch(peer -> peer.getValue().mayLead());
        return somebody
                ? new Decision.Wait("we gave the lease away, and another member can take it")
                : Race.healthiest(view, local, policy, List.of(), false);
    }

    private static List<Member> everybodyElse(ClusterView view, LocalView local) {
        return candidates(view, local.self(), Optional.empty());
    }

    private static List<MemberName> names(List<Member> members) {
        return members.stream().map(Member::name).toList();
    }
}
