package io.matriarch.monitor.micrometer;

import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Sample;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** A registry whose meters become families. */
public final class Meters implements AutoCloseable {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    public MeterRegistry registry() {
        return registry;
    }

    public List<Family> families() {
        return registry.getPrometheusRegistry().scrape().stream()
                .map(Meters::family)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Family> family(MetricSnapshot snapshot) {
        return switch (snapshot) {
            case CounterSnapshot counter ->
                    family(
                            counter,
                            counter.getMetadata().getPrometheusName() + "_total",
                            Metric.Type.COUNTER,
                            point -> new Sample.Value(values(point), point.getValue()),
                            counter.getDataPoints());
            case GaugeSnapshot gauge ->
                    family(
                            gauge,
                            gauge.getMetadata().getPrometheusName(),
                            Metric.Type.GAUGE,
                            point -> new Sample.Value(values(point), point.getValue()),
                            gauge.getDataPoints());
            case UnknownSnapshot unknown ->
                    family(
                            unknown,
                            unknown.getMetadata().getPrometheusName(),
                            Metric.Type.GAUGE,
                            point -> new Sample.Value(values(point), point.getValue()),
                            unknown.getDataPoints());
            case SummarySnapshot summary ->
                    family(
                            summary,
                            summary.getMetadata().getPrometheusName(),
                            Metric.Type.SUMMARY,
                            point ->
                                    new Sample.Distribution(
                                            values(point),
                                            List.of(),
                                            List.of(point.getCount()),
                                            point.getSum()),
                            summary.getDataPoints());
            case HistogramSnapshot histogram ->
                    family(
                            histogram,
                            histogram.getMetadata().getPrometheusName(),
                            Metric.Type.HISTOGRAM,
                            Meters::distribution,
                            histogram.getDataPoints());
            default -> Optional.empty(); // info and state sets: Micrometer makes none
        };
    }

    private static <T extends DataPointSnapshot> Optional<Family> family(
            MetricSnapshot snapshot,
            String name,
            Metric.Type type,
            Function<T, Sample> sample,
            List<T> points) {
        if (points.isEmpty()) return Optional.empty();
        String help = snapshot.getMetadata().getHelp();
        var metric =
                new Metric(
                        name, type, help == null ? "" : help, names(points.getFirst().getLabels()));
        return Optional.of(new Family(metric, points.stream().map(sample).toList()));
    }

    private static Sample distribution(HistogramDataPointSnapshot point) {
        var buckets = point.getClassicBuckets();
        var bounds = new ArrayList<Double>();
        var counts = new ArrayList<Long>();
        for (int i = 0; i < buckets.size(); i++) {
            if (i < buckets.size() - 1) bounds.add(buckets.getUpperBound(i));
            counts.add(buckets.getCount(i));
        }
        return new Sample.Distribution(values(point), bounds, counts, point.getSum());
    }

    private static List<String> names(Labels labels) {
        return Stream.iterate(0, i -> i < labels.size(), i -> i + 1)
                .map(labels::getPrometheusName)
                .toList();
    }

    private static List<String> values(DataPointSnapshot point) {
        var labels = point.getLabels();
        return Stream.iterate(0, i -> i < labels.size(), i -> i + 1).map(labels::getValue).toList();
    }

    @Override
    public void close() {
        registry.close();
    }
}
