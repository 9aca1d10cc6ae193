package io.matriarch.backup.engine.core;

import java.time.Duration;
import java.util.Optional;

/**
 * How fast a backup reads. Under pressure it reads half as fast as it did, and again until the
 * pressure is gone; then it goes up by a quarter each time.
 *
 * @param bytesPerSecond never more; {@link Long#MAX_VALUE}: as fast as it goes
 * @param maxLagBytes of replay on the standby it reads from
 * @param maxCommitLatency of the primary
 */
public record Pacing(
        long bytesPerSecond, Optional<Long> maxLagBytes, Optional<Duration> maxCommitLatency) {
    /** As fast as it goes, whatever the cluster says. */
    public static final Pacing NONE =
            new Pacing(Long.MAX_VALUE, Optional.empty(), Optional.empty());

    /** Slower than this it does not become: a backup that never ends helps nobody. */
    public static final long SLOWEST = 1 << 20;

    private static final double UP = 1.25;
    // Far above what was reached there is no sense in counting on.
    private static final long FREE = 8L << 30;

    public Pacing {
        if (bytesPerSecond < SLOWEST)
            throw new IllegalArgumentException(
                    "a backup at %d bytes per second: at least %d"
                            .formatted(bytesPerSecond, SLOWEST));
    }

    /**
     * How the cluster fares; what is not known is empty and does not slow a backup down.
     *
     * @param lagBytes of replay on the standby the backup reads from
     * @param commitLatency of the primary
     */
    public record Load(Optional<Long> lagBytes, Optional<Duration> commitLatency) {
        public static final Load UNKNOWN = new Load(Optional.empty(), Optional.empty());
    }

    /** Whether the backup ever slows down by itself. */
    public boolean watchesLoad() {
        return maxLagBytes.isPresent() || maxCommitLatency.isPresent();
    }

    /**
     * The rate from now on, bytes per second.
     *
     * @param allowed until now
     * @param reached in the time it was allowed
     */
    public long next(long allowed, long reached, Load load) {
        if (isTooMuch(load)) return Math.max(SLOWEST, Math.min(allowed, reached) / 2);
        if (allowed >= Math.min(bytesPerSecond, FREE)) return bytesPerSecond;
        return Math.min(bytesPerSecond, (long) (allowed * UP));
    }

    private boolean isTooMuch(Load load) {
        boolean lag =
                maxLagBytes.isPresent()
                        && load.lagBytes().filter(bytes -> bytes > maxLagBytes.get()).isPresent();
        boolean latency =
                maxCommitLatency.isPresent()
                        && load.commitLatency()
                                .filter(time -> time.compareTo(maxCommitLatency.get()) > 0)
                                .isPresent();
        return lag || latency;
    }
}
