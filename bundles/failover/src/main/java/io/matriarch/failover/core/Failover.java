package io.matriarch.failover.core;

import io.matriarch.api.Code;
import io.matriarch.failover.core.ClusterView.Initialize;
import io.matriarch.failover.core.LocalView.Memory;
import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.PostgresState;
import java.util.Optional;

/**
 * The decision: one view of the cluster and of this node in, one step out. The order of the cases
 * is the policy; it is that of the interop page, 5.3, and each topic has a class of its own.
 */
public final class Failover {
    private Failover() {}

    public static Decision decide(StoreState store, LocalView local, Policy policy) {
        return switch (store) {
            case StoreState.Away(var why) -> StoreAway.decide(why, local, policy);
            case StoreState.Seen(var view) -> decide(view, local, policy);
        };
    }

    private static Decision decide(ClusterView view, LocalView local, Policy policy) {
        boolean leads = view.ledBy(local.self());
        if (local.action().isPresent()) return busy(view, local, leads, policy);
        if (local.memory().bootstrap() != Memory.Bootstrap.NONE)
            return Joining.ownBootstrap(local, policy);
        var replacing = Replacing.decide(view, local, policy);
        if (replacing.isPresent()) return replacing.get();
        if (local.server().dataDirectory() == DataDirectory.EMPTY)
            return Joining.withoutData(view, local, policy);
        if (local.server().dataDirectory() == DataDirectory.INACCESSIBLE)
            return inaccessible(local, leads);

        var identity = identity(view, local, leads, policy);
        if (identity != null) return identity;
        if (!local.server().running()) return Recovery.decide(view, local, policy);
        if (leads) return Leading.decide(view, local, policy);
        if (view.leader().isPresent()) return Following.decide(view, local, policy);
        return Race.decide(view, local, policy);
    }

    /**
     * What is done if nobody could be asked for what a decision needs. A standby cluster goes on
     * without its remote primary: that one may be lost, and this one is what is left.
     */
    public static Decision unasked(
            Decision.CompareHistory asked, StoreState store, LocalView local, Policy policy) {
        String why = asked.reason() + " The leader's PostgreSQL could not be asked.";
        if (policy.standbyCluster().isEmpty() || !(store instanceof StoreState.Seen(var view)))
            return new Decision.Wait(why);
        if (local.server().running())
            return view.ledBy(local.self())
                    ? new Decision.KeepLeading(why)
                    : new Decision.Wait(why);
        return Recovery.upstream(view, local, policy)
                .<Decision>map(upstream -> new Decision.StartStandby(Optional.of(upstream), why))
                .orElseGet(() -> new Decision.Wait(why));
    }

    /** A long action runs: only a lost lease is a reason to act beside it. */
    private static Decision busy(ClusterView view, LocalView local, boolean leads, Policy policy) {
        var action = local.action().orElseThrow();
        String what =
                action.kind().text() + " under way for " + action.running().toSeconds() + " s";
        if (action.kind() == Kind.DEMOTE || action.kind() == Kind.BOOTSTRAP)
            return new Decision.Wait(what);
        if (leads && local.holdsLease()) return new Decision.KeepLeading(what);
        boolean couldWrite = action.kind() == Kind.PROMOTE || local.isPrimary();
        if (couldWrite && !policy.paused())
            return new Decision.Demote(
                    Decision.Demote.Mode.IMMEDIATE_NOLOCK,
                    view.leader()
                                    .map(key -> key.name() + " holds the lease")
                                    .orElse("nobody holds the lease")
                            + " while "
                            + what);
        return new Decision.Wait(what);
    }

    private static Decision inaccessible(LocalView local, boolean leads) {
        String why = "the data directory cannot be used: " + local.server().trouble();
        if (leads) return new Decision.ReleaseLeader(why);
        if (local.memory().everStarted()) return new Decision.Wait(why);
        return new Decision.Exit(
                Code.DATA_DIRECTORY,
                why,
                "Mend it, or move it away: an empty directory is filled by a clone of another member.");
    }

    /** Whose data this is. Null: ours, go on. */
    private static @org.jspecify.annotations.Nullable Decision identity(
            ClusterView view, LocalView local, boolean leads, Policy policy) {
        var systemId = local.server().systemId();
        if (systemId.isEmpty())
            return new Decision.Wait("pg_control cannot be read: " + local.server().trouble());
        return switch (view.initialize()) {
            case Initialize.Done(var id) when id.equals(systemId.get()) -> null;
            case Initialize.Done(var id) when policy.paused() ->
                    leads
                            ? new Decision.ReleaseLeader(
                                    "this data directory is of another cluster: " + systemId.get())
                            : null;
            case Initialize.Done(var id) ->
                    new Decision.Exit(
                            Code.DATA_DIRECTORY,
                            "this data directory is of another cluster: its system identifier is "
                                    + systemId.get()
                                    + ", the cluster's is "
                                    + id,
                            "Check scope and data_dir. To join this cluster, move the directory away and start again:"
                                    + " the node then clones a member.");
            case Initialize.Absent() -> adopt(view, local, leads, policy);
            case Initialize.Broken(var value) -> adopt(view, local, leads, policy);
            case Initialize.InProgress() ->
                    leads
                            ? new Decision.WriteInitialize(
                                    systemId.get(), "we lead and the cluster has no identifier")
                            : new Decision.Wait("another member is creating the cluster");
        };
    }

    private static @org.jspecify.annotations.Nullable Decision adopt(
            ClusterView view, LocalView local, boolean leads, Policy policy) {
        var id = local.server().systemId().orElseThrow();
        if (leads)
            return new Decision.WriteInitialize(
                    id, "we lead and the cluster has no valid identifier");
        if (view.leader().isPresent() || policy.paused()) return null;
        boolean standby =
                local.server()
                        .live()
                        .map(live -> live.inRecovery())
                        .orElseGet(() ->
                                local.server()
                                        .control()
                                        .map(control -> control.wasStandby())
                                        .orElse(false));
        if (standby && policy.standbyCluster().isEmpty() && !local.memory().everStarted())
            return new Decision.Exit(
                    Code.REFUSED,
                    "the store knows no cluster of this scope, and this PostgreSQL is a standby",
                    "Start the agent beside the primary first: it puts the cluster into the store.");
        boolean starting = local.server().running() && local.server().live().isEmpty();
        if (starting && local.server().state() != PostgresState.CRASHED)
            return new Decision.Wait("PostgreSQL does not answer yet: " + local.server().trouble());
        return new Decision.WriteInitialize(
                id, "the store knows no cluster of this scope: adopting this one");
    }
}
