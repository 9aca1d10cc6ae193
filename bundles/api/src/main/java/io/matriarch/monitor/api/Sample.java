package io.matriarch.monitor.api;

import java.util.List;

/** One figure of a {@link Family}, or one distribution of figures. */
public sealed interface Sample {
    /** Values of the metric's labels, in its order. */
    List<String> labels();

    /**
     * @param value in the unit the metric's name ends with
     */
    record Value(List<String> labels, double value) implements Sample {
        public Value {
            labels = List.copyOf(labels);
        }
    }

    /**
     * @param bounds upper bounds of the ranges, rising; the last range has none
     * @param counts how many fell into each range, one more than bounds; not cumulative
     * @param sum of everything observed
     */
    record Distribution(List<String> labels, List<Double> bounds, List<Long> counts, double sum)
            implements Sample {
        public Distribution {
            labels = List.copyOf(labels);
            bounds = List.copyOf(bounds);
            counts = List.copyOf(counts);
            if (counts.size() != bounds.size() + 1)
                throw new IllegalArgumentException(
                        counts.size() + " counts do not fit " + bounds.size() + " bounds");
        }
    }
}
