package io.matriarch.failover.simulation;

/** The guard process: ends PostgreSQL at the deadline, whatever became of the agent. */
final class SimGuard {
    /** From the deadline until nothing writes any more, at most: SIGQUIT, 250 ms, SIGKILL. */
    static final long WORK_MILLIS = 270;

    private final World world;
    private final SimNode node;
    private long armedPid;
    private long deadline;
    private long arming;

    SimGuard(World world, SimNode node) {
        this.world = world;
        this.node = node;
    }

    /**
     * @param until on this node's monotonic clock
     */
    void arm(long pid, long until) {
        if (!world.rules.guard() || node.postgres.pid != pid || !node.postgres.running()) return;
        armedPid = pid;
        deadline = until;
        long mine = ++arming;
        world.after(node.worldNanos(until - node.nanoTime()), () -> fence(mine));
    }

    void disarm() {
        arming++;
        armedPid = 0;
    }

    private void fence(long mine) {
        if (mine != arming) return;
        if (node.nanoTime() < deadline) {
            world.after(World.MS, () -> fence(mine));
            return;
        }
        long victim = armedPid;
        world.note(node.name + ".guard", "fences " + victim);
        world.after(
                world.millis(5, WORK_MILLIS),
                () -> {
                    if (node.postgres.pid == victim) node.postgres.die();
                });
    }

    void postmasterGone(long pid) {
        if (pid == armedPid) disarm();
    }
}
