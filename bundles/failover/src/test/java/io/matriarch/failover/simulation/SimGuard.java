package io.matriarch.failover.simulation;

import io.matriarch.failover.core.GuardDuty;
import io.matriarch.postgres.api.ServerView;
import java.util.function.Consumer;

/**
 * The guard process: ends whatever server runs here at the deadline, whatever became of the agent;
 * lets a server come up that asks, and none once the deadline has passed.
 */
final class SimGuard {
    /** From the deadline until nothing writes any more, at most: SIGQUIT, 250 ms, SIGKILL. */
    static final long WORK_MILLIS = 270;

    private enum State {
        DISARMED,
        ARMED,
        FENCING,
        CLOSED
    }

    private final World world;
    private final SimNode node;
    private State state = State.DISARMED;
    private long deadline;
    private long round;
    private long admitted;

    /** The postmaster the agent told of: what the guard knows if servers do not ask. */
    private long told;

    SimGuard(World world, SimNode node) {
        this.world = world;
        this.node = node;
    }

    /**
     * @param until on this node's monotonic clock
     * @return whether it is so
     */
    boolean arm(long until) {
        checkDeadline();
        if (state == State.FENCING || state != State.ARMED && until <= node.nanoTime())
            return false;
        state = State.ARMED;
        deadline = until;
        long mine = ++round;
        world.after(node.worldNanos(until - node.nanoTime()), () -> due(mine));
        return true;
    }

    /** False while servers are being ended. */
    boolean disarm() {
        checkDeadline();
        if (state == State.FENCING) return false;
        open();
        return true;
    }

    /** As if the deadline had passed; false while a server is being ended. */
    boolean shut() {
        checkDeadline();
        if (!world.rules.keep(Rule.GUARD) || !world.rules.keep(Rule.ADMISSION)) return true;
        if (state == State.FENCING) return false;
        round++;
        if (node.postgres.running() || node.postgres.isOnItsWay()) {
            beginFence();
            return false;
        }
        state = State.CLOSED;
        return true;
    }

    private void open() {
        round++;
        state = State.DISARMED;
        admitted = 0;
    }

    boolean isArmed() {
        return state == State.ARMED;
    }

    void tell(long pid) {
        told = pid;
    }

    /** The machine lost power: so did this process. */
    void isGone() {
        open();
    }

    /** What the agent does about it each round. */
    void settle(SimAgent agent, ServerView seen) {
        seen.postmaster().ifPresent(postmaster -> tell(postmaster.pid()));
        var duty =
                GuardDuty.of(
                        seen,
                        agent.policy,
                        agent.actions.now().isPresent(),
                        agent.actions.promotionOf(),
                        agent.lease.left().isPositive(),
                        agent.lease.isReadsOnly());
        switch (duty) {
            case LEAVE -> {}
            case STAND_DOWN -> disarm();
            case READS_ONLY -> agent.lease.readsOnly();
            case REARM -> agent.lease.rearm();
            case SHUT_IF_ARMED -> {
                if (isArmed()) shut();
            }
        }
    }

    /** A server that may write asks whether it may run; it is answered in a moment. */
    void admit(long pid, Consumer<Boolean> answer) {
        world.after(
                world.millis(0, 3),
                () -> {
                    checkDeadline();
                    boolean may = state == State.ARMED;
                    if (may) admitted = pid;
                    answer.accept(may);
                });
    }

    private void due(long mine) {
        if (mine != round) return;
        checkDeadline();
        if (state == State.ARMED) world.after(World.MS, () -> due(mine));
    }

    private void checkDeadline() {
        if (!world.rules.keep(Rule.GUARD) || state != State.ARMED || node.nanoTime() < deadline)
            return;
        beginFence();
    }

    private void beginFence() {
        state = State.FENCING;
        world.note(node.name + ".guard", "fences " + node.postgres.pid);
        world.after(world.millis(5, WORK_MILLIS), this::fenced);
    }

    private void fenced() {
        if (state != State.FENCING) return;
        state = State.CLOSED;
        end();
    }

    /** One that has yet to ask is no server: nothing shows where it belongs. */
    private void end() {
        var postgres = node.postgres;
        boolean known =
                world.rules.keep(Rule.ADMISSION) ? postgres.pid == admitted : postgres.pid == told;
        boolean visible = world.rules.keep(Rule.ADMISSION) && postgres.running();
        if (known || visible) postgres.die();
    }

    /** A server came up in the directory without asking. */
    void sees() {
        if (state != State.CLOSED || !world.rules.keep(Rule.ADMISSION)) return;
        world.after(
                world.millis(0, 10),
                () -> {
                    if (state == State.CLOSED) end();
                });
    }
}
