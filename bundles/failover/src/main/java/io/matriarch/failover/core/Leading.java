package io.matriarch.failover.core;

import io.matriarch.postgres.api.PostgresState;

/** We hold the leader key and PostgreSQL runs. */
final class Leading {
    private Leading() {}

    static Decision decide(ClusterView view, LocalView local, Policy policy) {
        boolean primary = local.isPrimary();
        if (!local.holdsLease() && !policy.paused()) return leaseRanOut(primary);
        if (local.server().state() == PostgresState.STARTING || local.server().live().isEmpty())
            return notAnswering(view, local, policy);
        if (policy.standbyCluster().isPresent())
            return StandbyLeading.decide(view, local, policy, policy.standbyCluster().get());
        if (policy.paused() && !primary) return pausedStandby(view, local, policy);

        if (!primary) return promotion(view, local, policy);
        return Handover.asLeader(view, local, policy)
                .or(() -> Writing.asLeader(view, local, policy))
                .orElseGet(() -> new Decision.KeepLeading("we lead and serve"));
    }

    private static Decision leaseRanOut(boolean primary) {
        String why = "the leader key is ours, but our lease ran out by our own clock";
        return primary
                ? new Decision.Demote(Decision.Demote.Mode.IMMEDIATE_NOLOCK, why)
                : new Decision.Wait(why);
    }

    /**
     * Crash recovery may take long; past {@code primary_start_timeout} another member gets its
     * chance.
     */
    private static Decision notAnswering(ClusterView view, LocalView local, Policy policy) {
        String what =
                "PostgreSQL does not answer since "
                        + local.server().inState().toSeconds()
                        + " s: "
                        + local.server().trouble();
        boolean starting = local.server().state() == PostgresState.STARTING;
        if (starting
                && !policy.paused()
                && local.server().inState().compareTo(policy.primaryStartTimeout()) >= 0)
            return new Decision.Demote(
                    Decision.Demote.Mode.IMMEDIATE, what + ", longer than primary_start_timeout");
        // A hung disk makes a server mute; it led us here, so it was a primary that answered.
        boolean led = !starting && local.isPrimary() && policy.standbyCluster().isEmpty();
        if (led && local.writePath().diskFails())
            return Handover.asLeader(view, local, policy)
                    .or(() -> Writing.asLeader(view, local, policy))
                    .orElseGet(() -> new Decision.KeepLeading(what));
        return new Decision.KeepLeading(what);
    }

    private static Decision pausedStandby(ClusterView view, LocalView local, Policy policy) {
        boolean candidate =
                view.failover()
                        .flatMap(ClusterView.HandoverRequest::candidate)
                        .map(local.self()::equals)
                        .orElse(false);
        if (candidate) return promotion(view, local, policy);
        return new Decision.ReleaseLeader("paused, and our PostgreSQL is not a primary");
    }

    private static Decision promotion(ClusterView view, LocalView local, Policy policy) {
        if (local.tags().nofailover()) return new Decision.ReleaseLeader("tagged nofailover");
        var leftOut = Failsafe.leftOut(view, local.self());
        if (!leftOut.isEmpty()) return new Decision.ReleaseLeader(leftOut);
        var barred = Replacing.bars(local, policy);
        if (!barred.isEmpty()) return new Decision.ReleaseLeader(barred);
        var promise = local.failsafe().promise();
        if (promise.isPresent())
            return new Decision.ReleaseLeader(Failsafe.promised(promise.get()));
        if (!local.guardReady())
            return new Decision.ReleaseLeader("the guard process does not answer");
        if (local.leaseLeft().compareTo(policy.safetyMargin()) <= 0)
            return new Decision.Wait(
                    "too little of the lease is left to promote: "
                            + local.leaseLeft().toMillis()
                            + " ms");
        boolean ordered =
                view.failover()
                        .filter(request -> request.from().isEmpty())
                        .flatMap(ClusterView.HandoverRequest::candidate)
                        .map(local.self()::equals)
                        .orElse(false);
        if (!ordered && !policy.paused()) {
            var other = Race.stillHealthiest(view, local, policy);
            if (other.isPresent()) return other.get();
        }
        return new Decision.Promote("the lease is ours" + asked(view, local));
    }

    /** Whoever keeps book tells a switchover from a failover by these words. */
    private static String asked(ClusterView view, LocalView local) {
        return view.failover()
                .filter(request -> request.at().map(at -> !at.isAfter(local.now())).orElse(true))
                .flatMap(ClusterView.HandoverRequest::from)
                .filter(from -> !from.equals(local.self()))
                .map(from -> ", by the switchover from " + from + " that was asked for")
                .orElse("");
    }
}
