package io.matriarch.failover.simulation;

import io.matriarch.dcs.api.Txn;
import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.failover.core.StoreLayout;
import io.matriarch.failover.core.WritePath.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What goes wrong, drawn from the world's chance; each fault ends by itself after a while. */
final class Faults {
    private final World world;
    private final List<Trouble> kinds = new ArrayList<>();
    private boolean on = true;

    /** One entry of what may be drawn; some stand there twice, to be drawn more often. */
    private record Trouble(String name, Runnable what) {}

    Faults(World world) {
        this.world = world;
        add("member without store", () -> cutStore(victim()));
        add("member isolated", () -> isolate(victim()));
        add("two members parted", () -> cutPair(world.any(world.nodes), world.any(world.nodes)));
        add("member without store, then more", () -> alone(victim()));
        add("member without store, then more", () -> alone(victim()));
        add("store without majority", this::haltStore);
        add("store out of reach", this::hideStore);
        add("store slow", this::slowStore);
        add("store flickers", this::flickeringStore);
        add("messages lost", this::loseMessages);
        add("agent stands still", () -> freeze(victim(), 1_000));
        add("agent stands still", () -> freeze(victim(), 60_000));
        add("agent killed", () -> killAgent(victim()));
        add("store slow, then an agent ends", () -> slowThenStill(victim()));
        add("power off", () -> powerOff(victim()));
        add("PostgreSQL killed", () -> victim().postgres.die());
        add("PostgreSQL killed", () -> victim().postgres.die());
        add("agent ends while it starts PostgreSQL", () -> endAtStart(victim()));
        add("server started by hand", () -> startByHand(victim()));
        add("restart asked for", () -> restart(victim()));
        add("PostgreSQL mute", () -> mute(victim()));
        add("replay lags", () -> lag(world.any(world.nodes)));
        add("replay lags", () -> lag(world.any(world.nodes)));
        add("calendar jumps", () -> jump(world.any(world.nodes)));
        add("power cut everywhere", this::powerCut);
        add("switchover", this::switchover);
        add("switchover", this::switchover);
        if (world.config.containsKey(SyncFaults.TELLS)) synchronous(world.syncFaults);
        if (!world.config.containsKey(SimDisk.TELLS)) return;
        for (int i = 0; i < 3; i++) {
            add("disk full", () -> disk(victim(), Outcome.FULL));
            add("disk read-only", () -> disk(victim(), Outcome.READ_ONLY));
            add("disk hangs", () -> disk(victim(), Outcome.HUNG));
        }
        add("disks full everywhere", () -> world.nodes.forEach(n -> disk(n, Outcome.FULL)));
    }

    private void synchronous(SyncFaults some) {
        for (int i = 0; i < 4; i++) {
            add("late standby voted in", () -> some.lateStandby(this));
            add("server reads its names late", () -> some.busyServer(this));
            add("key written late", () -> some.lateWrite(this));
            add("key of a former leader", () -> some.formerLeader(this));
            add("agent begins anew alone", () -> some.agentAnew(this));
        }
    }

    private void add(String name, Runnable what) {
        kinds.add(new Trouble(name, what));
    }

    /** Breaks something every now and then. */
    void begin() {
        long pause = world.chance(0.3) ? world.millis(0, 1_500) : world.millis(500, 20_000);
        world.after(
                pause,
                () -> {
                    if (!on) return;
                    var trouble = world.any(kinds);
                    world.struck.merge(trouble.name(), 1, Integer::sum);
                    trouble.what().run();
                    begin();
                });
    }

    /** Everything works again from now on. */
    void end() {
        on = false;
        world.syncFaults.end();
        world.note("world", "everything is healed");
        world.network.heal();
        world.store.halt(false);
        world.store.unreachable(false);
        for (var node : world.nodes) {
            node.disk.becomes(Outcome.WRITES);
            node.postgres.mute = false;
            node.postgres.slow = false;
            if (node.poweredOff) node.powerOn();
            node.startAgent();
            if (node.agent != null) node.agent.thaw();
        }
    }

    /** Mostly the leader: that is where it hurts. */
    private SimNode victim() {
        var leader =
                world.nodes.stream()
                        .filter(node -> node.name.value().equals(world.store.leader()))
                        .findFirst();
        return leader.isPresent() && world.chance(0.5) ? leader.get() : world.any(world.nodes);
    }

    private void lasting(String what, long least, long most, Runnable begin, Runnable end) {
        long nanos = world.millis(least, most);
        world.note("fault", what + " for " + nanos / World.MS + " ms");
        begin.run();
        world.after(
                nanos,
                () -> {
                    if (on) {
                        world.note("fault", what + ": over");
                        end.run();
                    }
                });
    }

    private void cutStore(SimNode node) {
        lasting(
                "store and " + node.name + " parted",
                100,
                60_000,
                () -> world.network.cutStore(node, true),
                () -> world.network.cutStore(node, false));
    }

    private void isolate(SimNode node) {
        lasting(
                node.name + " isolated",
                100,
                60_000,
                () -> {
                    world.network.cutStore(node, true);
                    world.nodes.forEach(other -> world.network.cut(node, other, true));
                },
                () -> {
                    world.network.cutStore(node, false);
                    world.nodes.forEach(other -> world.network.cut(node, other, false));
                });
    }

    void cutPair(SimNode a, SimNode b) {
        lasting(
                a.name + " and " + b.name + " parted",
                100,
                60_000,
                () -> world.network.cut(a, b, true),
                () -> world.network.cut(a, b, false));
    }

    private void haltStore() {
        lasting(
                "store without majority",
                100,
                40_000,
                () -> world.store.halt(true),
                () -> world.store.halt(false));
    }

    private void hideStore() {
        lasting(
                "store reached by nobody",
                100,
                40_000,
                () -> world.store.unreachable(true),
                () -> world.store.unreachable(false));
    }

    private void flickeringStore() {
        world.note("fault", "store flickers");
        long at = 0;
        for (int i = 0; i < 10; i++) {
            boolean away = i % 2 == 0;
            at += world.millis(50, 4_000);
            world.after(
                    at,
                    () -> {
                        if (on) world.store.unreachable(away);
                    });
        }
    }

    /** One node loses the store, the others keep it, and then something else happens. */
    private void alone(SimNode node) {
        cutStore(node);
        var other = world.any(world.nodes);
        world.after(
                world.millis(500, 30_000),
                () -> {
                    if (!on) return;
                    switch (world.random.nextInt(6)) {
                        case 0 -> cutPair(node, other);
                        case 1 -> brieflyWithoutAgent(other);
                        case 2 -> stillThenGone(node);
                        case 3 -> powerOff(other);
                        case 4 -> world.network.cutStore(node, false);
                        default -> killAgent(node);
                    }
                });
    }

    private void brieflyWithoutAgent(SimNode node) {
        lasting(node.name + " shortly without agent", 10, 3_000, node::killAgent, node::startAgent);
    }

    /** It moves again for just long enough to hear what was said meanwhile. */
    private void stillThenGone(SimNode node) {
        if (node.agent == null) return;
        long still = (long) (world.random.nextDouble() * world.policy.ttl().toNanos());
        node.agent.freeze(still);
        world.after(
                still + world.millis(1, 100),
                () -> {
                    if (on) killAgent(node);
                });
    }

    private void slowStore() {
        long most = world.chance(0.5) ? 500 : 8_000;
        lasting(
                "store slow",
                1_000,
                40_000,
                () -> world.network.slowness = most,
                () -> world.network.slowness = 0);
    }

    private void loseMessages() {
        lasting(
                "messages get lost",
                1_000,
                30_000,
                () -> {
                    world.network.lostRequests = world.random.nextDouble() * 0.3;
                    world.network.lostAnswers = world.random.nextDouble() * 0.3;
                },
                () -> {
                    world.network.lostRequests = 0;
                    world.network.lostAnswers = 0;
                });
    }

    private void freeze(SimNode node, long most) {
        if (node.agent != null) node.agent.freeze(world.millis(10, most));
    }

    private void killAgent(SimNode node) {
        lasting(node.name + " without agent", 50, 90_000, node::killAgent, node::startAgent);
    }

    /** A server crashes, and the agent ends or stands still just when it starts it again. */
    private void endAtStart(SimNode node) {
        node.onSpawn =
                () ->
                        world.after(
                                world.millis(0, 25),
                                () -> {
                                    if (!on) return;
                                    if (world.chance(0.5)) killAgent(node);
                                    else freeze(node, 90_000);
                                });
        if (world.chance(0.5)) restart(node);
        else node.postgres.die();
    }

    /** Somebody is quicker than the agent; it knows how long the server may write. */
    private void startByHand(SimNode node) {
        node.postgres.die();
        world.after(
                world.millis(0, 50),
                () -> {
                    if (on && node.guard.isArmed()) node.postgres.startByHand();
                });
    }

    private void restart(SimNode node) {
        var agent = node.agent;
        if (agent == null || !node.postgres.running()) return;
        world.note("fault", "restart of " + node.name + " asked for");
        agent.resume(() -> agent.actions.start(Kind.RESTART, agent.actions::restart));
    }

    /** The last thing an agent hears is an answer that took long. */
    private void slowThenStill(SimNode node) {
        slowStore();
        world.after(
                world.millis(1_000, 15_000),
                () -> {
                    if (!on) return;
                    if (world.chance(0.5)) killAgent(node);
                    else if (node.agent != null) node.agent.freeze(90 * World.SECOND);
                });
    }

    void powerOff(SimNode node) {
        if (!on || node.poweredOff) return;
        lasting(node.name + " without power", 1_000, 60_000, node::powerOff, node::powerOn);
    }

    private void powerCut() {
        if (world.chance(0.5)) world.nodes.forEach(this::powerOff);
    }

    private void mute(SimNode node) {
        lasting(
                node.name + ".pg mute",
                100,
                20_000,
                () -> node.postgres.mute = true,
                () -> node.postgres.mute = false);
    }

    /** A server that finds no room, or cannot write, dies of it; one whose write hangs is mute. */
    private void disk(SimNode node, Outcome how) {
        if (node.disk.fails()) return;
        lasting(
                node.name + ".disk " + how.text(),
                1_000,
                90_000,
                () -> {
                    node.disk.becomes(how);
                    if (world.chance(0.5)) return;
                    if (how == Outcome.HUNG) node.postgres.mute = true;
                    else if (!node.postgres.inRecovery) node.postgres.die();
                },
                () -> {
                    node.disk.becomes(Outcome.WRITES);
                    node.postgres.mute = false;
                });
    }

    void lag(SimNode node) {
        lasting(
                node.name + ".pg lags",
                500,
                40_000,
                () -> node.postgres.slow = true,
                () -> node.postgres.slow = false);
    }

    private void jump(SimNode node) {
        node.wallOffset += world.millis(-3_600_000, 3_600_000);
        world.note("fault", node.name + "'s calendar jumps to " + node.wallClock());
    }

    private void switchover() {
        String from = world.store.leader();
        if (from.isEmpty()) return;
        // What a person orders in a synchronous mode may lose commits: no history tells of that.
        boolean manual = world.chance(0.2) && !world.policy.sync().on();
        var candidate =
                manual || world.chance(0.5)
                        ? Optional.of(world.any(world.nodes).name.value())
                        : Optional.<String>empty();
        var leader = manual ? Optional.<String>empty() : Optional.of(from);
        world.note("fault", "switchover from " + leader + " to " + candidate);
        String value = StoreLayout.writeFailover(leader, candidate, Optional.empty());
        if (world.store.answers())
            world.store.commit(Txn.always(SimMirror.put(SimStore.LAYOUT.failover(), value)));
    }
}
