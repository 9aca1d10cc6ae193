package io.matriarch.failover.agent;

import io.matriarch.api.Lsn;
import io.matriarch.failover.core.WritePath;
import io.matriarch.failover.core.WritePath.Outcome;
import io.matriarch.failover.core.WritePath.Room;
import io.matriarch.postgres.api.LocalPostgres;
import io.matriarch.postgres.api.ServerView;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries the disk of the WAL every now and then, on a thread of its own that may hang with it; who
 * asks never waits. A WAL that moves is the better proof: while it does, a hung or refused write of
 * ours counts as nothing.
 */
final class WriteProbe implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WriteProbe.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** A write that takes longer has not returned. */
    private static final Duration LONGEST_WRITE = Duration.ofSeconds(5);

    /** What one look found. */
    private record Found(Outcome outcome, long since, Room room, String detail) {
        static final Found NOTHING = new Found(Outcome.UNKNOWN, 0, Room.UNKNOWN, "");
    }

    private final WriteSettings settings;
    private final WalDisk disk;
    private final LongSupplier nanoTime;
    private final Runnable changed;
    private final Thread thread;
    private volatile boolean closed;

    // All under this object's lock; times by nanoTime.
    private @Nullable Found found;
    private @Nullable Long writing;
    private long moved;
    private Lsn flushed = Lsn.ZERO;
    private @Nullable Long full;
    private volatile long free = -1;
    private volatile boolean ballast;

    WriteProbe(WriteSettings settings, WalDisk disk, LongSupplier nanoTime, Runnable changed) {
        this.settings = settings;
        this.disk = disk;
        this.nanoTime = nanoTime;
        this.changed = changed;
        moved = nanoTime.getAsLong();
        thread = Thread.ofPlatform().name("write-probe").daemon(true).unstarted(this::run);
    }

    static WriteProbe beside(LocalPostgres postgres, Settings settings, Runnable changed) {
        var disk = new WalDisk(postgres::dataDirectory, settings.stateDirectory());
        return new WriteProbe(settings.writing(), disk, System::nanoTime, changed);
    }

    void start() {
        if (settings.interval().isPositive()) thread.start();
    }

    private void run() {
        while (!closed) {
            look();
            LockSupport.parkNanos(settings.interval().toNanos());
        }
    }

    /** One try. Hangs as long as the disk does. */
    void look() {
        if (!disk.exists()) {
            note(Outcome.UNKNOWN, Room.UNKNOWN, "");
            return;
        }
        begin();
        var room = Room.UNKNOWN;
        try {
            room = room();
            disk.write();
            boolean full = room == Room.NONE;
            note(
                    full ? Outcome.FULL : Outcome.WRITES,
                    room,
                    full ? "less than " + settings.ballast().leastFree() + " bytes were free" : "");
        } catch (IOException e) {
            var outcome = WalDisk.outcome(e);
            note(
                    outcome,
                    outcome == Outcome.FULL ? Room.NONE : room,
                    String.valueOf(e.getMessage()));
        }
    }

    private Room room() throws IOException {
        var rule = settings.ballast();
        long before = disk.free();
        boolean there = disk.hasBallast();
        var known = rule.room(last(), there, before);
        free = before;
        try {
            disk.carryOut(rule.step(there, before), rule);
        } catch (IOException e) {
            LOG.warn("the ballast stays as it is: {}", e.getMessage());
        }
        ballast = disk.hasBallast();
        return known;
    }

    private synchronized Room last() {
        return found == null ? Room.UNKNOWN : found.room();
    }

    private synchronized void begin() {
        writing = nanoTime.getAsLong();
    }

    private void note(Outcome outcome, Room room, String detail) {
        if (taken(outcome, room, detail)) changed.run();
    }

    /** Whether that is news. */
    private synchronized boolean taken(Outcome outcome, Room room, String detail) {
        var last = found == null ? Found.NOTHING : found;
        boolean same = last.outcome() == outcome;
        long began = writing == null ? nanoTime.getAsLong() : writing;
        writing = null;
        found = new Found(outcome, same ? last.since() : began, room, detail);
        if (same && last.room() == room) return false;
        LOG.info("disk of the WAL: {}, room: {} {}", outcome.text(), room, detail);
        return true;
    }

    /**
     * What is known now.
     *
     * @param server beside us as last seen
     */
    synchronized WritePath now(ServerView server) {
        long now = nanoTime.getAsLong();
        if (!settings.interval().isPositive()) return WritePath.UNKNOWN;
        seen(server, now);
        var room = found == null ? Room.UNKNOWN : found.room();
        if (writing != null && now - writing > LONGEST_WRITE.toNanos()) {
            long began = Math.max(writing, moved);
            if (now - began > LONGEST_WRITE.toNanos())
                return path(Outcome.HUNG, now - began, room, "");
        }
        if (found == null) return WritePath.UNKNOWN;
        boolean proved = found.outcome() == Outcome.READ_ONLY || found.outcome() == Outcome.REFUSED;
        if (proved && moved > found.since()) {
            boolean just = now - moved < settings.interval().toNanos() * 3;
            return just
                    ? path(Outcome.WRITES, 0, room, "")
                    : path(found.outcome(), now - moved, room, found.detail());
        }
        if (found.outcome() == Outcome.WRITES && full != null)
            return path(Outcome.CONNECTIONS, now - full, room, server.trouble());
        return path(found.outcome(), now - found.since(), room, found.detail());
    }

    private void seen(ServerView server, long now) {
        var position = server.live().map(ServerView.Live::flushed).orElse(flushed);
        if (!position.equals(flushed)) moved = now;
        flushed = position;
        boolean crowded =
                server.live().isEmpty()
                        && (server.trouble().contains("too many clients")
                                || server.trouble().contains("connection slots"));
        if (!crowded) full = null;
        else if (full == null) full = now;
    }

    private WritePath path(Outcome outcome, long lasting, Room room, String detail) {
        var path =
                new WritePath(
                        outcome,
                        Duration.ofNanos(Math.max(0, lasting)),
                        room,
                        detail,
                        settings.plan());
        // Room that cannot be written to is none: nobody shall hand over to us.
        return path.diskFails() ? path.withRoom(Room.NONE) : path;
    }

    Figures.Disk disk() {
        return new Figures.Disk(free, ballast);
    }

    /** A thread that hangs with its disk is left to it. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        Threads.end(thread, PATIENCE);
    }
}
