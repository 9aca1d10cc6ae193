package io.matriarch.alerting.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Quantiles from the ranges of a histogram, as Prometheus estimates them: evenly spread within a
 * range.
 *
 * @see <a
 *     href="https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile">
 *     histogram_quantile</a>
 */
final class Quantiles {
    private static final String BOUND = "le";

    private Quantiles() {}

    static List<Figure> of(Expr.Quantile quantile, Measuring measuring) {
        var metric = quantile.histogram();
        var ranges = new Expr.Metric(metric.name() + "_bucket", metric.where());
        var bySeries = new LinkedHashMap<Map<String, String>, TreeMap<Double, Double>>();
        for (var range : measuring.grown(ranges, quantile.window())) {
            var labels = new TreeMap<>(range.labels());
            var bound = labels.remove(BOUND);
            if (bound != null)
                bySeries.computeIfAbsent(labels, _ -> new TreeMap<>())
                        .merge(bound(bound), range.value(), Double::sum);
        }
        var all = new ArrayList<Figure>();
        bySeries.forEach((labels, counts) -> {
            double value = estimate(quantile.share(), counts);
            if (!Double.isNaN(value)) all.add(new Figure("", new TreeMap<>(labels), value));
        });
        return all;
    }

    private static double bound(String text) {
        return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }

    /**
     * @param upTo how many observations were not above each bound
     * @return NaN if there were none
     */
    private static double estimate(double share, TreeMap<Double, Double> upTo) {
        double all = upTo.isEmpty() ? 0 : upTo.lastEntry().getValue();
        if (all <= 0) return Double.NaN;
        double rank = share * all;
        double lower = 0;
        double below = 0;
        for (var range : upTo.entrySet()) {
            double bound = range.getKey();
            double count = range.getValue();
            // Nothing is known of what lies above the last bound, except that it does.
            if (Double.isInfinite(bound)) return lower;
            if (count >= rank)
                return count == below
                        ? bound
                        : lower + (bound - lower) * (rank - below) / (count - below);
            lower = bound;
            below = count;
        }
        return lower;
    }
}
