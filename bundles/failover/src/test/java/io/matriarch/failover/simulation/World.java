package io.matriarch.failover.simulation;

import io.matriarch.failover.core.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;

/** Time, chance, the network and everybody in it. One thread; every wait is an event. */
final class World {
    static final long MS = 1_000_000L;
    static final long SECOND = 1_000 * MS;

    private record Event(long at, long number, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    final long seed;
    final Random random;
    final Rules rules;
    final Mutations mutations;
    final Map<String, Object> config;
    final Policy policy;
    final SimStore store;
    final List<SimNode> nodes = new ArrayList<>();

    /** The server of another cluster, in histories of a standby cluster. */
    Optional<SimNode> remote = Optional.empty();

    final Invariants invariants;
    final Acknowledged acknowledged = new Acknowledged(this);
    final Network network;
    final SyncFaults syncFaults = new SyncFaults(this);
    final Views views = new Views();
    long now;
    int births;
    long events;

    /** How often what went wrong, by name. */
    final Map<String, Integer> struck = new TreeMap<>();

    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private final StringBuilder trace = new StringBuilder();
    private final boolean traced;
    private long number;

    World(long seed, Rules rules, boolean traced) {
        this(seed, rules, Map.of(), traced);
    }

    /**
     * @param fixed what the configuration says whatever is drawn
     */
    World(long seed, Rules rules, Map<String, Object> fixed, boolean traced) {
        this.seed = seed;
        this.rules = rules;
        mutations = new Mutations(rules);
        this.traced = traced;
        random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
        config = Timings.draw(random);
        config.putAll(fixed);
        config.putAll(rules.config());
        policy = Policy.of(config);
        store = new SimStore(this);
        network = new Network(this);
        invariants = new Invariants(this);
        int count = 2 + (int) Math.floorMod(seed, 4L);
        for (int i = 0; i < count; i++) nodes.add(new SimNode(this, i));
        note("world", count + " nodes, " + config);
    }

    /** Runs {@code what} so much later. */
    void after(long nanos, Runnable what) {
        queue.add(new Event(now + Math.max(0, nanos), number++, what));
    }

    void runUntil(long end) {
        while (!queue.isEmpty() && queue.peek().at() <= end) step();
        now = end;
    }

    private void step() {
        var event = queue.poll();
        now = event.at();
        events++;
        event.what().run();
        invariants.check();
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Nanoseconds between two numbers of milliseconds. */
    long millis(long least, long most) {
        return least * MS + (long) (random.nextDouble() * (most - least) * MS);
    }

    <T> T any(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    boolean traced() {
        return traced;
    }

    void note(String who, String what) {
        if (traced) trace.append("%9.3f  %-8s %s%n".formatted(now / (double) SECOND, who, what));
    }

    String trace() {
        return trace.toString();
    }

    /** The node that may write, as far as anybody outside sees. */
    List<SimNode> writable() {
        return nodes.stream().filter(node -> node.postgres.writable()).toList();
    }
}
