package io.matriarch.alerting.core;

import io.matriarch.alerting.core.Memory.Point;
import io.matriarch.alerting.core.Memory.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Works expressions out over the figures of one instant and the memory of those before; what it
 * leaves behind is the {@link #memory} of the next round. What no expression looked at in this
 * round is forgotten once it is older than its window.
 */
final class Measuring {
    /** Points kept per window: the error of a growth is at most this part of it. */
    private static final int POINTS = 60;

    private static final int RUNS = 11;
    private static final int RUNS_FOR_A_MEDIAN = 3;

    private final Figures figures;
    private final Memory before;
    private final Map<String, List<Point>> points = new HashMap<>();
    private final Map<String, Instant> since = new HashMap<>();
    private final Map<String, List<Run>> runs;

    Measuring(Figures figures, Memory before) {
        this.figures = figures;
        this.before = before;
        runs = new HashMap<>(before.runs());
    }

    Memory memory() {
        return new Memory(points, since, runs);
    }

    List<Figure> measure(Expr expr) {
        return switch (expr) {
            case Expr.Metric(var name, var where) -> figures.named(name, where);
            case Expr.Constant(double value) -> List.of(Figure.of("", value));
            case Expr.Increase(var counter, var window) -> grown(counter, window);
            case Expr.Change(var gauge, var window) -> moved(gauge, window);
            case Expr.Since(var moment) -> each(moment, figure -> seconds() - figure.value());
            case Expr.Until(var moment) -> each(moment, figure -> figure.value() - seconds());
            case Expr.Held held -> held(held);
            case Expr.Quantile quantile -> Quantiles.of(quantile, this);
            case Expr.AgainstMedian(var run, var moment) -> againstMedian(run, moment);
            case Expr.Math math -> math(math);
            case Expr.Abs(var of) -> each(of, figure -> java.lang.Math.abs(figure.value()));
            case Expr.Floor(var of) -> each(of, figure -> java.lang.Math.floor(figure.value()));
            case Expr.Over over -> over(over);
            case Expr.Either(var of) -> of.stream().flatMap(e -> measure(e).stream()).toList();
            case Expr.Marked(var of, var label, var value) -> marked(of, label, value);
            case Expr.Renamed(var of, var from, var to) -> renamed(of, from, to);
        };
    }

    private double seconds() {
        return figures.at().toEpochMilli() / 1e3;
    }

    private List<Figure> each(Expr expr, ToDoubleFunction<Figure> change) {
        return measure(expr).stream()
                .map(figure -> figure.with(change.applyAsDouble(figure)))
                .toList();
    }

    private List<Figure> marked(Expr of, String label, String value) {
        return measure(of).stream()
                .map(figure -> {
                    var labels = new TreeMap<>(figure.labels());
                    labels.put(label, value);
                    return figure.with(labels);
                })
                .toList();
    }

    private List<Figure> renamed(Expr of, String from, String to) {
        return measure(of).stream()
                .map(figure -> {
                    var labels = new TreeMap<>(figure.labels());
                    var value = labels.remove(from);
                    if (value != null) labels.put(to, value);
                    return figure.with(labels);
                })
                .toList();
    }

    private List<Figure> held(Expr.Held held) {
        return each(
                held.condition(),
                figure -> {
                    if (figure.value() <= 0) return 0;
                    var key = held.condition() + "\n" + Expr.key(figure.labels());
                    var began = before.since().getOrDefault(key, figures.at());
                    since.put(key, began);
                    return Duration.between(began, figures.at()).toMillis() / 1e3;
                });
    }

    private List<Figure> moved(Expr.Metric gauge, Duration window) {
        return each(
                gauge,
                figure -> {
                    var known = remembered(figure, window);
                    return known.isEmpty() ? 0 : figure.value() - known.getFirst().value();
                });
    }

    /** How much each series of a counter grew within the window. */
    List<Figure> grown(Expr.Metric counter, Duration window) {
        return each(
                counter,
                figure -> {
                    double grown = 0;
                    double last = Double.NaN;
                    for (var point : remembered(figure, window)) {
                        grown += growth(last, point.value());
                        last = point.value();
                    }
                    return grown + growth(last, figure.value());
                });
    }

    private static double growth(double from, double to) {
        if (Double.isNaN(from)) return 0;
        return to >= from ? to - from : to;
    }

    /** The points before this one; this one joins them if the last is old enough. */
    private List<Point> remembered(Figure figure, Duration window) {
        var key = window + " " + figure.name() + "\n" + Expr.key(figure.labels());
        var oldest = figures.at().minus(window);
        var known =
                before.points().getOrDefault(key, List.of()).stream()
                        .filter(point -> !point.at().isBefore(oldest))
                        .toList();
        var kept = new ArrayList<>(known);
        if (kept.isEmpty()
                || Duration.between(kept.getLast().at(), figures.at())
                                .compareTo(window.dividedBy(POINTS))
                        >= 0) kept.add(new Point(figures.at(), figure.value()));
        points.put(key, List.copyOf(kept));
        return known;
    }

    private List<Figure> againstMedian(Expr.Metric run, Expr.Metric moment) {
        var moments = measure(moment);
        var all = new ArrayList<Figure>();
        for (var figure : measure(run)) {
            var when = moments.stream().filter(m -> agree(figure, m)).findFirst();
            if (when.isEmpty()) continue;
            var earlier = earlier(figure, when.get().value());
            if (earlier.size() < RUNS_FOR_A_MEDIAN) continue;
            double median = earlier.get(earlier.size() / 2);
            if (median > 0) all.add(figure.with(100 * figure.value() / median));
        }
        return all;
    }

    private List<Double> earlier(Figure figure, double moment) {
        var key = figure.name() + "\n" + Expr.key(figure.labels());
        var known = new ArrayList<>(runs.getOrDefault(key, List.of()));
        if (known.isEmpty() || known.getLast().moment() != moment)
            known.add(new Run(moment, figure.value()));
        while (known.size() > RUNS) known.removeFirst();
        runs.put(key, List.copyOf(known));
        return known.subList(0, known.size() - 1).stream().map(Run::value).sorted().toList();
    }

    private List<Figure> math(Expr.Math math) {
        var left = measure(math.left());
        var right = measure(math.right());
        boolean scalarLeft = math.left() instanceof Expr.Constant;
        var all = new ArrayList<Figure>();
        if (scalarLeft) {
            for (var r : right) combine(math.op(), left.getFirst(), r, r, all);
            return all;
        }
        for (var l : left)
            right.stream()
                    .filter(r -> agree(l, r))
                    .findFirst()
                    .ifPresent(r -> combine(math.op(), l, r, l, all));
        return all;
    }

    private static void combine(Expr.Op op, Figure l, Figure r, Figure of, List<Figure> all) {
        double a = l.value();
        double b = r.value();
        double value =
                switch (op) {
                    case PLUS -> a + b;
                    case MINUS -> a - b;
                    case TIMES -> a * b;
                    case OVER -> b == 0 ? Double.NaN : a / b;
                    case LESSER -> java.lang.Math.min(a, b);
                    case IS_ABOVE -> a > b ? 1 : 0;
                    case IS_BELOW -> a < b ? 1 : 0;
                    case IS -> a == b ? 1 : 0;
                    case WHERE -> b > 0 ? a : Double.NaN;
                };
        if (!Double.isNaN(value)) all.add(new Figure("", of.labels(), value));
    }

    private static boolean agree(Figure a, Figure b) {
        return a.labels().entrySet().stream()
                .allMatch(entry ->
                        b.labels()
                                .getOrDefault(entry.getKey(), entry.getValue())
                                .equals(entry.getValue()));
    }

    private List<Figure> over(Expr.Over over) {
        var folded = new LinkedHashMap<String, Figure>();
        for (var figure : measure(over.of())) {
            var labels = new TreeMap<>(figure.labels());
            labels.keySet().retainAll(over.by());
            folded.merge(
                    Expr.key(labels),
                    new Figure("", labels, figure.value()),
                    (a, b) -> a.with(fold(over.fold(), a.value(), b.value())));
        }
        return List.copyOf(folded.values());
    }

    private static double fold(Expr.Fold fold, double a, double b) {
        return switch (fold) {
            case SUM -> a + b;
            case MIN -> java.lang.Math.min(a, b);
            case MAX -> java.lang.Math.max(a, b);
        };
    }
}
