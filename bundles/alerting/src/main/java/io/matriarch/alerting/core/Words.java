package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Unit;
import java.time.Duration;
import java.util.Locale;

/** Figures as people read them. */
public final class Words {
    private static final String[] SIZES = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};

    private Words() {}

    public static String of(Unit unit, double value) {
        return switch (unit) {
            case FLAG -> value > 0 ? "yes" : "no";
            case COUNT -> number(value);
            case PER_MINUTE -> number(value) + " per minute";
            case SECONDS -> seconds(value);
            case BYTES -> bytes(value);
            case PERCENT -> number(value) + " %";
            case TRANSACTIONS -> transactions(value);
        };
    }

    /** Below a minute in seconds, else in the two largest units that are not zero. */
    public static String time(Duration time) {
        return seconds(time.toMillis() / 1e3);
    }

    private static String seconds(double value) {
        if (value < 0) return "-" + seconds(-value);
        if (value < 1) return number(value * 1000) + " ms";
        if (value < 60) return number(value) + " s";
        long whole = java.lang.Math.round(value);
        long days = whole / 86_400;
        long hours = whole / 3_600 % 24;
        long minutes = whole / 60 % 60;
        if (days > 0) return hours == 0 ? days + " d" : days + " d " + hours + " h";
        if (hours > 0) return minutes == 0 ? hours + " h" : hours + " h " + minutes + " min";
        return whole % 60 == 0 ? minutes + " min" : minutes + " min " + whole % 60 + " s";
    }

    public static String bytes(double value) {
        int size = 0;
        double shown = value;
        while (java.lang.Math.abs(shown) >= 1024 && size < SIZES.length - 1) {
            shown /= 1024;
            size++;
        }
        return number(shown) + " " + SIZES[size];
    }

    private static String transactions(double value) {
        return value >= 1e6
                ? number(value / 1e6) + " million transactions"
                : number(value) + " transactions";
    }

    /** Three digits that matter, and none behind the point that are zero. */
    public static String number(double value) {
        if (Double.isInfinite(value)) return value > 0 ? "infinite" : "-infinite";
        double size = java.lang.Math.abs(value);
        int decimals = size >= 100 || size == java.lang.Math.rint(size) ? 0 : size >= 10 ? 1 : 2;
        var text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
    }
}
