package io.matriarch.failover.core;

import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.postgres.api.DataDirectory;

/**
 * The store does not answer: nothing about the others is known, only how long our own lease lasts
 * at most.
 */
final class StoreAway {
    private StoreAway() {}

    static Decision decide(String why, LocalView local, Policy policy) {
        String away = "the store is away (" + why + ")";
        if (policy.paused()) return new Decision.Wait(away + ", the cluster is paused");
        if (local.doing(Kind.DEMOTE) || local.doing(Kind.BOOTSTRAP)) return new Decision.Wait(away);
        if (local.isPrimary() || local.doing(Kind.PROMOTE)) return primary(away, local, policy);
        if (local.action().isPresent()) return new Decision.Wait(away);
        return standby(away, local, policy);
    }

    private static Decision standby(String away, LocalView local, Policy policy) {
        var leader = local.failsafe().promise().flatMap(FailsafeView.Promise::to);
        var upstream =
                leader.flatMap(sender -> sender.member().upstream())
                        .or(() ->
                                policy.standbyCluster()
                                        .filter(_ -> local.role() == Role.STANDBY_LEADER)
                                        .flatMap(StandbyCluster::upstream));
        if (!local.server().running() && readable(local, policy))
            return new Decision.StartStandby(
                    upstream,
                    away
                            + upstream.map(from -> ": following " + from.name())
                                    .orElse(": read-only until it is back"));
        return new Decision.Wait(
                away
                        + leader.map(sender -> "; " + sender.name() + " serves on, as we agreed")
                                .orElse(""));
    }

    private static Decision primary(String away, LocalView local, Policy policy) {
        var agreed = Failsafe.asLeader(away, local, policy);
        if (agreed.isPresent()) return agreed.get();
        String alone = Failsafe.hindrance(local, policy);
        if (local.leaseLeft().compareTo(policy.stepDownReserve()) > 0)
            return new Decision.Wait(
                    away
                            + "; we may write for another "
                            + local.leaseLeft().toMillis()
                            + " ms; "
                            + alone);
        return new Decision.Demote(
                Decision.Demote.Mode.OFFLINE,
                away + " and our lease ends: others may take it, so no more writes; " + alone);
    }

    /**
     * Only what this agent already knew to belong to the cluster is started without asking the
     * store.
     */
    private static boolean readable(LocalView local, Policy policy) {
        return local.memory().everStarted()
                && local.server().dataDirectory() == DataDirectory.PRESENT
                && local.memory().rewind() == LocalView.Memory.Rewind.UNTRIED
                && LocalView.ahead(local.memory().retryAt(), local.now(), policy).isEmpty();
    }
}
