package io.matriarch.failover.simulation;

import io.matriarch.dcs.api.Snapshot;
import io.matriarch.dcs.api.WatchListener.Change;
import io.matriarch.failover.core.ClusterView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots, and how the core reads them: what one member has folded or read, the next need not
 * fold or read again. Only what is equal is shared: a member that knows something else of the same
 * revision keeps what it knows.
 */
final class Views {
    private static final int MOST = 32;

    private static final class Known {
        final Snapshot snapshot;

        /** What it was last folded from. */
        @Nullable Snapshot before;

        List<Change> changes = List.of();
        @Nullable ClusterView view;

        Known(Snapshot snapshot) {
            this.snapshot = snapshot;
        }
    }

    private final Map<Long, Known> byRevision = new LinkedHashMap<>();
    private Known lastRead = new Known(new Snapshot(0, new TreeMap<>()));

    /** The one that all members share who know the same. */
    Snapshot shared(Snapshot snapshot) {
        return known(snapshot).snapshot;
    }

    private Known known(Snapshot snapshot) {
        var known = byRevision.get(snapshot.revision());
        if (known != null
                && (known.snapshot == snapshot
                        || known.snapshot.entries().equals(snapshot.entries()))) return known;
        var fresh = new Known(snapshot);
        byRevision.put(snapshot.revision(), fresh);
        if (byRevision.size() > MOST) byRevision.remove(byRevision.keySet().iterator().next());
        return fresh;
    }

    /** The snapshot after {@code changes}. */
    Snapshot after(Snapshot before, long revision, List<Change> changes) {
        var known = byRevision.get(revision);
        if (known != null && known.before == before && known.changes == changes)
            return known.snapshot;
        var entries = new TreeMap<>(before.entries());
        for (var change : changes)
            switch (change) {
                case Change.Written(var now) -> entries.put(now.key(), now);
                case Change.Gone(String key, long _) -> entries.remove(key);
            }
        var folded = known(new Snapshot(revision, entries));
        folded.before = before;
        folded.changes = changes;
        return folded.snapshot;
    }

    ClusterView of(Snapshot snapshot) {
        var known = known(snapshot);
        if (known.view == null) {
            var before = lastRead;
            known.view =
                    before.view == null
                            ? SimStore.LAYOUT.read(snapshot)
                            : SimStore.LAYOUT.read(snapshot, before.snapshot, before.view);
            lastRead = known;
        }
        return known.view;
    }
}
