package io.matriarch.dcs.memory;

import io.matriarch.dcs.api.Dcs;
import io.matriarch.dcs.api.WatchListener;
import io.matriarch.dcs.api.WatchListener.Change;
import java.util.List;

/** One running watch: knows what it has told, so that nothing is told twice or out of order. */
final class MemoryWatch implements Dcs.Watch {
    private final MemoryStore store;
    private final String client;
    private final String prefix;
    private final WatchListener listener;
    private long nextRevision;
    private volatile boolean open = true;

    MemoryWatch(
            MemoryStore store,
            String client,
            String prefix,
            long fromRevision,
            WatchListener listener) {
        this.store = store;
        this.client = client;
        this.prefix = prefix;
        this.nextRevision = fromRevision;
        this.listener = listener;
    }

    String client() {
        return client;
    }

    /** What is to be told of this revision; a task for the delivery executor, or nothing. */
    void offer(Records.Revision revision) {
        if (!open || revision.number() < nextRevision) {
            return;
        }
        nextRevision = revision.number() + 1;
        List<Change> mine =
                revision.changes().stream().filter(c -> c.key().startsWith(prefix)).toList();
        if (!mine.isEmpty()) {
            store.deliver(() -> {
                if (open) {
                    listener.changed(revision.number(), mine);
                }
            });
        }
    }

    void breakNow(String why) {
        store.deliver(() -> {
            if (open) {
                open = false;
                listener.broken(why);
            }
        });
    }

    @Override
    public void close() {
        open = false;
        store.forget(this);
    }
}
