package io.matriarch.failover.simulation;

import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.dcs.api.Txn;
import io.matriarch.dcs.api.WatchListener;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.StoreState;
import io.matriarch.failover.simulation.Network.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The agent's mirror of the store, and its way to write there; as the real one, in events. */
final class SimMirror {
    private final SimAgent agent;
    private final World world;
    private final SimNode node;
    private @Nullable Snapshot snapshot;
    private @Nullable ClusterView parsed;
    private @Nullable SimWatch watch;
    private String trouble = "not read yet";
    private boolean stale = true;
    private long lastRead = Long.MIN_VALUE / 2;

    SimMirror(SimAgent agent) {
        this.agent = agent;
        node = agent.node;
        world = node.world;
    }

    /** A call that may fail; the answer finds the agent when it is awake. */
    <T> void call(Supplier<T> operation, Duration deadline, Consumer<Reply<T>> then) {
        world.network.call(
                node, deadline, operation, reply -> agent.resume(() -> then.accept(reply)));
    }

    void state(Duration maxAge, Duration deadline, Consumer<StoreState> then) {
        if (!stale && world.now - lastRead <= maxAge.toNanos()) {
            then.accept(state());
            return;
        }
        call(
                world.store::read,
                deadline,
                reply -> {
                    switch (reply) {
                        case Reply.Answered<Snapshot>(var fresh) -> taken(fresh);
                        case Reply.Failed<Snapshot> _ -> failed();
                    }
                    then.accept(state());
                });
    }

    private void taken(Snapshot fresh) {
        if (snapshot == null || fresh.revision() >= snapshot.revision())
            replace(world.views.shared(fresh));
        if (stale || watch == null) rewatch(fresh.revision());
        stale = false;
        lastRead = world.now;
        answered();
    }

    private StoreState state() {
        var view = lastKnown();
        return trouble.isEmpty() && view.isPresent()
                ? new StoreState.Seen(view.get())
                : new StoreState.Away(trouble);
    }

    Optional<ClusterView> lastKnown() {
        if (parsed == null && snapshot != null) parsed = world.views.of(snapshot);
        return Optional.ofNullable(parsed);
    }

    private void replace(Snapshot fresh) {
        snapshot = fresh;
        parsed = null;
    }

    private void rewatch(long since) {
        if (watch != null) watch.close();
        watch =
                world.store.watch(
                        node,
                        since,
                        agent,
                        new WatchListener() {
                            @Override
                            public void changed(long revision, List<Change> changes) {
                                fold(revision, changes);
                            }

                            @Override
                            public void broken(String why) {
                                stale = true;
                                if (watch != null) watch.close();
                                watch = null;
                                agent.wake();
                            }
                        });
    }

    private void fold(long revision, List<WatchListener.Change> changes) {
        if (snapshot == null || revision <= snapshot.revision()) return;
        replace(world.views.after(snapshot, revision, changes));
        int prefix = SimStore.LAYOUT.prefix().length();
        for (var change : changes) agent.storeChanged(change.key().substring(prefix));
    }

    /**
     * Writes. An answer that never came counts as not applied, as for the caller who caught the
     * exception; {@code null} tells it apart.
     */
    void commit(Txn txn, Consumer<@Nullable Boolean> then) {
        call(
                () -> world.store.commit(txn),
                agent.policy.retryTimeout(),
                reply -> {
                    switch (reply) {
                        case Reply.Answered<io.matriarch.dcs.api.Committed>(var committed) -> {
                            answered();
                            if (!committed.applied()) markStale();
                            then.accept(committed.applied());
                        }
                        case Reply.Failed<io.matriarch.dcs.api.Committed>(var unknown) -> {
                            markStale();
                            if (unknown) failed();
                            then.accept(null);
                        }
                    }
                });
    }

    static io.matriarch.dcs.api.Op.Put put(String key, String value) {
        return new io.matriarch.dcs.api.Op.Put(key, value, Lease.NONE);
    }

    void markStale() {
        lastRead = Long.MIN_VALUE / 2;
    }

    boolean isAway() {
        return !trouble.isEmpty();
    }

    void answered() {
        trouble = "";
    }

    void failed() {
        boolean news = trouble.isEmpty();
        trouble = "no answer";
        if (news) agent.storeGone();
    }

    void close() {
        if (watch != null) watch.close();
    }
}
