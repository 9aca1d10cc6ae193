package io.matriarch.failover.simulation;

import io.matriarch.failover.simulation.SimStore.NotDone;
import java.time.Duration;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Who reaches whom, how fast, and what gets lost on the way. */
final class Network {
    /** What became of a call. */
    sealed interface Reply<T> {
        record Answered<T>(T value) implements Reply<T> {}

        /**
         * @param unknown false: certainly not done
         */
        record Failed<T>(boolean unknown) implements Reply<T> {}
    }

    private static final int MOST_NODES = 100;

    private final World world;
    private final BitSet withoutStore = new BitSet();
    private final BitSet cut = new BitSet();
    double lostRequests;
    double lostAnswers;

    /** Most a request or an answer may be late, in ms. */
    long slowness;

    /** How long the next call is on its way; nothing stops it any more. */
    long hold;

    Network(World world) {
        this.world = world;
    }

    void cutStore(SimNode node, boolean on) {
        withoutStore.set(node.number, on);
    }

    void cut(SimNode a, SimNode b, boolean on) {
        cut.set(pair(a, b), on);
    }

    void heal() {
        withoutStore.clear();
        cut.clear();
        lostRequests = 0;
        lostAnswers = 0;
        slowness = 0;
    }

    boolean reachesStore(SimNode node) {
        return !withoutStore.get(node.number);
    }

    boolean linked(SimNode a, SimNode b) {
        return a == b || !cut.get(pair(a, b));
    }

    /** A number for two, whoever is named first. */
    private static int pair(SimNode a, SimNode b) {
        return Math.max(a.number, b.number) * MOST_NODES + Math.min(a.number, b.number);
    }

    long latency() {
        long usual = world.millis(0, 3);
        return slowness > 0 && world.chance(0.5) ? usual + world.millis(0, slowness) : usual;
    }

    /**
     * A call to the store. The request may get lost, be late, even after the caller gave up; so may
     * the answer.
     */
    <T> void call(SimNode from, Duration deadline, Supplier<T> operation, Consumer<Reply<T>> then) {
        var once = new Once<>(then);
        world.after(deadline.toNanos(), () -> once.accept(new Reply.Failed<>(true)));
        if (!reachesStore(from) && world.chance(0.3)) {
            world.after(world.millis(1, 20), () -> once.accept(new Reply.Failed<>(false)));
            return;
        }
        boolean lost = world.chance(lostRequests);
        long held = reachesStore(from) ? hold : 0;
        hold = 0;
        world.after(
                latency() + held,
                () -> {
                    boolean stopped = lost || !reachesStore(from);
                    if (stopped && held == 0 || !store().answers()) return;
                    Reply<T> reply;
                    try {
                        reply = new Reply.Answered<>(operation.get());
                    } catch (NotDone e) {
                        reply = new Reply.Failed<>(false);
                    }
                    answer(from, reply, once);
                });
    }

    /** A call from one agent to another; what gets lost is never answered. */
    void peerCall(SimNode from, SimNode to, Predicate<SimAgent> asked, Consumer<Boolean> answered) {
        boolean lost = world.chance(lostRequests);
        world.after(
                latency(),
                () -> {
                    var there = to.agent;
                    if (lost || there == null || !linked(from, to)) return;
                    there.resume(() -> {
                        boolean answer = asked.test(there);
                        boolean answerLost = world.chance(lostAnswers);
                        world.after(
                                latency(),
                                () -> {
                                    if (!answerLost && linked(from, to)) answered.accept(answer);
                                });
                    });
                });
    }

    private <T> void answer(SimNode to, Reply<T> reply, Once<T> once) {
        boolean lost = world.chance(lostAnswers);
        world.after(
                latency(),
                () -> {
                    if (!lost && reachesStore(to) && store().answers()) once.accept(reply);
                });
    }

    private SimStore store() {
        return world.store;
    }

    private static final class Once<T> {
        private final Consumer<Reply<T>> then;
        private boolean done;

        Once(Consumer<Reply<T>> then) {
            this.then = then;
        }

        void accept(Reply<T> reply) {
            if (done) return;
            done = true;
            then.accept(reply);
        }
    }
}
