package io.matriarch.failover.simulation;

import io.matriarch.api.Lsn;
import io.matriarch.failover.core.StandbyNames;
import io.matriarch.postgres.api.WalSender;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a primary knows of its standbys, and which commits it may acknowledge. A new value of {@code
 * synchronous_standby_names} is read by sessions, WAL senders and the checkpointer at different
 * times, as by PostgreSQL's: only when the checkpointer has read it do commits begin, or cease, to
 * wait.
 */
final class SimReplication {
    private static final class Sender {
        final SimNode to;
        long flushed;
        long lastHeard;
        boolean open = true;

        Sender(SimNode to) {
            this.to = to;
        }
    }

    private final World world;
    private final SimNode node;
    private final Map<Integer, Sender> senders = new TreeMap<>();

    /** In the file, and so in force after a restart. */
    private String text = "";

    private StandbyNames bySenders = StandbyNames.NONE;
    private boolean waiting;
    private long change;

    /** How long the checkpointer takes at least to read the next value. */
    long busyFor;

    private boolean settled = true;

    SimReplication(World world, SimNode node) {
        this.world = world;
        this.node = node;
    }

    String text() {
        return text;
    }

    boolean settled() {
        return settled;
    }

    /** The server was started: everybody reads the file. */
    void started() {
        change++;
        senders.clear();
        bySenders = StandbyNames.parse(text);
        waiting = !bySenders.names().isEmpty();
        settled = true;
    }

    void set(String names, Runnable then) {
        world.syncFaults.namesSet(node, StandbyNames.parse(names));
        text = names;
        long mine = ++change;
        settled = false;
        world.after(
                world.millis(1, 15),
                () -> {
                    if (mine == change) bySenders = StandbyNames.parse(names);
                });
        boolean busy = world.chance(0.1);
        long usual = busy ? world.millis(500, 6_000) : world.millis(15, 40);
        long takes = Math.max(usual, busyFor);
        busyFor = 0;
        world.after(
                takes,
                () -> {
                    if (mine != change) return;
                    waiting = !names.isEmpty();
                    settled = true;
                    acknowledge();
                });
        world.after(world.millis(5, 30), then);
    }

    /** A standby streams, and tells how far it is; its answer may take long. */
    void heard(SimNode from, long flushed) {
        var sender = senders.computeIfAbsent(from.number, _ -> new Sender(from));
        sender.lastHeard = world.now;
        sender.open = true;
        if (world.chance(0.2)) return;
        sender.flushed = flushed;
        acknowledge();
    }

    /** The connection was closed; one that was only cut is missed later. */
    void closed(SimNode by) {
        var sender = senders.get(by.number);
        if (sender != null && world.network.linked(node, by)) sender.open = false;
    }

    private List<Sender> connected() {
        var there = new ArrayList<Sender>(senders.size());
        for (var sender : senders.values())
            if (sender.open && world.now - sender.lastHeard < 20 * World.SECOND) there.add(sender);
        return there;
    }

    List<WalSender> walSenders() {
        var listed = listed();
        var rows = new ArrayList<WalSender>();
        for (var sender : connected()) {
            int place = listed.indexOf(sender);
            String state =
                    place < 0
                            ? "async"
                            : bySenders.kind() == StandbyNames.Kind.ANY
                                    ? "quorum"
                                    : place < bySenders.number() ? "sync" : "potential";
            var lsn = new Lsn(sender.flushed);
            rows.add(
                    new WalSender(
                            "replicator",
                            sender.to.name.value(),
                            "",
                            "streaming",
                            state,
                            place + 1,
                            lsn,
                            lsn,
                            lsn,
                            lsn));
        }
        return rows;
    }

    /** Those that are named, in the order of the names. */
    private List<Sender> listed() {
        var names = bySenders.names();
        if (names.isEmpty()) return List.of();
        var there = connected();
        there.removeIf(sender -> !bySenders.has(sender.to.name));
        if (there.size() > 1)
            there.sort(Comparator.comparingInt(sender -> names.indexOf(sender.to.name.value())));
        return there;
    }

    /** Tells clients what is done. */
    void acknowledge() {
        if (!node.postgres.writable()) return;
        long end = node.postgres.wal.orElseThrow().end();
        if (!waiting) {
            world.acknowledged.by(node, end);
            return;
        }
        var listed = listed();
        int number = bySenders.number();
        if (number == 0 || listed.size() < number) return;
        world.acknowledged.by(node, Math.min(end, flushedByAll(listed, number)));
    }

    /** Up to where {@code number} of them have all: any of them, or the first. */
    private long flushedByAll(List<Sender> listed, int number) {
        boolean any = bySenders.kind() == StandbyNames.Kind.ANY;
        var counted = new long[any ? listed.size() : number];
        for (int i = 0; i < counted.length; i++) counted[i] = listed.get(i).flushed;
        Arrays.sort(counted);
        return counted[counted.length - number];
    }
}
