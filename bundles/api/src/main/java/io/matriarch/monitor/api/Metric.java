package io.matriarch.monitor.api;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a family of figures means: its contract with whoever reads them.
 *
 * @param name as Prometheus wants it; units stand in it: {@code _bytes}, {@code _seconds}
 * @param help one sentence
 * @param labels names of the labels every sample of it has, in this order
 */
public record Metric(String name, Type type, String help, List<String> labels) {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

    /** How a figure moves. */
    public enum Type {
        /** Only grows, and starts at zero again with its source. */
        COUNTER,
        /** Goes up and down. */
        GAUGE,
        /** How often a duration fell into which range. */
        HISTOGRAM,
        /** How often, and how much in all; a histogram of one range. */
        SUMMARY
    }

    /**
     * @throws IllegalArgumentException a name Prometheus would not read
     */
    public Metric {
        labels = List.copyOf(labels);
        if (!NAME.matcher(name).matches())
            throw new IllegalArgumentException("not a metric's name: \"" + name + "\"");
        for (String label : labels)
            if (!NAME.matcher(label).matches() || label.indexOf(':') >= 0)
                throw new IllegalArgumentException(name + ": not a label's name: " + label);
    }

    public static Metric gauge(String name, String help, String... labels) {
        return new Metric(name, Type.GAUGE, help, List.of(labels));
    }

    public static Metric counter(String name, String help, String... labels) {
        return new Metric(name, Type.COUNTER, help, List.of(labels));
    }

    public static Metric summary(String name, String help, String... labels) {
        return new Metric(name, Type.SUMMARY, help, List.of(labels));
    }

    public static Metric histogram(String name, String help, String... labels) {
        return new Metric(name, Type.HISTOGRAM, help, List.of(labels));
    }
}
