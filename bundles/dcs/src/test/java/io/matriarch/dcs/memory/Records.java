package io.matriarch.dcs.memory;

import io.matriarch.dcs.api.Committed;
import io.matriarch.dcs.api.Compare;
import io.matriarch.dcs.api.KeyValue;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.dcs.api.Txn;
import io.matriarch.dcs.api.WatchListener.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The state machine of the store: keys, leases and their history as etcd keeps them. No thread, no
 * clock: whoever owns it says what time it is.
 */
final class Records {
    /** All changes of one revision. */
    record Revision(long number, List<Change> changes) {}

    /** Why a request is refused; nothing of it was applied. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String why) {
            super(why);
        }
    }

    private record Held(Duration ttl, Duration end) {}

    private final NavigableMap<String, KeyValue> keys = new TreeMap<>();
    private final Map<Long, Held> leases = new LinkedHashMap<>();
    private final List<Revision> history = new ArrayList<>();
    private final Consumer<Revision> onRevision;
    private long revision = 1;
    private long compacted;
    private long lastLease = 0x1000;

    Records(Consumer<Revision> onRevision) {
        this.onRevision = onRevision;
    }

    Snapshot read(String prefix) {
        var found = new TreeMap<String, KeyValue>();
        for (var entry : keys.tailMap(prefix, true).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            found.put(entry.getKey(), entry.getValue());
        }
        return new Snapshot(revision, found);
    }

    Committed commit(Txn txn) throws Refused {
        refuseOverlaps(txn.then());
        if (!txn.when().stream().allMatch(this::holds)) {
            return new Committed(false, revision);
        }
        for (Op op : txn.then()) {
            if (op instanceof Op.Put put
                    && put.leaseId() != Lease.NONE
                    && !leases.containsKey(put.leaseId())) {
                throw new Refused("lease %x does not exist".formatted(put.leaseId()));
            }
        }
        apply(txn.then());
        return new Committed(true, revision);
    }

    private static void refuseOverlaps(List<Op> ops) throws Refused {
        Set<String> written = new HashSet<>();
        Set<String> deleted = new HashSet<>();
        for (Op op : ops) {
            switch (op) {
                case Op.Put put -> {
                    if (!written.add(put.key()) || deleted.contains(put.key())) {
                        throw new Refused("key " + put.key() + " is changed twice");
                    }
                }
                case Op.Delete delete -> {
                    deleted.add(delete.key());
                    if (written.contains(delete.key())) {
                        throw new Refused("key " + delete.key() + " is changed twice");
                    }
                }
            }
        }
    }

    private boolean holds(Compare compare) {
        KeyValue now = keys.get(compare.key());
        return switch (compare) {
            case Compare.Absent _ -> now == null;
            case Compare.ValueIs(_, String value) -> now != null && now.value().equals(value);
            // a key that is not there has modification revision 0, as in etcd
            case Compare.ModRevisionIs(_, long mod) -> (now == null ? 0 : now.modRevision()) == mod;
        };
    }

    private void apply(List<Op> ops) {
        long next = revision + 1;
        List<Change> changes = new ArrayList<>();
        for (Op op : ops) {
            switch (op) {
                case Op.Put(String key, String value, long lease) -> {
                    KeyValue before = keys.get(key);
                    long created = before == null ? next : before.createRevision();
                    var now = new KeyValue(key, value, created, next, lease);
                    keys.put(key, now);
                    changes.add(new Change.Written(now));
                }
                case Op.Delete(String key) -> {
                    if (keys.remove(key) != null) {
                        changes.add(new Change.Gone(key, next));
                    }
                }
            }
        }
        record(next, changes);
    }

    private void record(long number, List<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        revision = number;
        var entry = new Revision(number, List.copyOf(changes));
        history.add(entry);
        onRevision.accept(entry);
    }

    Lease grant(Duration ttl, Duration now) {
        Duration whole = Duration.ofSeconds(Math.max(1, ttl.plusNanos(999_999_999).toSeconds()));
        long id = ++lastLease;
        leases.put(id, new Held(whole, now.plus(whole)));
        return new Lease(id, whole);
    }

    Optional<Lease> renew(long id, Duration now) {
        Held held = leases.get(id);
        if (held == null) {
            return Optional.empty();
        }
        leases.put(id, new Held(held.ttl(), now.plus(held.ttl())));
        return Optional.of(new Lease(id, held.ttl()));
    }

    Optional<Duration> timeLeft(long id, Duration now) {
        return Optional.ofNullable(leases.get(id)).map(held -> held.end().minus(now));
    }

    /** Ends a lease and its keys, all at one revision; a lease that is gone is nothing. */
    void revoke(long id) {
        if (leases.remove(id) == null) {
            return;
        }
        List<Op> deletions = new ArrayList<>();
        for (KeyValue entry : keys.values()) {
            if (entry.leaseId() == id) {
                deletions.add(new Op.Delete(entry.key()));
            }
        }
        apply(deletions);
    }

    /** When the next lease ends, if there is one. */
    Optional<Duration> nextEnd() {
        return leases.values().stream().map(Held::end).min(Comparator.naturalOrder());
    }

    /** Ends every lease whose time is over at {@code now}. */
    void expire(Duration now) {
        List<Long> over = new ArrayList<>();
        leases.forEach((id, held) -> {
            if (held.end().compareTo(now) <= 0) {
                over.add(id);
            }
        });
        over.forEach(this::revoke);
    }

    boolean hasLease(long id) {
        return leases.containsKey(id);
    }

    /** Everything from {@code from} on; empty if that was compacted away. */
    Optional<List<Revision>> since(long from) {
        if (from <= compacted && from > 0) {
            return Optional.empty();
        }
        return Optional.of(history.stream().filter(r -> r.number() >= from).toList());
    }

    /** Forgets the history up to and including {@code upTo}. */
    void compact(long upTo) {
        compacted = Math.max(compacted, upTo);
        history.removeIf(r -> r.number() <= upTo);
    }

    long revision() {
        return revision;
    }
}
