package io.matriarch.failover.core;

import io.matriarch.failover.core.LocalView.Memory;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.Upstream;
import java.util.Optional;
import java.util.Set;

/** PostgreSQL does not run, its data directory is there (interop page, 5.7 and 5.9). */
final class Recovery {
    private static final Set<String> RAN_AS_PRIMARY =
            Set.of("in production", "in crash recovery", "shutting down", "shut down");

    private Recovery() {}

    static Decision decide(ClusterView view, LocalView local, Policy policy) {
        boolean leads = view.ledBy(local.self());
        if (policy.paused()) return paused(leads);
        if (leads) return asLeader(view, local, policy);
        var later = later(local, policy);
        if (later.isPresent()) return later.get();
        var yield = LocalView.ahead(local.memory().yieldUntil(), local.now(), policy);
        if (view.leader().isEmpty() && yield.isPresent())
            return new Decision.Wait(
                    "PostgreSQL is down; we gave the lease away: others first until "
                            + yield.get());
        if (view.leader().isEmpty())
            return new Decision.StartStandby(
                    Optional.empty(),
                    "PostgreSQL is down and nobody leads: first a standby, then the race");
        return join(view, local, policy);
    }

    private static Optional<Decision> later(LocalView local, Policy policy) {
        return LocalView.ahead(local.memory().retryAt(), local.now(), policy)
                .map(at -> new Decision.Wait("PostgreSQL is down; next try at " + at));
    }

    private static Decision paused(boolean leads) {
        return leads
                ? new Decision.ReleaseLeader("paused, and our PostgreSQL is down")
                : new Decision.Wait("paused, and our PostgreSQL is down");
    }

    private static Decision asLeader(ClusterView view, LocalView local, Policy policy) {
        var state = local.server().state();
        var leftOut = Failsafe.leftOut(view, local.self());
        if (!leftOut.isEmpty()) return new Decision.ReleaseLeader(leftOut);
        var promise = local.failsafe().promise();
        if (promise.isPresent())
            return promise.get().to().isPresent()
                    ? new Decision.ReleaseLeader(Failsafe.promised(promise.get()))
                    : new Decision.Wait(Failsafe.promised(promise.get()));
        if (!local.holdsLease())
            return new Decision.Wait(
                    "the leader key is ours, but our lease ran out by our own clock");
        var candidates = Handover.candidates(view, local.self(), Optional.empty());
        boolean others = !candidates.isEmpty();
        if (state == PostgresState.START_FAILED || state == PostgresState.RESTART_FAILED) {
            String failed = "PostgreSQL failed to start: " + local.server().trouble();
            boolean full = local.writePath().room() == WritePath.Room.NONE && others;
            if (full && local.peers().isEmpty())
                return new Decision.AskPeers(
                        candidates, failed + "; there is no room here: has anybody?");
            if (!full || !Writing.nobodyHasRoom(local)) return new Decision.ReleaseLeader(failed);
            var later = later(local, policy);
            if (later.isPresent())
                return new Decision.Wait(
                        failed + "; no member has room, so the key stays where it is");
        }
        // No primary has crashed: a standby leader also stops to be rewound, and needs the key
        // then.
        if (policy.standbyCluster().isPresent()) return join(view, local, policy);
        if (policy.primaryStartTimeout().isZero() && others)
            return new Decision.ReleaseLeader("PostgreSQL crashed and primary_start_timeout is 0");
        boolean wasPrimary =
                local.server()
                        .control()
                        .map(ControlData::state)
                        .map(RAN_AS_PRIMARY::contains)
                        .orElse(false);
        boolean steppedDown = local.role() == Role.DEMOTED || local.role() == Role.REPLICA;
        if (wasPrimary && !local.server().standbySignal() && !steppedDown)
            return new Decision.StartPrimary(
                    "PostgreSQL crashed while we lead: starting it where it lies");
        return new Decision.StartStandby(
                Optional.empty(),
                "PostgreSQL is down while we lead: a standby first, promotion follows");
    }

    /** Whom this node follows once it runs; empty: nobody that is known. */
    static Optional<Upstream> upstream(ClusterView view, LocalView local, Policy policy) {
        return policy.standbyCluster().isPresent() && view.ledBy(local.self())
                ? policy.standbyCluster().get().upstream()
                : Following.upstream(view, local);
    }

    /** The ladder: follow, pg_rewind, clone. */
    private static Decision join(ClusterView view, LocalView local, Policy policy) {
        boolean standbyLeader = view.ledBy(local.self());
        var later = later(local, policy);
        if (later.isPresent()) return later.get();
        var upstream = upstream(view, local, policy);
        var source = standbyLeader ? upstream : view.leaderMember().flatMap(Member::upstream);
        var authority = Following.authority(view, policy);
        if (standbyLeader && upstream.isEmpty())
            return new Decision.StartStandby(
                    upstream, "PostgreSQL is down: the archive feeds a standby cluster");
        if (upstream.isEmpty() || source.isEmpty())
            return new Decision.Wait(
                    "PostgreSQL is down; the leader has not published where it listens");
        if (authority.isEmpty())
            return new Decision.StartStandby(
                    upstream, "PostgreSQL is down: following " + upstream.get().name());
        if (local.memory().rewind() == Memory.Rewind.DONE)
            return new Decision.StartStandby(
                    upstream,
                    "brought onto the leader's history: following " + upstream.get().name());
        if (local.memory().rewind() == Memory.Rewind.FAILED)
            return new Decision.Clone(
                    source.get(),
                    "pg_rewind did not do: cloning "
                            + source.get().name()
                            + ", the old directory is kept until the copy streams");
        if (local.lineage().isEmpty())
            return new Decision.CompareHistory(
                    authority.get(),
                    "PostgreSQL is down: is our WAL part of the leader's history?");
        return switch (Divergence.of(local.lineage().get())) {
            case Divergence.None(var why) -> new Decision.StartStandby(upstream, why);
            case Divergence.Undecided(var why) ->
                    // A remote that is no primary yet may become one, with what we have.
                    policy.standbyCluster().isPresent()
                            ? new Decision.StartStandby(upstream, why)
                            : new Decision.Wait(why);
            case Divergence.Unclean(var why) -> new Decision.RecoverAlone(why);
            case Divergence.Diverged(var why) -> rewind(view, authority.get(), why);
        };
    }

    private static Decision rewind(ClusterView view, Upstream leader, String why) {
        if (view.leaderMember().map(Member::checkpointPending).orElse(false))
            return new Decision.Wait(why + "; the leader has yet to write its first checkpoint");
        return new Decision.Rewind(leader, why);
    }
}
