package io.matriarch.monitor.api;

import java.util.List;

/** All figures of one {@link Metric} at one instant. */
public record Family(Metric metric, List<Sample> samples) {
    /**
     * @throws IllegalArgumentException a sample has another number of labels than its metric
     */
    public Family {
        samples = List.copyOf(samples);
        for (var sample : samples)
            if (sample.labels().size() != metric.labels().size())
                throw new IllegalArgumentException(
                        "%s has the labels %s, not %d"
                                .formatted(metric.name(), metric.labels(), sample.labels().size()));
    }

    /** A family of one figure. */
    public static Family of(Metric metric, double value, String... labels) {
        return new Family(metric, List.of(new Sample.Value(List.of(labels), value)));
    }
}
