package io.matriarch.failover.agent;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How close a leader came to losing its lease: the least that was left when it was renewed, over
 * the last one to two half minutes, so that a look now and then misses nothing.
 */
final class LeaseMargin {
    private static final long HALF_MINUTE = Duration.ofSeconds(30).toNanos();

    /**
     * @param left until the leader would have had to stop writing
     * @param whole what it has right after a renewal
     */
    record Lowest(Duration left, Duration whole) {
        double ratio() {
            return whole.isPositive() ? (double) left.toNanos() / whole.toNanos() : 0;
        }
    }

    private @Nullable Lowest present; // all under this object's lock
    private @Nullable Lowest before;
    private long began;

    /** A leader's lease was renewed. */
    synchronized void renewed(Duration left, Duration whole, long nowNanos) {
        turn(nowNanos);
        var known = present;
        if (known == null || left.compareTo(known.left()) < 0) present = new Lowest(left, whole);
    }

    /** Empty on a node that has not led lately. */
    synchronized Optional<Lowest> lowest(long nowNanos) {
        turn(nowNanos);
        var a = present;
        var b = before;
        if (a == null) return Optional.ofNullable(b);
        return Optional.of(b != null && b.left().compareTo(a.left()) < 0 ? b : a);
    }

    private void turn(long nowNanos) {
        if (nowNanos - began < HALF_MINUTE) return;
        before = nowNanos - began < 2 * HALF_MINUTE ? present : null;
        present = null;
        began = nowNanos;
    }
}
