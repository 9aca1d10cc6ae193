package io.matriarch.failover.core;

import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.postgres.api.DataDirectory;
import java.util.Optional;

/**
 * The store does not answer: nothing about the others is known, only how long our own lease lasts
 * at most.
 */
final class StoreAway {
    private StoreAway() {}

    static Decision decide(String why, LocalView local, Policy policy) {
        String away = "the store is away (" + why + ")";
        if (policy.paused()) return paused(away, local, policy);
        if (local.doing(Kind.DEMOTE) || local.doing(Kind.BOOTSTRAP)) return new Decision.Wait(away);
        if (local.isPrimary() || local.doing(Kind.PROMOTE)) return primary(away, local, policy);
        if (local.action().isPresent()) return new Decision.Wait(away);
        return standby(away, local, policy);
    }

    /**
     * A primary serves on whatever the others say. They are asked all the same: if the pause ends
     * where we do not see it, they know that we serve.
     */
    private static Decision paused(String away, LocalView local, Policy policy) {
        var asked =
                local.isPrimary()
                        ? Failsafe.asLeader(away, local, policy)
                        : Optional.<Decision>empty();
        return asked.filter(Decision.AskFailsafe.class::isInstance)
                .orElseGet(() -> new Decision.Wait(away + ", the cluster is paused"));
    }

    private static Decision standby(String away, LocalView local, Policy policy) {
        var leader = local.failsafe().promise().flatMap(FailsafeView.Promise::to);
        var upstream = leader.flatMap(sender -> sender.member().upstream());
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
