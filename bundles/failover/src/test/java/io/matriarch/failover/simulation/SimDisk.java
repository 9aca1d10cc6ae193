package io.matriarch.failover.simulation;

import io.matriarch.failover.core.WritePath;
import io.matriarch.failover.core.WritePath.Outcome;
import io.matriarch.failover.core.WritePath.Room;
import io.matriarch.failover.core.WritePlan;
import java.time.Duration;

/**
 * The disk of a node's WAL. While it fails nothing is written to it; what is known of it is what
 * the probe found some seconds later.
 */
final class SimDisk {
    /** In the configuration of histories that tell of disks. */
    static final String TELLS = "x_disks";

    private static final WritePlan PLAN =
            new WritePlan(true, Duration.ofSeconds(10), Duration.ofMinutes(10));
    private static final long FOUND_AFTER = 3 * World.SECOND;

    private final World world;
    private Outcome state = Outcome.WRITES;
    private long since;

    /** On a full disk: whether what the ballast left lets a crashed primary come up again. */
    private boolean ballastLeft;

    SimDisk(World world) {
        this.world = world;
    }

    private boolean told() {
        return world.config.containsKey(TELLS);
    }

    void becomes(Outcome next) {
        state = next;
        since = world.now;
        ballastLeft = next == Outcome.FULL && world.chance(0.5);
    }

    boolean fails() {
        return state != Outcome.WRITES;
    }

    /** Whether a server could come up as a primary, which writes. */
    boolean lets() {
        return !fails() || ballastLeft;
    }

    /** For so long that everybody who asks is told. */
    boolean failsForLong() {
        return fails() && world.now - since > 2 * FOUND_AFTER;
    }

    private boolean found() {
        return world.now - since > FOUND_AFTER;
    }

    Room room() {
        if (!told()) return Room.UNKNOWN;
        return fails() && found() ? Room.NONE : Room.FREE;
    }

    WritePath writePath() {
        if (!told()) return WritePath.UNKNOWN;
        boolean seen = fails() && found();
        return new WritePath(
                seen ? state : Outcome.WRITES,
                Duration.ofNanos(world.now - since),
                room(),
                "",
                PLAN);
    }
}
