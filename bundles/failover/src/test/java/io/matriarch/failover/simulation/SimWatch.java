package io.matriarch.failover.simulation;

import io.matriarch.dcs.api.WatchListener;
import io.matriarch.dcs.api.WatchListener.Change;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** A watch: in order, late, and silent for a while once the line is cut. */
final class SimWatch {
    private record Told(long revision, List<Change> changes) {}

    private final World world;
    private final SimNode to;
    private final SimAgent agent;
    private final WatchListener listener;
    private final Queue<Told> arrived = new ArrayDeque<>();
    private long lastDelivery;
    private boolean silent;
    private boolean closed;

    SimWatch(World world, SimNode to, SimAgent agent, WatchListener listener) {
        this.world = world;
        this.to = to;
        this.agent = agent;
        this.listener = listener;
    }

    void tell(long revision, List<Change> changes) {
        lastDelivery = Math.max(lastDelivery, world.now + world.network.latency());
        world.after(lastDelivery - world.now, () -> arrive(revision, changes));
    }

    private void arrive(long revision, List<Change> changes) {
        if (closed || silent) return;
        if (world.network.reachesStore(to) && world.store.answers()) {
            arrived.add(new Told(revision, changes));
            agent.resume(this::deliver);
            return;
        }
        silent = true;
        world.after(
                world.millis(1_000, 8_000),
                () ->
                        agent.resume(() -> {
                            if (!closed) listener.broken("connection lost");
                        }));
    }

    /** In order, also after the agent stood still: it is one stream. */
    private void deliver() {
        var next = arrived.remove();
        if (!closed) listener.changed(next.revision(), next.changes());
    }

    void close() {
        closed = true;
        world.store.forget(this);
    }
}
