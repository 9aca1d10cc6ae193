package io.matriarch.alerting.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How alerting itself does on this member.
 *
 * @param sender the member that tells the receivers; empty if none is known
 * @param sending whether that is this one
 * @param degraded the store is away, and this member tells what it knows by itself
 * @param storeError why the store was not read in the last round; empty if it was
 * @param round when the last round ended; empty before the first
 */
public record AlertingStatus(
        String member,
        String sender,
        boolean sending,
        boolean degraded,
        String storeError,
        Optional<Instant> round,
        List<Receiver> receivers) {
    public AlertingStatus {
        receivers = List.copyOf(receivers);
    }

    /**
     * @param kind {@code email}, {@code webhook} and so on
     * @param waiting notices this member has for it and it has not taken
     * @param taken by it from this member since the start
     * @param refused tries that failed since the start
     * @param lastAnswer when it last took one; empty if it never did
     * @param error of the last try; empty if it was taken, or there was none
     */
    public record Receiver(
            String name,
            String kind,
            long waiting,
            long taken,
            long refused,
            String lastAnswer,
            String error,
            Optional<Instant> lastAt) {}
}
