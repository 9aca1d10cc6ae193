package io.matriarch.backup.progress.core;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * How fast work goes: the rate of late, in which a measurement fades to a third within {@link
 * #FADES_SECONDS}. It follows a change within half a minute, and one slow second does not move the
 * estimated end by an hour.
 *
 * @param bytesPerSecond 0 while nothing was measured, or nothing moves
 * @param bytes done when it was measured last
 * @param nanos when that was, on a clock that only goes on
 * @param measured whether there were two points to measure between
 */
public record Pace(double bytesPerSecond, long bytes, long nanos, boolean measured) {
    static final double FADES_SECONDS = 10;
    private static final double NANOS = 1e9;

    /** Two looks at the same moment say nothing about a rate. */
    private static final double LEAST_SECONDS = 1e-3;

    /** An end that is further away is no estimate. */
    private static final Duration FURTHEST = Duration.ofDays(365);

    /** Nothing is measured yet. */
    public static Pace from(long bytes, long nanos) {
        return new Pace(0, bytes, nanos, false);
    }

    /** Bytes per second since the last measurement; 0 if they became fewer. */
    public double since(long bytesNow, long nanosNow) {
        return Math.max(0, bytesNow - bytes) / seconds(nanosNow);
    }

    private double seconds(long nanosNow) {
        return Math.max(LEAST_SECONDS, (nanosNow - nanos) / NANOS);
    }

    /** One measurement more. */
    public Pace at(long bytesNow, long nanosNow) {
        double lately = since(bytesNow, nanosNow);
        double old = measured ? Math.exp(-seconds(nanosNow) / FADES_SECONDS) : 0;
        return new Pace(old * bytesPerSecond + (1 - old) * lately, bytesNow, nanosNow, true);
    }

    /**
     * Time until so much is done at this rate.
     *
     * @param bytesLeft below 0 counts as 0
     * @return whole seconds, rounded up; empty if less than a byte per second moves, or it is over
     *     a year
     */
    public Optional<Duration> left(long bytesLeft) {
        if (bytesPerSecond < 1) return Optional.empty();
        double seconds = Math.ceil(Math.max(0, bytesLeft) / bytesPerSecond);
        return seconds > FURTHEST.toSeconds()
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds((long) seconds));
    }

    /** When that is, to the second. */
    public Optional<Instant> end(long bytesLeft, Instant now) {
        return left(bytesLeft).map(time -> now.plus(time).truncatedTo(ChronoUnit.SECONDS));
    }
}
