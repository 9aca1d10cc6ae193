package io.matriarch.failover.simulation;

import io.matriarch.api.MemberName;
import io.matriarch.dcs.api.Committed;
import io.matriarch.dcs.api.Compare;
import io.matriarch.dcs.api.KeyValue;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.dcs.api.Txn;
import io.matriarch.dcs.api.WatchListener;
import io.matriarch.dcs.api.WatchListener.Change;
import io.matriarch.failover.core.StoreLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The store as its clients may believe it to be: linearizable, with leases and watches. */
final class SimStore {
    static final StoreLayout LAYOUT = new StoreLayout("service", "sim");

    /** The store refused: nothing happened. */
    static final class NotDone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotDone(String why) {
            super(why, null, false, false);
        }
    }

    private static final class Held {
        final Duration ttl;
        long end;

        Held(Duration ttl, long end) {
            this.ttl = ttl;
            this.end = end;
        }
    }

    private final World world;
    private final TreeMap<String, KeyValue> keys = new TreeMap<>();
    private final Map<Long, Held> leases = new HashMap<>();
    private final List<SimWatch> watches = new ArrayList<>();
    private final NavigableMap<Long, List<Change>> told = new TreeMap<>(); // by revision
    private long revision;

    /** Of the present revision, once somebody has asked for it. */
    private Snapshot latest = new Snapshot(0, keys);

    private String leader = "";
    private long lastLease = 1_000;
    private boolean halted;
    private boolean unreachable;

    SimStore(World world) {
        this.world = world;
    }

    boolean answers() {
        return !halted && !unreachable;
    }

    /** Nobody reaches it, and its leases go on running out. */
    void unreachable(boolean on) {
        unreachable = on;
    }

    /** No majority: time stands still for leases, and they begin anew afterwards. */
    void halt(boolean on) {
        if (halted && !on)
            leases.values().forEach(held -> held.end = world.now + held.ttl.toNanos());
        halted = on;
    }

    Snapshot read() {
        if (latest.revision() != revision) latest = new Snapshot(revision, keys);
        return latest;
    }

    Lease grant(Duration ttl) {
        long id = ++lastLease;
        leases.put(id, new Held(ttl, world.now + ttl.toNanos()));
        expireLater(id, ttl.toNanos());
        return new Lease(id, ttl);
    }

    Optional<Lease> renew(long id) {
        var held = leases.get(id);
        if (held == null || held.end <= world.now) return Optional.empty();
        held.end = world.now + held.ttl.toNanos();
        return Optional.of(new Lease(id, held.ttl));
    }

    private void expireLater(long id, long nanos) {
        world.after(
                nanos + (world.chance(0.5) ? 1 : world.millis(0, 500)),
                () -> {
                    var held = leases.get(id);
                    if (held == null) return;
                    if (halted) expireLater(id, World.SECOND);
                    else if (held.end > world.now) expireLater(id, held.end - world.now);
                    else end(id);
                });
    }

    private void end(long id) {
        leases.remove(id);
        var gone = keys.values().stream().filter(kv -> kv.leaseId() == id).toList();
        if (gone.isEmpty()) return;
        world.note(
                "store",
                "lease " + id + " ended, with " + gone.stream().map(KeyValue::key).toList());
        revision++;
        var changes = new ArrayList<Change>();
        for (var kv : gone) {
            keys.remove(kv.key());
            changes.add(new Change.Gone(kv.key(), revision));
        }
        tell(changes);
    }

    Committed commit(Txn txn) {
        for (var condition : txn.when())
            if (!holds(condition)) return new Committed(false, revision);
        for (var op : txn.then())
            if (op instanceof Op.Put(_, _, var lease)
                    && lease != Lease.NONE
                    && !leases.containsKey(lease)) throw new NotDone("no lease " + lease);
        revision++;
        var changes = new LinkedHashMap<String, Change>();
        for (var op : txn.then()) apply(op, changes);
        tell(new ArrayList<>(changes.values()));
        return new Committed(true, revision);
    }

    private boolean holds(Compare condition) {
        var there = keys.get(condition.key());
        return switch (condition) {
            case Compare.Absent(var key) ->
                    there == null || key.equals(LAYOUT.leader()) && !world.rules.keep(Rule.COMPARE);
            case Compare.ValueIs(_, var value) -> there != null && there.value().equals(value);
            case Compare.ModRevisionIs(_, var mod) -> there != null && there.modRevision() == mod;
        };
    }

    private void apply(Op op, Map<String, Change> changes) {
        switch (op) {
            case Op.Put(var key, var value, var lease) -> {
                var before = keys.get(key);
                long created = before == null ? revision : before.createRevision();
                var now = new KeyValue(key, value, created, revision, lease);
                keys.put(key, now);
                if (key.equals(LAYOUT.sync())) world.syncFaults.keyApplied(value);
                changes.put(key, new Change.Written(now));
                if (world.traced() && !key.contains("/members/") && !key.endsWith("/status"))
                    world.note("store", key + " = " + value);
            }
            case Op.Delete(var key) -> {
                if (keys.remove(key) != null) {
                    changes.put(key, new Change.Gone(key, revision));
                    world.note("store", key + " deleted");
                }
            }
        }
    }

    private void tell(List<Change> changes) {
        if (changes.isEmpty()) return;
        var key = keys.get(LAYOUT.leader());
        leader = key == null ? "" : key.value();
        told.put(revision, changes);
        for (var watch : List.copyOf(watches)) watch.tell(revision, changes);
    }

    /** Of what happens, and of what happened since that revision: nothing is left out. */
    SimWatch watch(SimNode from, long since, SimAgent agent, WatchListener listener) {
        var watch = new SimWatch(world, from, agent, listener);
        told.tailMap(since, false).forEach(watch::tell);
        watches.add(watch);
        return watch;
    }

    void forget(SimWatch watch) {
        watches.remove(watch);
    }

    /** Whose leader key lives at this instant; empty if nobody's. */
    String leader() {
        return leader;
    }

    /** Who stands in the key failsafe at this instant. */
    Set<MemberName> failsafe() {
        return world.views
                .of(read())
                .failsafe()
                .map(key -> key.members().keySet())
                .orElse(Set.of());
    }

    /** Whether the mode is in force: who leads has said so. */
    boolean synchronousSince(SimNode primary) {
        var key = keys.get(LAYOUT.sync());
        return key != null && !key.value().contains("\"leader\":null");
    }

    /** Whether the cluster is told to follow another. */
    boolean follows() {
        var key = keys.get(LAYOUT.config());
        return key != null && key.value().contains("standby_cluster");
    }

    boolean has(String key) {
        return keys.containsKey(key);
    }
}
