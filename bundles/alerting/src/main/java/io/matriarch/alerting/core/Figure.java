package io.matriarch.alerting.core;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One measured value.
 *
 * @param name of the metric; in what an {@link Expr} yields it is empty
 * @param value never NaN: what is not known is no figure
 */
public record Figure(String name, SortedMap<String, String> labels, double value) {
    public Figure {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    public static Figure of(String name, double value, String... labels) {
        return new Figure(name, labels(labels), value);
    }

    /**
     * @param pairs name and value in turn
     */
    public static SortedMap<String, String> labels(String... pairs) {
        var labels = new TreeMap<String, String>();
        for (int i = 0; i + 1 < pairs.length; i += 2) labels.put(pairs[i], pairs[i + 1]);
        return labels;
    }

    public String label(String key) {
        return labels.getOrDefault(key, "");
    }

    /** The same under other labels. */
    Figure with(Map<String, String> other) {
        return new Figure(name, new TreeMap<>(other), value);
    }

    Figure with(double other) {
        return new Figure(name, labels, other);
    }
}
