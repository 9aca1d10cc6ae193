package io.matriarch.failover.simulation;

import io.matriarch.api.MemberName;
import io.matriarch.failover.core.Tags;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A machine: its clocks, its PostgreSQL, its guard and, mostly, an agent. */
final class SimNode {
    private static final Instant BEGINNING = Instant.parse("2026-11-23T00:00:00Z");

    final World world;
    final int number;
    final MemberName name;
    final Tags tags;
    final SimPostgres postgres;
    final SimDisk disk;
    SimGuard guard;
    @Nullable SimAgent agent;
    boolean poweredOff;

    /** Happens once, when the agent has just started a server. */
    Runnable onSpawn = () -> {};

    long wallOffset;

    /** What it promised, as its disk has it: on its clock, of this boot only. */
    OptionalLong promiseFile = OptionalLong.empty();

    /** The same in truth, whatever it remembers. */
    private long promisedUntil = Long.MIN_VALUE;

    private final double clockRate;
    private final long clockOffset;
    private long pids = 100;

    SimNode(World world, int number) {
        this(world, number, false);
    }

    /**
     * @param remote whether it belongs to another cluster
     */
    SimNode(World world, int number, boolean remote) {
        this.world = world;
        this.number = number;
        name = new MemberName(remote ? SimRemote.HOST : "n" + number);
        tags = number == 0 || world.chance(0.8) ? Tags.NONE : oddTags();
        disk = new SimDisk(world);
        postgres = new SimPostgres(world, this);
        guard = new SimGuard(world, this);
        clockRate = drawRate();
        clockOffset = world.millis(0, 1_000_000_000);
        workLater();
    }

    /** Members of ours know the server of another cluster by a name of theirs. */
    private boolean isNamed(MemberName wanted) {
        return wanted.equals(name) || wanted.equals(SimRemote.AS_UPSTREAM);
    }

    private Tags oddTags() {
        return world.chance(0.5)
                ? new Tags(Map.of("nofailover", true))
                : new Tags(Map.of("failover_priority", 2));
    }

    /** As slow as the safety margin says it covers, beside the guard's own work. */
    private double drawRate() {
        double ttl = world.policy.ttl().toNanos();
        double margin = world.policy.safetyMargin().toNanos();
        double slowest = (ttl - margin) / (ttl - SimGuard.WORK_MILLIS * World.MS - World.MS);
        return world.chance(0.3)
                ? slowest
                : slowest + world.random.nextDouble() * (2 - 2 * slowest);
    }

    /** This node's monotonic clock. */
    long nanoTime() {
        return clockOffset + (long) (world.now * clockRate);
    }

    /** How long in truth a time on this node's clock lasts. */
    long worldNanos(long own) {
        return (long) Math.ceil(own / clockRate);
    }

    Instant wallClock() {
        return BEGINNING.plusNanos(world.now + wallOffset);
    }

    void promised(long until, long onDisk) {
        promiseFile = OptionalLong.of(onDisk);
        promisedUntil = until;
    }

    /** Whether somebody counts on it that it is not promoted. */
    boolean owes() {
        return promisedUntil > nanoTime();
    }

    String apiUrl() {
        return "http://" + name + ":8008/patroni";
    }

    long nextPid() {
        return ++pids;
    }

    SimNode other(MemberName wanted) {
        for (var node : world.nodes) if (node.name.equals(wanted)) return node;
        if (world.remote.isPresent() && world.remote.get().isNamed(wanted))
            return world.remote.get();
        throw new java.util.NoSuchElementException("no node " + wanted);
    }

    private void workLater() {
        world.after(
                world.millis(150, 250),
                () -> {
                    if (!poweredOff) postgres.work();
                    workLater();
                });
    }

    /** What a walsender sends before a shut down server ends. */
    void sendLastWal() {
        for (var node : world.nodes) if (node != this) node.postgres.receiveLast(this);
        world.remote.filter(far -> far != this).ifPresent(far -> far.postgres.receiveLast(this));
    }

    void startAgent() {
        if (poweredOff || agent != null) return;
        world.note(name.value(), "agent starts");
        var fresh = new SimAgent(this);
        agent = fresh;
        fresh.start();
    }

    void killAgent() {
        if (agent == null) return;
        world.note(name.value(), "agent is killed");
        agent.kill();
        agent = null;
    }

    void powerOff() {
        world.note(name.value(), "loses power");
        killAgent();
        guard.isGone();
        guard = new SimGuard(world, this);
        postgres.die();
        promiseFile = OptionalLong.empty();
        poweredOff = true;
    }

    void powerOn() {
        poweredOff = false;
        startAgent();
    }

    void postmasterGone(long pid) {
        var there = agent;
        if (there != null) there.resume(there::wake);
    }
}
