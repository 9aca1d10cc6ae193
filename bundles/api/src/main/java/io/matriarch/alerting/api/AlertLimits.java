package io.matriarch.alerting.api;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Limits as people write them: {@code 90s}, {@code 2GiB}, {@code 80 %}, {@code 10M}. */
public final class AlertLimits {
    private static final Pattern FORM =
            Pattern.compile("\\s*(-?\\d{1,15}(?:\\.\\d{1,6})?)\\s*([a-zA-Z%]*)\\s*");
    private static final Map<String, Double> TIME =
            Map.of("ms", 0.001, "s", 1.0, "min", 60.0, "h", 3_600.0, "d", 86_400.0, "", 1.0);
    private static final Map<String, Double> SIZE =
            Map.of("", 1.0, "b", 1.0, "k", 1024.0, "m", 0x1p20, "g", 0x1p30, "t", 0x1p40);
    private static final Map<String, Double> COUNT = Map.of("", 1.0, "k", 1e3, "m", 1e6, "g", 1e9);

    private AlertLimits() {}

    /**
     * The value in the unit's base: seconds, bytes, percent, one.
     *
     * @throws IllegalArgumentException says what would be right
     */
    public static double parse(Unit unit, String text) {
        var match = FORM.matcher(text);
        var factor = match.matches() ? factor(unit, match.group(2)) : null;
        if (factor == null)
            throw new IllegalArgumentException(
                    "\"%s\" is no %s".formatted(text.strip(), expected(unit)));
        double value = Double.parseDouble(match.group(1)) * factor;
        if (unit != Unit.COUNT && value < 0)
            throw new IllegalArgumentException("\"" + text.strip() + "\" is below zero");
        return value;
    }

    private static @org.jspecify.annotations.Nullable Double factor(Unit unit, String suffix) {
        return switch (unit) {
            case SECONDS -> TIME.get(suffix);
            case BYTES ->
                    SIZE.get(suffix.toLowerCase(Locale.ROOT).replaceFirst("(?<=[kmgt])i?b$", ""));
            case PERCENT -> suffix.isEmpty() || suffix.equals("%") ? 1.0 : null;
            case COUNT, PER_MINUTE, TRANSACTIONS -> COUNT.get(suffix.toLowerCase(Locale.ROOT));
            case FLAG -> null;
        };
    }

    private static String expected(Unit unit) {
        return switch (unit) {
            case SECONDS -> "time: a number of seconds, or with a unit (ms, s, min, h, d)";
            case BYTES -> "size: bytes, or with a unit (kB, MB, GB, TB; 1024 each)";
            case PERCENT -> "percentage, such as 80 or 80 %";
            case COUNT, PER_MINUTE, TRANSACTIONS -> "number, such as 10 or 10M";
            case FLAG -> "level: this rule has none";
        };
    }
}
