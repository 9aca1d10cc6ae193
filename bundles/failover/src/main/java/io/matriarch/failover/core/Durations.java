package io.matriarch.failover.core;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * PostgreSQL's way to write a time: a number and {@code us ms s min h d}; plain numbers are
 * seconds.
 */
final class Durations {
    private static final Pattern FORM = Pattern.compile("\\s*(\\d+)\\s*(us|ms|s|min|h|d)?\\s*");

    private Durations() {}

    static Duration parse(String text, Duration otherwise) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) return otherwise;
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case null -> Duration.ofSeconds(number);
            case "us" -> Duration.ofNanos(number * 1_000);
            case "ms" -> Duration.ofMillis(number);
            case "min" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> Duration.ofSeconds(number);
        };
    }
}
