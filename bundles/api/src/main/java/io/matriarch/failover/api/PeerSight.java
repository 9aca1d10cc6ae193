package io.matriarch.failover.api;

import java.time.Duration;
import java.util.Optional;

/**
 * What another member said of itself when it was asked directly, not through the store.
 *
 * @param answered false: it could not be asked in time, and nothing else counts
 * @param writable its PostgreSQL runs and is not in recovery
 * @param timeline 0 if unknown
 * @param clockOffset its clock less ours; more than zero: it is ahead. Wrong by half of {@code
 *     took} at most; empty if it does not tell its time, as Patroni's members do not
 * @param took from the question to its answer
 */
public record PeerSight(
        String name,
        boolean answered,
        boolean writable,
        int timeline,
        Optional<Duration> clockOffset,
        Duration took) {
    /** One that could not be asked. */
    public static PeerSight silent(String name) {
        return new PeerSight(name, false, false, 0, Optional.empty(), Duration.ZERO);
    }
}
