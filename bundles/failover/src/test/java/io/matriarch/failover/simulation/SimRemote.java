package io.matriarch.failover.simulation;

import io.matriarch.api.MemberName;
import io.matriarch.dcs.api.Txn;
import io.matriarch.failover.core.StoreLayout;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.Upstream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Another cluster, as one server, and the person who decides which of both writes. While ours does,
 * it follows ours; once ours was demoted and it has all WAL, it is promoted.
 */
final class SimRemote {
    static final String HOST = "far";

    /** How members call whom their standby cluster follows. */
    static final MemberName AS_UPSTREAM = new MemberName("remote_member");

    /** A key of the configuration that no agent knows: this history has a second cluster. */
    static final String TELLS = "x_second_cluster";

    private final World world;
    private final SimNode far;
    private boolean demoted;
    private boolean on = true;

    SimRemote(World world) {
        this.world = world;
        far = new SimNode(world, world.nodes.size(), true);
        world.remote = Optional.of(far);
    }

    /** As a standby of our primary. */
    void begin() {
        var source = world.writable().getFirst();
        far.postgres.wal = source.postgres.wal;
        far.postgres.startStandby(Optional.of(upstream(source)), _ -> {});
        lookAfter();
        decideLater();
        if (Math.floorMod(world.seed / 4, 4L) == 1) partLater();
    }

    /** Nothing gets from one site to the other for a while. */
    private void partLater() {
        world.after(
                world.millis(3_000, 60_000),
                () -> {
                    if (!on) return;
                    part(true);
                    world.after(
                            world.millis(5_000, 60_000),
                            () -> {
                                if (on) part(false);
                            });
                    partLater();
                });
    }

    private void part(boolean parted) {
        world.note("fault", "the other cluster is " + (parted ? "parted" : "reached again"));
        world.struck.merge("sites parted", parted ? 1 : 0, Integer::sum);
        world.nodes.forEach(node -> world.network.cut(far, node, parted));
    }

    private static Upstream upstream(SimNode node) {
        return new Upstream(node.name, new HostPort(node.name.value(), 5432), "postgres");
    }

    /** Its own agents see to it; they are not what is told of here. */
    private void lookAfter() {
        world.after(
                World.SECOND,
                () -> {
                    if (far.postgres.inRecovery) {
                        follow();
                        promoteAsItIs();
                    }
                    lookAfter();
                });
    }

    private void follow() {
        var leader =
                world.nodes.stream()
                        .filter(node -> node.name.value().equals(world.store.leader()))
                        .findFirst();
        if (leader.isEmpty() || far.postgres.phase != SimPostgres.Phase.RUNNING) return;
        var theirs = leader.get().postgres;
        var mine = far.postgres.wal.orElseThrow();
        boolean diverged =
                theirs.phase == SimPostgres.Phase.RUNNING
                        && world.network.linked(far, leader.get())
                        && theirs.wal.map(wal -> !mine.isBeginningOf(wal)).orElse(false);
        if (diverged) far.postgres.wal = theirs.wal; // rewound, or copied where ours does not write
        if (!far.postgres.upstream.map(from -> from.name().equals(leader.get().name)).orElse(false))
            far.postgres.follow(Optional.of(upstream(leader.get())));
        if (demoted && caughtUp(leader.get())) far.postgres.promote(_ -> {});
    }

    /** The person gives up what it lacks: ours is to follow it, and cannot be reached. */
    private void promoteAsItIs() {
        boolean parted = world.nodes.stream().noneMatch(node -> world.network.linked(far, node));
        if (!demoted || !parted || !world.store.follows() || !world.chance(0.2)) return;
        if (far.postgres.phase != SimPostgres.Phase.RUNNING || world.acknowledged.givenUp) return;
        world.note("person", "promotes the other cluster, whatever it lacks");
        world.struck.merge("other cluster promoted as it is", 1, Integer::sum);
        world.acknowledged.givenUp = true;
        far.postgres.promote(_ -> {});
    }

    /** Ours writes no more, and all it has is here. */
    private boolean caughtUp(SimNode leader) {
        return world.invariants.isFollowing()
                && leader.postgres.inRecovery
                && leader.postgres.phase == SimPostgres.Phase.RUNNING
                && far.postgres.streaming
                && leader.postgres.wal.equals(far.postgres.wal)
                && world.chance(0.2);
    }

    private void decideLater() {
        long pause = world.chance(0.4) ? world.millis(200, 8_000) : world.millis(8_000, 90_000);
        world.after(
                pause,
                () -> {
                    if (!on) return;
                    change(!demoted);
                    decideLater();
                });
    }

    /** Nobody changes it any more; it follows, or it does not. */
    void settle(boolean follow) {
        on = false;
        change(follow);
    }

    private void change(boolean follow) {
        if (!world.store.answers() || follow == demoted) return;
        if (!follow) giveWay();
        var config = new LinkedHashMap<>(world.config);
        if (follow) config.put("standby_cluster", Map.of("host", HOST));
        world.note("person", follow ? "demotes the cluster" : "promotes the cluster");
        world.store.commit(
                Txn.always(SimMirror.put(SimStore.LAYOUT.config(), StoreLayout.json(config))));
        demoted = follow;
    }

    /** It is a standby again before ours writes. */
    private void giveWay() {
        world.acknowledged.givenUp = false;
        far.postgres.die();
        far.postgres.startStandby(Optional.empty(), _ -> {});
    }

    boolean demoted() {
        return demoted;
    }

    SimNode node() {
        return far;
    }
}
