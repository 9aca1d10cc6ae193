package io.matriarch.failover.simulation;

import io.matriarch.api.Lsn;
import io.matriarch.api.SystemId;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.HistoryLine;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.Lineage;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.Upstream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** A PostgreSQL server and its data directory. It lives and dies apart from the agent. */
final class SimPostgres {
    /** What the processes do. */
    enum Phase {
        DOWN,
        /** Forked: it has yet to ask the guard, and is no server before it may run. */
        SPAWNED,
        STARTING,
        RUNNING,
        /** Told to stop, but sessions may still commit for a moment. */
        ENDING_SESSIONS,
        STOPPING
    }

    private static final SystemId ID = new SystemId("7711168805385076805");
    private static final long CHECKPOINT_RECORD = 100;

    private final World world;
    private final SimNode node;
    Phase phase = Phase.DOWN;
    long pid;
    boolean inRecovery;
    boolean streaming;
    Optional<Upstream> upstream = Optional.empty();
    Optional<Wal> wal = Optional.empty();

    /** Its disk or its line is slow: it falls behind. */
    boolean slow;

    /** It takes connections from nobody: out of slots, or the disk hangs. */
    boolean mute;

    final SimReplication replication;
    private PostgresState state = PostgresState.STOPPED;
    private long stateSince;
    private String control = "";
    private int controlTimeline = 1;
    private boolean standbySignal;
    private String slot = "";
    private Consumer<Boolean> waiting = ok -> {};

    SimPostgres(World world, SimNode node) {
        this.world = world;
        this.node = node;
        replication = new SimReplication(world, node);
    }

    boolean writable() {
        return (phase == Phase.RUNNING || phase == Phase.ENDING_SESSIONS) && !inRecovery;
    }

    boolean running() {
        return phase != Phase.DOWN && phase != Phase.SPAWNED;
    }

    /** Started, and no server yet: a stop does not find it. */
    boolean isOnItsWay() {
        return phase == Phase.SPAWNED;
    }

    private void state(PostgresState next) {
        state = next;
        stateSince = world.now;
    }

    private void note(String what) {
        if (world.traced())
            world.note(
                    node.name.value() + ".pg",
                    what
                            + wal.map(w -> " [timeline " + w.timeline() + " at " + w.end() + "]")
                                    .orElse(""));
    }

    /** Runs {@code what} unless the server that is up now is gone by then. */
    private void later(long nanos, Runnable what) {
        long mine = pid;
        var then = phase;
        world.after(
                nanos,
                () -> {
                    if (pid == mine && phase == then) what.run();
                });
    }

    void bootstrap(Consumer<Boolean> then) {
        world.after(
                world.millis(500, 2_000),
                () -> {
                    if (wal.isPresent()) {
                        then.accept(false);
                        return;
                    }
                    wal = Optional.of(Wal.FIRST);
                    start(false, Optional.empty(), then);
                });
    }

    /** Whatever becomes of the agent from now on, what it started goes its way. */
    void startPrimary(Consumer<Boolean> then) {
        if (phase != Phase.DOWN || wal.isEmpty()) {
            then.accept(false);
            return;
        }
        pid = node.nextPid();
        phase = Phase.SPAWNED;
        waiting = then;
        state(PostgresState.STARTING);
        var trap = node.onSpawn;
        node.onSpawn = () -> {};
        trap.run();
        if (world.rules.keep(Rule.ADMISSION)) later(delay(), this::ask);
        else later(delay(), () -> begin(false, Optional.empty()));
    }

    /** As a rule a moment; on a machine out of breath it may outlast a lease. */
    private long delay() {
        return world.chance(0.02) ? world.millis(100, 20_000) : world.millis(0, 5);
    }

    private void ask() {
        long mine = pid;
        node.guard.admit(
                mine,
                may -> {
                    if (pid != mine || phase != Phase.SPAWNED) return;
                    if (may) later(delay(), () -> begin(false, Optional.empty()));
                    else ended(PostgresState.START_FAILED);
                });
    }

    /** Somebody does it, and asks nobody. */
    void startByHand() {
        if (phase != Phase.DOWN || wal.isEmpty() || standbySignal) return;
        note("is started by hand");
        start(false, Optional.empty(), ok -> {});
    }

    void becomeStandby() {
        standbySignal = true;
    }

    void startStandby(Optional<Upstream> from, Consumer<Boolean> then) {
        start(true, from, then);
    }

    private void start(boolean standby, Optional<Upstream> from, Consumer<Boolean> then) {
        if (phase != Phase.DOWN || wal.isEmpty()) {
            then.accept(false);
            return;
        }
        pid = node.nextPid();
        waiting = then;
        begin(standby, from);
        node.guard.sees();
    }

    private void begin(boolean standby, Optional<Upstream> from) {
        phase = Phase.STARTING;
        replication.started();
        standbySignal = standby;
        inRecovery = true;
        upstream = from;
        slot = standby ? slotBeside(from) : "";
        state(PostgresState.STARTING);
        note(standby ? "starts as a standby" : "starts as a primary");
        long recovery = world.chance(0.1) ? world.millis(1_000, 20_000) : world.millis(50, 1_000);
        later(recovery, () -> cameUp(standby));
    }

    private void cameUp(boolean standby) {
        if (standby || node.disk.lets()) up(standby);
        else ended(PostgresState.CRASHED); // no room for the end of its recovery
    }

    private void up(boolean standby) {
        phase = Phase.RUNNING;
        inRecovery = standby;
        control = standby ? "in archive recovery" : "in production";
        state(PostgresState.RUNNING);
        note(standby ? "is a standby" : "is a primary");
        if (!standby) world.acknowledged.primary(node);
        done(true);
    }

    private void done(boolean ok) {
        var then = waiting;
        waiting = _ -> {};
        then.accept(ok);
    }

    /** Ends recovery on a timeline with the next number. */
    void promote(Consumer<Boolean> then) {
        if (phase != Phase.RUNNING || !inRecovery) {
            then.accept(phase == Phase.RUNNING);
            return;
        }
        waiting = then;
        long takes = world.chance(0.1) ? world.millis(1_000, 8_000) : world.millis(20, 400);
        later(
                takes,
                () -> {
                    if (!inRecovery) return;
                    wal = wal.map(w -> w.promoted(++world.births));
                    inRecovery = false;
                    streaming = false;
                    standbySignal = false;
                    slot = "";
                    control = "in production";
                    note("is promoted");
                    world.acknowledged.primary(node);
                    world.invariants.promoted(node);
                    done(true);
                });
    }

    void checkpoint(Runnable then) {
        long takes = world.millis(50, 2_000);
        long mine = pid;
        world.after(
                takes,
                () -> {
                    if (pid == mine && phase == Phase.RUNNING && !inRecovery)
                        controlTimeline = wal.orElseThrow().timeline();
                    then.run();
                });
    }

    void stopFast(Consumer<Boolean> then, LongConsumer onCheckpoint) {
        if (!running()) {
            then.accept(true);
            return;
        }
        waiting = then;
        phase = phase == Phase.RUNNING ? Phase.ENDING_SESSIONS : Phase.STOPPING;
        state(PostgresState.STOPPING);
        note("stops fast");
        later(world.millis(1, 30), () -> shutDown(onCheckpoint));
    }

    private void shutDown(LongConsumer onCheckpoint) {
        phase = Phase.STOPPING;
        long takes = world.chance(0.1) ? world.millis(1_000, 30_000) : world.millis(20, 500);
        later(
                takes,
                () -> {
                    if (!inRecovery) {
                        long at = wal.orElseThrow().end();
                        wal = wal.map(w -> w.and(CHECKPOINT_RECORD));
                        controlTimeline = wal.orElseThrow().timeline();
                        control = "shut down";
                        node.sendLastWal();
                        onCheckpoint.accept(at);
                    } else {
                        control = "shut down in recovery";
                    }
                    later(world.millis(5, 100), () -> ended(PostgresState.STOPPED));
                });
    }

    void stopImmediately(Consumer<Boolean> then) {
        if (!running()) {
            then.accept(true);
            return;
        }
        waiting = then;
        phase =
                phase == Phase.RUNNING || phase == Phase.ENDING_SESSIONS
                        ? Phase.ENDING_SESSIONS
                        : Phase.STOPPING;
        state(PostgresState.STOPPING);
        later(world.millis(2, 250), () -> ended(PostgresState.STOPPED));
    }

    /** All processes are gone at once. */
    void die() {
        if (phase != Phase.DOWN) ended(PostgresState.CRASHED);
    }

    private void ended(PostgresState how) {
        boolean starting = phase == Phase.STARTING || phase == Phase.SPAWNED;
        boolean wanted = how == PostgresState.STOPPED;
        long gone = pid;
        phase = Phase.DOWN;
        hangUp();
        state(starting ? PostgresState.START_FAILED : how);
        note("is gone (" + how.text() + ")");
        done(wanted && !starting);
        node.postmasterGone(gone);
    }

    void follow(Optional<Upstream> from) {
        hangUp();
        upstream = from;
        slot = slotBeside(from);
    }

    /** Another cluster keeps no slot for us unless its name is told. */
    private String slotBeside(Optional<Upstream> from) {
        return from.flatMap(Upstream::remote).isPresent() ? "" : node.name.slotName();
    }

    private void hangUp() {
        streaming = false;
        upstream.ifPresent(from -> node.other(from.name()).postgres.replication.closed(node));
    }

    void recoverAlone(Consumer<Boolean> then) {
        world.after(
                world.millis(200, 3_000),
                () -> {
                    if (running()) {
                        then.accept(false);
                        return;
                    }
                    wal = wal.map(w -> w.and(2 * CHECKPOINT_RECORD));
                    controlTimeline = wal.orElseThrow().timeline();
                    control = "shut down";
                    then.accept(true);
                });
    }

    /** Takes over what {@code from} has. */
    void copy(SimNode from, long least, long most, Consumer<Boolean> then) {
        world.after(
                world.millis(least, most),
                () -> {
                    var source = from.postgres;
                    boolean there =
                            !running()
                                    && source.phase == Phase.RUNNING
                                    && world.network.linked(node, from);
                    if (there) {
                        wal = source.wal;
                        control = "in archive recovery";
                        controlTimeline = wal.orElseThrow().timeline();
                        standbySignal = true;
                        note("has the WAL of " + from.name);
                    }
                    then.accept(there);
                });
    }

    /** A moment of work: a primary writes, a standby receives. */
    void work() {
        if (phase != Phase.RUNNING || node.disk.fails()) return;
        if (!inRecovery) {
            if (world.chance(0.5)) wal = wal.map(w -> w.and(1 + world.random.nextInt(5_000)));
            replication.acknowledge();
            return;
        }
        var from = upstream.map(u -> node.other(u.name())).filter(other -> other != node);
        streaming = from.isPresent() && receive(from.get(), world.chance(0.2));
    }

    private boolean receive(SimNode from, boolean lagging) {
        var theirs = from.postgres.wal;
        boolean sends =
                from.postgres.phase == Phase.RUNNING || from.postgres.phase == Phase.STOPPING;
        if (!sends || theirs.isEmpty() || !world.network.linked(node, from)) return false;
        var mine = wal.orElseThrow();
        if (!mine.isBeginningOf(theirs.get())) return false;
        long ahead = theirs.get().end() - mine.end();
        wal =
                Optional.of(
                        theirs.get()
                                .to(
                                        mine.end()
                                                + (slow
                                                        ? ahead / 20
                                                        : lagging ? ahead / 2 : ahead)));
        from.postgres.replication.heard(node, wal.get().end());
        return true;
    }

    void receiveLast(SimNode from) {
        if (phase == Phase.RUNNING
                && inRecovery
                && streaming
                && !node.disk.fails()
                && upstream.map(u -> u.name().equals(from.name)).orElse(false))
            receive(from, world.chance(0.1));
    }

    ServerView observe() {
        var directory = wal.isPresent() ? DataDirectory.PRESENT : DataDirectory.EMPTY;
        boolean answers = (phase == Phase.RUNNING) && !mute;
        return new ServerView(
                directory,
                answers || !running() ? "" : "does not answer",
                state,
                Duration.ofNanos(world.now - stateSince),
                running() ? Optional.of(new ServerView.Postmaster(pid, pid)) : Optional.empty(),
                answers ? Optional.of(live()) : Optional.empty(),
                wal.map(this::control),
                standbySignal,
                List.of());
    }

    private ServerView.Live live() {
        var position = new Lsn(wal.orElseThrow().end());
        return new ServerView.Live(
                inRecovery,
                wal.orElseThrow().timeline(),
                inRecovery ? Lsn.ZERO : position,
                inRecovery ? position : Lsn.ZERO,
                inRecovery ? position : Lsn.ZERO,
                Optional.empty(),
                false,
                inRecovery && streaming ? "streaming" : "",
                upstream.map(Upstream::addresses).orElse(List.of()),
                slot,
                170_000,
                "2026-11-23 01:00:00+00:00 " + pid,
                inRecovery ? List.of() : replication.walSenders(),
                replication.text(),
                replication.settled());
    }

    private ControlData control(Wal has) {
        boolean standby = control.endsWith("recovery");
        return new ControlData(
                ID,
                control,
                new Lsn(has.end() - CHECKPOINT_RECORD),
                controlTimeline,
                standby ? new Lsn(has.end()) : Lsn.ZERO,
                standby ? has.timeline() : 0,
                true,
                true,
                100,
                8,
                10,
                0,
                64);
    }

    /** Our history beside another's, told as history files tell it. */
    Optional<Lineage> lineage(SimNode from) {
        var theirs = from.postgres;
        if (theirs.phase != Phase.RUNNING || theirs.mute || wal.isEmpty()) return Optional.empty();
        boolean primary = !control.endsWith("recovery");
        boolean live = phase == Phase.RUNNING && !mute;
        boolean clean = !live && control.startsWith("shut down");
        int timeline = live || !primary ? wal.get().timeline() : controlTimeline;
        long end = wal.get().end();
        long at = live || !primary ? end : end - CHECKPOINT_RECORD;
        var left = wal.get().upToTimeline(timeline).leftBy(theirs.wal.orElseThrow());
        return Optional.of(
                new Lineage(
                        timeline,
                        new Lsn(at),
                        primary && clean ? Optional.of(new Lsn(end)) : Optional.empty(),
                        live ? !inRecovery : primary,
                        clean,
                        theirs.wal.orElseThrow().timeline(),
                        theirs.inRecovery,
                        left.isPresent()
                                ? Optional.of(new Lsn(left.getAsLong()))
                                : Optional.empty()));
    }

    List<HistoryLine> history() {
        var lines = new ArrayList<HistoryLine>();
        var branches = wal.orElseThrow().branches();
        for (int i = 0; i + 1 < branches.size(); i++)
            lines.add(
                    new HistoryLine(
                            branches.get(i).timeline(),
                            new Lsn(branches.get(i + 1).begin()),
                            "no recovery target specified",
                            Instant.EPOCH));
        return lines;
    }

    HostPort address() {
        return new HostPort(node.name.value(), 5432);
    }
}
