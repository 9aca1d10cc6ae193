package io.matriarch.failover.rest.core;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Points in time as Patroni writes and reads them. */
final class Times {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx");
    private static final DateTimeFormatter READ =
            new DateTimeFormatterBuilder()
                    .parseCaseInsensitive()
                    .append(DateTimeFormatter.ISO_LOCAL_DATE)
                    .appendPattern("['T'][' ']HH:mm[:ss]")
                    .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
                    .appendPattern("[' '][XXX][XX][X]")
                    .toFormatter(java.util.Locale.ROOT);

    private Times() {}

    /** {@code 2030-01-01T00:00:00+00:00}; microseconds only if there are some. */
    static String iso(Instant at) {
        return (at.truncatedTo(ChronoUnit.MICROS).equals(at.truncatedTo(ChronoUnit.SECONDS))
                        ? SECONDS
                        : MICROS)
                .format(at.atOffset(ZoneOffset.UTC));
    }

    /** The same with a space, as PostgreSQL and Python print it. */
    static String spaced(Instant at) {
        return iso(at).replace('T', ' ');
    }

    /** What PostgreSQL or a person wrote, in ISO 8601 with {@code T} or a space. */
    sealed interface Read {
        record At(Instant instant) implements Read {}

        record WithoutZone() implements Read {}

        record Unreadable() implements Read {}
    }

    static Read read(String text) {
        try {
            return switch (READ.parseBest(
                    text.strip().replaceFirst("(?i) ?(UTC|GMT)$", "Z"),
                    OffsetDateTime::from,
                    LocalDateTime::from)) {
                case OffsetDateTime at -> new Read.At(at.toInstant());
                default -> new Read.WithoutZone();
            };
        } catch (DateTimeException e) {
            return new Read.Unreadable(); // the caller says so in Patroni's words
        }
    }

    /** Empty if the text is not a time with zone. */
    static Optional<Instant> instant(String text) {
        return read(text) instanceof Read.At(var at) ? Optional.of(at) : Optional.empty();
    }
}
