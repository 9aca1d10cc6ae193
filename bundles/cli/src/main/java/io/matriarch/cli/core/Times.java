package io.matriarch.cli.core;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/** Spans and instants as people type them. */
public final class Times {

    private static final Pattern SPAN = Pattern.compile("(\\d{1,9})(ms|s|m|min|h|d)?");
    private static final DateTimeFormatter ISO = DateTimeFormatter.ISO_DATE_TIME;

    private Times() {}

    /**
     * A span such as {@code 30}, {@code 30s}, {@code 15m}, {@code 1h} or {@code 2d}; without a unit
     * it is seconds.
     *
     * @param option names it in the error
     * @throws MatriarchException {@link Code#USAGE} for anything else
     */
    public static Duration span(String text, String option) throws MatriarchException {
        var match = SPAN.matcher(text);
        if (!match.matches())
            throw new MatriarchException(
                    Code.USAGE,
                    "%s: \"%s\" is not a span of time".formatted(option, text),
                    "give a whole number and a unit, such as 30s, 15m, 1h or 2d");
        long amount = Long.parseLong(match.group(1));
        String unit = match.group(2) == null ? "s" : match.group(2);
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "m", "min" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> Duration.ofSeconds(amount);
        };
    }

    /**
     * An instant in ISO 8601; the zone is mandatory, because the members may live in another one
     * than the person. A space instead of the {@code T} is understood.
     *
     * @param now to refuse what is past
     * @throws MatriarchException {@link Code#USAGE} if there is no zone, it is past, or no instant
     */
    public static OffsetDateTime scheduled(String text, String option, Instant now)
            throws MatriarchException {
        OffsetDateTime time = parse(text.trim().replaceFirst(" +", "T"), text, option);
        if (!time.toInstant().isAfter(now))
            throw new MatriarchException(
                    Code.USAGE,
                    "%s: %s is in the past".formatted(option, text),
                    "it is " + now + " now");
        return time;
    }

    private static OffsetDateTime parse(String iso, String text, String option)
            throws MatriarchException {
        try {
            var parsed = ISO.parseBest(iso, ZonedDateTime::from, java.time.LocalDateTime::from);
            if (parsed instanceof ZonedDateTime zoned) return zoned.toOffsetDateTime();
            throw new MatriarchException(
                    Code.USAGE,
                    "%s: %s has no time zone".formatted(option, text),
                    "add one: %sZ for UTC, or an offset such as %s+02:00".formatted(iso, iso));
        } catch (DateTimeException e) {
            throw new MatriarchException(
                    Code.USAGE,
                    "%s: \"%s\" is not an instant".formatted(option, text),
                    "give ISO 8601 with a zone, such as 2030-01-31T04:00:00+00:00",
                    e);
        }
    }
}
