package io.matriarch.failover.simulation;

import io.matriarch.dcs.api.Snapshot;
import io.matriarch.failover.core.ClusterView;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Snapshots as the core reads them: what one member has read, the next need not read again. */
final class Views {
    private static final int MOST = 32;

    private record Read(Snapshot from, ClusterView view) {}

    private final Map<Long, Read> byRevision = new LinkedHashMap<>();
    private @Nullable Read last;

    ClusterView of(Snapshot snapshot) {
        var known = byRevision.get(snapshot.revision());
        if (known != null && known.from().entries().equals(snapshot.entries())) return known.view();
        var before = last;
        var view =
                before == null
                        ? SimStore.LAYOUT.read(snapshot)
                        : SimStore.LAYOUT.read(snapshot, before.from(), before.view());
        last = new Read(snapshot, view);
        byRevision.put(snapshot.revision(), last);
        if (byRevision.size() > MOST) byRevision.remove(byRevision.keySet().iterator().next());
        return view;
    }
}
