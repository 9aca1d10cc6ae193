package io.matriarch.failover.rest.core;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers with units as PostgreSQL writes them. Units are told apart by case, and whole numbers may
 * be hexadecimal or octal.
 */
final class Quantity {
    private static final Pattern FORM =
            Pattern.compile(
                    "\\s*(-?)(?:0[xX](?<hex>[0-9a-fA-F]{1,15})|(?<octal>0[0-7]{1,18})"
                            + "|(?<decimal>(?:0|[1-9]\\d{0,17})(?:\\.\\d*)?(?:[eE][-+]?\\d{1,2})?|\\.\\d+))"
                            + "\\s*(?<unit>[a-zA-Z]*)\\s*");
    private static final Map<String, BigDecimal> BYTES =
            Map.of(
                    "", BigDecimal.ONE,
                    "B", BigDecimal.ONE,
                    "kB", BigDecimal.valueOf(1L << 10),
                    "MB", BigDecimal.valueOf(1L << 20),
                    "GB", BigDecimal.valueOf(1L << 30),
                    "TB", BigDecimal.valueOf(1L << 40));
    private static final Map<String, BigDecimal> SECONDS =
            Map.of(
                    "",
                    BigDecimal.ONE,
                    "us",
                    new BigDecimal("0.000001"),
                    "ms",
                    new BigDecimal("0.001"),
                    "s",
                    BigDecimal.ONE,
                    "min",
                    BigDecimal.valueOf(60),
                    "h",
                    BigDecimal.valueOf(3_600),
                    "d",
                    BigDecimal.valueOf(86_400));

    private Quantity() {}

    /** Empty if it cannot be read, which means "no limit" to whoever asked. */
    static OptionalLong bytes(String text) {
        return parse(text, BYTES);
    }

    static OptionalLong seconds(String text) {
        return parse(text, SECONDS);
    }

    private static OptionalLong parse(String text, Map<String, BigDecimal> units) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) return OptionalLong.empty();
        var factor = units.get(matcher.group("unit"));
        if (factor == null) return OptionalLong.empty();
        var value = number(matcher).multiply(factor).setScale(0, RoundingMode.HALF_EVEN);
        if (value.toBigInteger().bitLength() > 62) return OptionalLong.empty();
        return OptionalLong.of(matcher.group(1).isEmpty() ? value.longValue() : -value.longValue());
    }

    private static BigDecimal number(Matcher matcher) {
        if (matcher.group("hex") != null)
            return BigDecimal.valueOf(Long.parseLong(matcher.group("hex"), 16));
        if (matcher.group("octal") != null)
            return BigDecimal.valueOf(Long.parseLong(matcher.group("octal"), 8));
        return new BigDecimal(matcher.group("decimal"));
    }
}
