package io.matriarch.failover.agent;

import io.matriarch.dcs.api.Committed;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.KeyValue;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.dcs.api.Txn;
import io.matriarch.dcs.api.WatchListener;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.StoreLayout;
import io.matriarch.failover.core.StoreState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's keys as last read, kept up to date by a watch. Safe to use from several threads.
 *
 * <p>A mirror can be behind; whatever is decided on it is written by compare-and-set, and a failed
 * compare makes the next {@link #state} read anew.
 */
final class StoreMirror implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreMirror.class);

    private final Dcs dcs;
    private final StoreLayout layout;
    private final Consumer<String> wake;
    private final Runnable gone;

    private @Nullable Snapshot snapshot;
    private @Nullable ClusterView parsed;
    private @Nullable Snapshot parsedFrom;
    private Dcs.@Nullable Watch watch;
    private int watchNumber;
    private String trouble = "not read yet";
    private @Nullable DcsException lastFailure;
    private boolean stale = true;
    private Instant lastSeen = Instant.EPOCH;
    private long lastReadNanos;

    /**
     * @param wake called with the key when something changed that may need a decision at once
     * @param gone called when a call failed after others had succeeded; must not wait for anything
     */
    StoreMirror(Dcs dcs, StoreLayout layout, Consumer<String> wake, Runnable gone) {
        this.dcs = dcs;
        this.layout = layout;
        this.wake = wake;
        this.gone = gone;
    }

    /**
     * The present state.
     *
     * @param maxAge read anew if the last full read is older than this
     * @param deadline for that read
     */
    StoreState state(Duration maxAge, Duration deadline) {
        boolean read;
        synchronized (this) {
            read = stale || System.nanoTime() - lastReadNanos > maxAge.toNanos();
        }
        if (read) refresh(deadline);
        synchronized (this) {
            return trouble.isEmpty() && parsed() != null
                    ? new StoreState.Seen(java.util.Objects.requireNonNull(parsed()))
                    : new StoreState.Away(trouble);
        }
    }

    /** The view last known, whatever its age. */
    synchronized Optional<ClusterView> lastKnown() {
        return Optional.ofNullable(parsed());
    }

    /** When the store last answered anything. */
    synchronized Instant lastSeen() {
        return lastSeen;
    }

    private void refresh(Duration deadline) {
        long before;
        synchronized (this) {
            before = snapshot == null ? 0 : snapshot.revision();
        }
        try {
            var fresh = dcs.read(layout.prefix(), deadline);
            synchronized (this) {
                // Revisions of one store only grow: this is another one, or one restored from a
                // backup.
                boolean another = fresh.revision() < before;
                if (another)
                    LOG.warn(
                            "the store's revision went back from {} to {}",
                            before,
                            fresh.revision());
                if (another || snapshot == null || fresh.revision() >= snapshot.revision())
                    replace(fresh);
                if (another || stale || watch == null) rewatch(fresh.revision() + 1);
                stale = false;
                lastReadNanos = System.nanoTime();
            }
            answered();
        } catch (DcsException e) {
            failed(e);
        }
    }

    private void rewatch(long from) {
        if (watch != null) watch.close();
        int number = ++watchNumber;
        watch =
                dcs.watch(
                        layout.prefix(),
                        from,
                        new WatchListener() {
                            @Override
                            public void changed(long revision, List<Change> changes) {
                                fold(number, revision, changes);
                            }

                            @Override
                            public void broken(String why) {
                                lost(number);
                            }
                        });
    }

    private void fold(int number, long revision, List<WatchListener.Change> changes) {
        var notable = new java.util.LinkedHashSet<String>();
        synchronized (this) {
            if (number != watchNumber || snapshot == null || revision <= snapshot.revision())
                return;
            var entries = new TreeMap<>(snapshot.entries());
            for (var change : changes) {
                switch (change) {
                    case WatchListener.Change.Written(KeyValue now) -> entries.put(now.key(), now);
                    case WatchListener.Change.Gone(String key, long _) -> entries.remove(key);
                }
                if (change.key().startsWith(layout.prefix()))
                    notable.add(change.key().substring(layout.prefix().length()));
            }
            replace(new Snapshot(revision, entries));
            lastSeen = Instant.now();
        }
        notable.forEach(wake);
    }

    private void lost(int number) {
        synchronized (this) {
            if (number != watchNumber) return;
            stale = true;
            watch = null;
        }
        wake.accept("watch");
    }

    /** Applies a transaction and folds nothing in: the watch tells, or the next read does. */
    Committed commit(Txn txn, Duration deadline) throws DcsException {
        try {
            var committed = dcs.commit(txn, deadline);
            answered();
            if (!committed.applied()) markStale();
            return committed;
        } catch (DcsException e) {
            markStale();
            if (e.fate() == DcsException.Fate.UNKNOWN) failed(e);
            throw e;
        }
    }

    synchronized void markStale() {
        lastReadNanos = System.nanoTime() - Duration.ofDays(1).toNanos();
    }

    /** Why the last call that failed did; empty if none has. */
    synchronized Optional<DcsException> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    /** Whether the last call failed. */
    synchronized boolean isAway() {
        return !trouble.isEmpty();
    }

    /** The store answered some call. */
    synchronized void answered() {
        trouble = "";
        lastSeen = Instant.now();
    }

    /** Some call failed: until another succeeds, nothing is known. */
    void failed(DcsException e) {
        boolean news;
        synchronized (this) {
            news = trouble.isEmpty();
            lastFailure = e;
            trouble = String.valueOf(e.getMessage());
        }
        if (news) gone.run();
    }

    private void replace(Snapshot fresh) {
        snapshot = fresh;
    }

    private @Nullable ClusterView parsed() {
        var now = snapshot;
        if (now == null || now == parsedFrom) return parsed;
        var before = parsedFrom;
        parsed =
                before == null || parsed == null
                        ? layout.read(now)
                        : layout.read(now, before, parsed);
        parsedFrom = now;
        return parsed;
    }

    @Override
    public synchronized void close() {
        watchNumber++;
        if (watch != null) watch.close();
    }
}
