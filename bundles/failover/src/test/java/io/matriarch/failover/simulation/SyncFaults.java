package io.matriarch.failover.simulation;

import io.matriarch.failover.core.StandbyNames;
import io.matriarch.failover.core.SyncKey;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * What goes wrong between the key {@code sync} and the names in force: a change of one of them is
 * awaited, and struck.
 */
final class SyncFaults {
    /** A key of the configuration that no agent knows: such faults are drawn in this history. */
    static final String TELLS = "x_sync_faults";

    private static final BiConsumer<SimNode, StandbyNames> NO_NAMES = (node, names) -> {};
    private static final BiConsumer<SimNode, SyncKey> NO_KEY = (node, key) -> {};

    private final World world;
    private BiConsumer<SimNode, StandbyNames> onNames = NO_NAMES;
    private BiConsumer<SimNode, SyncKey> onSend = NO_KEY;
    private Runnable onApplied = () -> {};

    SyncFaults(World world) {
        this.world = world;
    }

    // --- what the others tell

    /** A server is told whom its commits wait for. */
    void namesSet(SimNode node, StandbyNames names) {
        if (names.names().isEmpty() || !node.postgres.writable()) return;
        var trap = onNames;
        onNames = NO_NAMES;
        trap.accept(node, names);
    }

    /** A leader is about to send a key that lets somebody vote. */
    void keySent(SimNode node, SyncKey key) {
        if (key.voters().isEmpty()) return;
        var trap = onSend;
        onSend = NO_KEY;
        trap.accept(node, key);
    }

    /** The store has such a key. */
    void keyApplied(String value) {
        if (value.contains("\"sync_standby\":null")) return;
        var trap = onApplied;
        onApplied = () -> {};
        trap.run();
    }

    void end() {
        onNames = NO_NAMES;
        onSend = NO_KEY;
        onApplied = () -> {};
    }

    // --- what is drawn

    /** The standby that commits begin to wait for has not all from before, and the leader ends. */
    void lateStandby(Faults faults) {
        leader().ifPresent(leader -> {
            others(leader).forEach(faults::lag);
            waitedFor(leader).forEach(node -> node.postgres.die());
            onNames = (node, names) -> onApplied = () -> endSoon(faults, node);
        });
    }

    /** Commits do not wait yet for whom they were told to, who is cut off, and the leader ends. */
    void busyServer(Faults faults) {
        leader().ifPresent(leader -> {
            waitedFor(leader).forEach(node -> node.postgres.die());
            onNames =
                    (node, names) -> {
                        node.postgres.replication.busyFor = world.millis(2_000, 10_000);
                        onApplied =
                                () -> {
                                    others(node).forEach(other -> faults.cutPair(node, other));
                                    endSoon(faults, node);
                                };
                    };
        });
    }

    /** A key is written long after who sent it gave up, and after who it lets vote was lost. */
    void lateWrite(Faults faults) {
        leader().ifPresent(leader -> {
            waitedFor(leader).forEach(node -> node.postgres.die());
            onSend =
                    (node, key) -> {
                        long late = world.policy.retryTimeout().toNanos();
                        world.network.hold = late + world.millis(500, 10_000);
                        world.note("fault", "a key of " + node.name + " is on its way for long");
                        for (var voter : key.voters()) {
                            node.other(voter).postgres.die();
                            faults.cutPair(node, node.other(voter));
                        }
                        onApplied = () -> endSoon(faults, node);
                    };
        });
    }

    /** A key of a former leader is written when another leads, which ends then. */
    void formerLeader(Faults faults) {
        leader().ifPresent(leader -> {
            waitedFor(leader).forEach(node -> node.postgres.die());
            onSend =
                    (node, key) -> {
                        long late = world.policy.ttl().toNanos() + world.millis(1_000, 20_000);
                        world.network.hold = late;
                        world.note("fault", "the last key of " + node.name + " is on its way");
                        node.powerOff();
                        world.after(world.millis(500, 5_000), node::powerOn);
                        world.after(
                                late - world.millis(500, 3_000),
                                () -> {
                                    others(leader().orElse(node)).forEach(faults::lag);
                                    world.after(
                                            world.millis(400, 600),
                                            () -> onApplied = () -> endNow(faults));
                                });
                    };
        });
    }

    /** The standbys are cut off, and the leader's agent begins anew and gets no further. */
    void agentAnew(Faults faults) {
        leader().ifPresent(leader -> {
            others(leader).forEach(other -> faults.cutPair(leader, other));
            leader.killAgent();
            world.after(
                    world.millis(10, 300),
                    () -> {
                        leader.startAgent();
                        world.after(
                                world.millis(3, 40),
                                () -> {
                                    if (leader.agent != null)
                                        leader.agent.freeze(60 * World.SECOND);
                                    endSoon(faults, leader);
                                });
                    });
        });
    }

    private void endNow(Faults faults) {
        leader().ifPresent(
                        leader -> world.after(world.millis(0, 3), () -> faults.powerOff(leader)));
    }

    private void endSoon(Faults faults, SimNode node) {
        world.after(world.millis(0, 1_500), () -> faults.powerOff(node));
    }

    private Optional<SimNode> leader() {
        return world.writable().stream()
                .filter(node -> node.name.value().equals(world.store.leader()))
                .findFirst();
    }

    private List<SimNode> others(SimNode leader) {
        return world.nodes.stream().filter(node -> node != leader).toList();
    }

    private List<SimNode> waitedFor(SimNode leader) {
        var names = StandbyNames.parse(leader.postgres.replication.text());
        return others(leader).stream().filter(node -> names.has(node.name)).toList();
    }
}
