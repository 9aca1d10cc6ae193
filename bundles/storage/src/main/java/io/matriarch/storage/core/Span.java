package io.matriarch.storage.core;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** What a clock showed at a moment that is known only to lie between two of its instants. */
public record Span(Instant from, Instant until) {
    /** The kernel stamps files by a clock that moves once in a tick. */
    private static final Duration TICK = Duration.ofMillis(10);

    private static final Duration SECOND = Duration.ofSeconds(1);

    public Span {
        if (until.isBefore(from))
            throw new IllegalArgumentException(
                    "ends at " + until + ", before it begins at " + from);
    }

    /**
     * @param header {@code Date} of HTTP, whole seconds
     * @return empty if it is not one
     */
    public static Optional<Span> ofHttpDate(String header) {
        try {
            var from = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(header));
            return Optional.of(new Span(from, from.plus(SECOND)));
        } catch (DateTimeException _) { // a server may send what it likes
            return Optional.empty();
        }
    }

    /** When a file was written, as its file system says; some keep whole seconds only. */
    public static Span ofModified(Instant modified) {
        return new Span(modified, modified.plus(modified.getNano() == 0 ? SECOND : TICK));
    }

    /**
     * By how much this clock is at least ahead of another, both looked at in the same moment;
     * negative: behind; zero if they may show the same.
     */
    public Duration aheadOf(Span other) {
        if (from.isAfter(other.until)) return Duration.between(other.until, from);
        if (until.isBefore(other.from)) return Duration.between(other.from, until);
        return Duration.ZERO;
    }
}
