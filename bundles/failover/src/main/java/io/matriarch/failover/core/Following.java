package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.Upstream;
import java.util.Optional;

/** Another member holds the leader key and our PostgreSQL runs. */
final class Following {
    private Following() {}

    static Decision decide(ClusterView view, LocalView local, Policy policy) {
        MemberName leader = view.leader().orElseThrow().name();
        if (local.isPrimary())
            return policy.paused()
                    ? new Decision.Wait(
                            "paused: our PostgreSQL goes on as a primary without the lease of "
                                    + leader)
                    : new Decision.Demote(
                            Decision.Demote.Mode.IMMEDIATE_NOLOCK, leader + " holds the lease");
        if (local.server().live().isEmpty())
            return new Decision.Wait("PostgreSQL does not answer yet: " + local.server().trouble());
        var live = local.server().live().get();
        if (local.tags().nostream())
            return live.upstream().isEmpty()
                    ? new Decision.Wait("tagged nostream: fed from the archive only")
                    : new Decision.Follow(
                            Optional.empty(), "tagged nostream: fed from the archive only");
        var upstream = upstream(view, local);
        if (upstream.isEmpty())
            return new Decision.Wait(leader + " leads but has not published where it listens");
        if (!pointsAt(live, upstream.get(), local, policy))
            return new Decision.Follow(
                    upstream, upstream.get().name() + " is whom to follow: " + leader + " leads");
        if (live.replicationState().equals("streaming"))
            return new Decision.Wait("streaming from " + upstream.get().name());
        return notStreaming(view, local, policy, live);
    }

    /** The member {@code replicatefrom} names if there is one, else the leader; never ourselves. */
    static Optional<Upstream> upstream(ClusterView view, LocalView local) {
        return local.tags()
                .replicatefrom()
                .filter(name -> !name.equals(local.self().value()))
                .flatMap(name ->
                        view.members().values().stream()
                                .filter(m -> m.name().value().equals(name))
                                .findFirst())
                .flatMap(Member::upstream)
                .or(() -> view.leaderMember().flatMap(Member::upstream));
    }

    static boolean pointsAt(
            ServerView.Live live, Upstream upstream, LocalView local, Policy policy) {
        String own =
                upstream.remote()
                        .map(there -> there.slot().orElse(""))
                        .orElseGet(() -> local.self().slotName());
        return live.upstream().equals(upstream.addresses())
                && live.primarySlotName().equals(policy.useSlots() ? own : "");
    }

    /** Whose history counts: the leader's, in a standby cluster that of the primary it follows. */
    static Optional<Upstream> authority(ClusterView view, Policy policy) {
        return policy.standbyCluster().isPresent()
                ? policy.standbyCluster().get().upstream()
                : view.leaderMember().flatMap(Member::upstream);
    }

    /** Not streaming: either the leader is not ready, or our WAL left its history. */
    private static Decision notStreaming(
            ClusterView view, LocalView local, Policy policy, ServerView.Live live) {
        var upstream = authority(view, policy);
        String serving = policy.standbyCluster().isPresent() ? "standby_leader" : "primary";
        boolean leaderServes =
                view.leaderMember()
                        .map(member -> member.role().equals(serving) && member.running())
                        .orElse(false);
        if (upstream.isEmpty() || !leaderServes || policy.paused())
            return new Decision.Wait("not streaming: the leader is not ready");
        if (local.lineage().isEmpty())
            return new Decision.CompareHistory(
                    upstream.get(), "not streaming: is our WAL part of the leader's history?");
        return switch (Divergence.of(local.lineage().get())) {
            case Divergence.None(var why) -> new Decision.Wait("not streaming yet, but " + why);
            case Divergence.Undecided(var why) -> new Decision.Wait("not streaming: " + why);
            case Divergence.Unclean(var why) -> new Decision.Wait("not streaming: " + why);
            case Divergence.Diverged(var why) -> new Decision.StopStandby(why);
        };
    }
}
