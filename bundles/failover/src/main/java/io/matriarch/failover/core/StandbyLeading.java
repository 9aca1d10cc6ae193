package io.matriarch.failover.core;

import io.matriarch.failover.core.Decision.Demote;
import io.matriarch.postgres.api.Upstream;

/** We hold the leader key of a standby cluster and PostgreSQL runs (interop page, 5.16). */
final class StandbyLeading {
    private StandbyLeading() {}

    static Decision decide(
            ClusterView view, LocalView local, Policy policy, StandbyCluster standby) {
        if (local.isPrimary())
            return policy.paused()
                    ? new Decision.KeepLeading(
                            "paused: the cluster becomes a standby cluster when it is resumed")
                    : new Demote(Demote.Mode.CLUSTER, "the cluster is to follow " + standby);
        if (local.mayBePromoted() && !policy.paused())
            return new Decision.StopStandby(
                    "it was told to end recovery, and the cluster is to follow " + standby);
        var lacking = lacking(view, local, policy);
        if (!lacking.isEmpty() && !policy.paused()) return new Decision.ReleaseLeader(lacking);
        return Handover.asLeader(view, local, policy)
                .orElseGet(() -> follow(view, local, policy, standby));
    }

    /**
     * Why we should not have taken the key, as we see now: the remote cluster would be fed from
     * what we have, and take that for all. Empty once it has gone on itself.
     */
    private static String lacking(ClusterView view, LocalView local, Policy policy) {
        boolean overtaken = Synchronous.overtaken(view, local.server().live().orElseThrow());
        return overtaken ? "" : Race.withoutAll(view, local, policy);
    }

    private static Decision follow(
            ClusterView view, LocalView local, Policy policy, StandbyCluster standby) {
        var live = local.server().live().orElseThrow();
        var upstream = standby.upstream();
        boolean there =
                upstream.map(remote -> Following.pointsAt(live, remote, local, policy))
                        .orElse(live.upstream().isEmpty());
        if (!there)
            return new Decision.Follow(
                    upstream, "we lead a standby cluster, which follows " + standby);
        boolean streams = live.replicationState().equals("streaming");
        if (streams && upstream.isPresent() && live.timeline() < view.timeline())
            return behindOurHistory(view, local, policy, upstream.get());
        if (upstream.isEmpty() || streams)
            return new Decision.KeepLeading("we lead a standby cluster, fed by " + standby);
        if (policy.paused())
            return new Decision.KeepLeading("paused, and not streaming from " + standby);
        return notStreaming(local, upstream.get());
    }

    /**
     * The store's history ends on a later timeline than the one we stream on. If it is a primary
     * that we stream from, a person had it promoted although it lacked what this cluster wrote
     * last: that is over, and whoever compared their timeline with the history would wait for ever
     * for a member that has it. A remote server in recovery may still get there.
     */
    private static Decision behindOurHistory(
            ClusterView view, LocalView local, Policy policy, Upstream remote) {
        String what =
                "we stream on timeline "
                        + local.server().live().orElseThrow().timeline()
                        + ", the history in the store goes up to "
                        + view.timeline();
        if (policy.paused()) return new Decision.KeepLeading("paused: " + what);
        if (local.lineage().isEmpty())
            return new Decision.CompareHistory(remote, what + ": is it a primary that we follow?");
        return local.lineage().get().upstreamInRecovery()
                ? new Decision.KeepLeading(what + ", and the remote server is in recovery")
                : new Decision.CutHistory(what + ": the remote primary went on without that");
    }

    /** Either the remote primary is not ready, or our WAL left its history. */
    private static Decision notStreaming(LocalView local, Upstream remote) {
        if (local.lineage().isEmpty())
            return new Decision.CompareHistory(
                    remote, "not streaming: is our WAL part of the remote primary's history?");
        return switch (Divergence.of(local.lineage().get())) {
            case Divergence.None(var why) ->
                    new Decision.KeepLeading("we lead a standby cluster, not streaming: " + why);
            case Divergence.Undecided(var why) ->
                    new Decision.KeepLeading("we lead a standby cluster, not streaming: " + why);
            case Divergence.Unclean(var why) ->
                    new Decision.KeepLeading("we lead a standby cluster, not streaming: " + why);
            case Divergence.Diverged(var why) -> new Decision.StopStandby(why);
        };
    }
}
