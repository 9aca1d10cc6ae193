package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import io.matriarch.monitor.api.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Gathers samples into families; to ours it adds whose they are. Of two samples with the same
 * labels (two standbys of one name) the larger is kept: Prometheus takes no series twice.
 */
public final class Samples {
    private final Identity identity;
    private final Map<Metric, Map<List<String>, Double>> byMetric = new LinkedHashMap<>();

    public Samples(Identity identity) {
        this.identity = identity;
    }

    /** What is not known (NaN) is left out. */
    public Samples add(Metric metric, double value, String... labels) {
        if (!Double.isNaN(value))
            byMetric.computeIfAbsent(metric, _ -> new LinkedHashMap<>())
                    .merge(labels(metric, List.of(labels)), value, Math::max);
        return this;
    }

    /** 1 under a label that names a state, as info metrics do. */
    public Samples info(Metric metric, String... labels) {
        return add(metric, 1, labels);
    }

    private List<String> labels(Metric metric, List<String> labels) {
        return Native.is(metric)
                ? Stream.concat(Stream.of(identity.cluster(), identity.member()), labels.stream())
                        .toList()
                : labels;
    }

    public List<Family> families() {
        return byMetric.entrySet().stream()
                .map(entry -> new Family(entry.getKey(), samples(entry.getValue())))
                .toList();
    }

    private static List<Sample> samples(Map<List<String>, Double> values) {
        return values.entrySet().stream()
                .<Sample>map(entry -> new Sample.Value(entry.getKey(), entry.getValue()))
                .toList();
    }
}
