package io.matriarch.monitor.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Something that took time and that clients may have noticed.
 *
 * @param kind {@code failover}, {@code switchover}, {@code outage}, {@code backup}, {@code
 *     restore}, {@code drill}, {@code diverged-wal}
 * @param member who tells of it; of a handover, the new leader
 * @param former of a handover, the leader before; else empty
 * @param phases parts of it, in their order; by their names
 * @param lostBytes WAL that was written and is not there any more, as far as the teller knows;
 *     empty if nobody knows
 * @param reason why, in a sentence
 */
public record Event(
        String kind,
        String member,
        String former,
        Instant began,
        Instant ended,
        Map<String, Duration> phases,
        OptionalLong lostBytes,
        String reason) {
    public Event {
        phases = Collections.unmodifiableMap(new LinkedHashMap<>(phases));
        if (ended.isBefore(began))
            throw new IllegalArgumentException(kind + " ended " + ended + ", before " + began);
    }

    public Duration took() {
        return Duration.between(began, ended);
    }
}
