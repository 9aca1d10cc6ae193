package io.matriarch.failover.simulation;

import static io.matriarch.failover.simulation.World.SECOND;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One history: a cluster is made, things go wrong for some minutes, then nothing does any more. */
final class Story {
    private static final long FOUNDING = 120 * SECOND;
    static final long HEALING = 180 * SECOND;

    private Story() {}

    /**
     * How a history ended.
     *
     * @param failure empty if every promise was kept
     * @param faults how often what went wrong
     */
    record Outcome(
            long seed,
            String failure,
            String trace,
            long events,
            int promotions,
            List<String> reused,
            long simulatedNanos,
            Map<String, Integer> faults) {
        boolean good() {
            return failure.isEmpty();
        }
    }

    static Outcome tell(long seed, Rules rules) {
        return tell(seed, rules, false);
    }

    /** With what happened, to read. */
    static Outcome replay(long seed, Rules rules) {
        return tell(seed, rules, true);
    }

    private static Outcome tell(long seed, Rules rules, boolean traced) {
        var world = new World(seed, rules, traced);
        String failure = "";
        try {
            tell(world);
        } catch (Violation e) {
            failure =
                    "seed %d, second %.3f: %s"
                            .formatted(seed, world.now / (double) SECOND, e.getMessage());
            world.note("world", "VIOLATION: " + e.getMessage());
        }
        return new Outcome(
                seed,
                failure,
                world.trace(),
                world.events,
                world.invariants.promotions,
                List.copyOf(world.invariants.reused),
                world.now,
                Map.copyOf(world.struck));
    }

    /** All nodes start, and come together. */
    static void found(World world) {
        world.nodes.forEach(node -> world.after(world.millis(0, 2_000), node::startAgent));
        while (!whole(world).isEmpty()) {
            world.runUntil(world.now + SECOND);
            if (world.now > FOUNDING) throw new Violation("no cluster came to be: " + whole(world));
        }
        world.note("world", "the cluster is whole");
    }

    private static void tell(World world) {
        found(world);
        if (world.config.containsKey(SimRemote.TELLS)) {
            tellOfTwo(world);
            return;
        }
        var faults = new Faults(world);
        faults.begin();
        world.runUntil(world.now + world.millis(60_000, 300_000));
        faults.end();
        long end = world.now + HEALING;
        while (!whole(world).isEmpty()) {
            world.runUntil(world.now + SECOND);
            if (world.now > end)
                throw new Violation("not whole again after healing: " + whole(world));
        }
    }

    /** A person makes the cluster follow another and lets it write again, whatever goes wrong. */
    private static void tellOfTwo(World world) {
        var remote = new SimRemote(world);
        remote.begin();
        var faults = new Faults(world);
        faults.begin();
        world.runUntil(world.now + world.millis(60_000, 300_000));
        faults.end();
        remote.settle(world.chance(0.5));
        long end = world.now + HEALING;
        while (!missing(world, remote).isEmpty()) {
            world.runUntil(world.now + SECOND);
            if (world.now > end)
                throw new Violation("not whole again after healing: " + missing(world, remote));
        }
    }

    private static List<String> missing(World world, SimRemote remote) {
        return remote.demoted() ? following(world, remote) : whole(world);
    }

    /** What is missing for: the leader streams from the other cluster, everybody else from it. */
    private static List<String> following(World world, SimRemote remote) {
        var missing = new ArrayList<String>();
        if (!world.writable().isEmpty()) missing.add("nobody should write");
        if (!remote.node().postgres.writable()) missing.add("the other cluster does not write");
        for (var node : world.nodes) {
            boolean leads = world.store.leader().equals(node.name.value());
            var from = leads ? SimRemote.AS_UPSTREAM.value() : world.store.leader();
            boolean follows =
                    node.postgres.streaming
                            && node.postgres
                                    .upstream
                                    .map(u -> u.name().value().equals(from))
                                    .orElse(false);
            if (!follows) missing.add(node.name + " does not stream from " + from);
        }
        if (world.store.leader().isEmpty()) missing.add("nobody leads");
        return missing;
    }

    /** What is missing for: one leader that serves, everybody else streams from it. */
    static List<String> whole(World world) {
        var missing = new ArrayList<String>();
        var writable = world.writable();
        if (writable.size() != 1)
            return List.of("writable: " + writable.stream().map(node -> node.name).toList());
        var leader = writable.getFirst();
        if (!world.store.leader().equals(leader.name.value()))
            missing.add("the leader key is not " + leader.name + "'s");
        for (var node : world.nodes) {
            if (node == leader) continue;
            boolean follows =
                    node.postgres.streaming
                            && node.postgres
                                    .upstream
                                    .map(u -> u.name().equals(leader.name))
                                    .orElse(false);
            if (!follows) missing.add(node.name + " does not stream from " + leader.name);
        }
        if (!world.acknowledged.flowing()) missing.add("no commit is acknowledged");
        return missing;
    }
}
