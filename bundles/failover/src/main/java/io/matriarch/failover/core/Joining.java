package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import io.matriarch.failover.core.ClusterView.Initialize;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.Upstream;
import java.util.Optional;

/** There is no data directory yet: create the cluster, or copy a member (interop page, 5.4). */
public final class Joining {
    private Joining() {}

    static Decision withoutData(ClusterView view, LocalView local, Policy policy) {
        if (view.ledBy(local.self()))
            return new Decision.ReleaseLeader(
                    "the leader key is ours, but there is no data directory");
        if (policy.paused())
            return new Decision.Wait("no data directory, and the cluster is paused");
        var later = LocalView.ahead(local.memory().retryAt(), local.now(), policy);
        if (later.isPresent())
            return new Decision.Wait("no data directory; next try at " + later.get());
        if (view.leader().isPresent())
            return source(view, local.self(), false)
                    .<Decision>map(from ->
                            new Decision.Clone(from, "no data directory: cloning " + from.name()))
                    .orElseGet(() ->
                            new Decision.Wait(
                                    "no data directory; the leader has not published where it listens"));
        return switch (view.initialize()) {
            case Initialize.Absent() when !local.canBootstrap() ->
                    new Decision.Wait(
                            "no cluster yet, and this node's file has no bootstrap section");
            case Initialize.Absent() when local.tags().nofailover() ->
                    new Decision.Wait("no cluster yet, and this node is tagged nofailover");
            case Initialize.Absent() ->
                    policy.standbyCluster()
                            .map(Joining::standbyCluster)
                            .orElseGet(() ->
                                    new Decision.Bootstrap(
                                            "no cluster yet, no data directory: creating it"));
            case Initialize.InProgress() ->
                    new Decision.Wait("another member is creating the cluster");
            case Initialize.Done(var id) ->
                    new Decision.Wait(
                            "no data directory, and nobody leads " + id + " to clone from");
            case Initialize.Broken(var value) ->
                    new Decision.Wait(
                            "no data directory, and the key initialize is broken: \""
                                    + value
                                    + "\"");
        };
    }

    private static Decision standbyCluster(StandbyCluster standby) {
        return standby.upstream()
                .<Decision>map(remote ->
                        new Decision.BootstrapStandby(
                                remote,
                                "no cluster yet, no data directory: a standby cluster of "
                                        + standby))
                .orElseGet(() ->
                        new Decision.Wait(
                                "a standby cluster is to be created, but standby_cluster names no"
                                        + " host to clone"
                                        + (standby.trouble().isEmpty()
                                                ? ""
                                                : ": " + standby.trouble())));
    }

    /**
     * A running member tagged {@code clonefrom}, the first by name so that the choice can be
     * foretold; else the leader.
     */
    public static Optional<Upstream> source(ClusterView view, MemberName self, boolean fromLeader) {
        var leader = view.leaderMember().filter(Member::running).flatMap(Member::upstream);
        if (fromLeader) return leader;
        return view.members().values().stream()
                .filter(member -> !member.name().equals(self) && !view.ledBy(member.name()))
                .filter(member -> member.running() && member.tags().clonefrom())
                .flatMap(member -> member.upstream().stream())
                .findFirst()
                .or(() -> leader);
    }

    static Decision ownBootstrap(LocalView local, Policy policy) {
        return switch (local.memory().bootstrap()) {
            case FAILED ->
                    new Decision.AbandonBootstrap(
                            "creating the cluster failed: " + local.server().trouble());
            case CLAIMED -> new Decision.Wait("creating the cluster");
            case DONE -> created(local, policy);
            case NONE -> throw new IllegalStateException("no bootstrap of ours is under way");
        };
    }

    private static Decision created(LocalView local, Policy policy) {
        if (local.server().state() == PostgresState.CRASHED)
            return new Decision.AbandonBootstrap(
                    "PostgreSQL ended before the new cluster was published");
        boolean standby = policy.standbyCluster().isPresent() && local.server().live().isPresent();
        if (!local.isPrimary() && !standby)
            return new Decision.Wait("created, but PostgreSQL does not accept writes yet");
        return local.server()
                .systemId()
                .<Decision>map(id ->
                        new Decision.FinishBootstrap(id, "the cluster is created: we lead it"))
                .orElseGet(() -> new Decision.Wait("created, but pg_control cannot be read yet"));
    }
}
