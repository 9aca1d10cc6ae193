package io.matriarch.failover.core;

import java.time.Duration;

/**
 * How long a lease of ours is worth something, on this node's monotonic clock. It counts from when
 * the renewing request left, so it always ends here before it ends in the store.
 *
 * @param id of the lease; 0: none
 * @param sentNanos {@code System.nanoTime()} when the last successful request left
 */
public record LeaseClock(long id, Duration ttl, Duration margin, long sentNanos) {
    public static final LeaseClock NONE = new LeaseClock(0, Duration.ZERO, Duration.ZERO, 0);

    /** The instant after which nothing may be written on the strength of this lease. */
    public long deadlineNanos() {
        return sentNanos + ttl.toNanos() - margin.toNanos();
    }

    /** Zero or negative: over. */
    public Duration left(long nowNanos) {
        return id == 0 ? Duration.ZERO : Duration.ofNanos(deadlineNanos() - nowNanos);
    }
}
