package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Unit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * What is known when a cause is looked for.
 *
 * @param rule the alert's
 * @param labels the alert's
 * @param figures of the member that looks
 * @param earlier figures of some minutes before, for what grows; may be those of now
 * @param others what else fires in the cluster
 * @param notes messages of other parts, by {@link Notes}' names
 */
record Facts(
        String rule,
        SortedMap<String, String> labels,
        Figures figures,
        Figures earlier,
        List<Other> others,
        Map<String, String> notes) {
    Facts {
        others = List.copyOf(others);
        notes = Map.copyOf(notes);
    }

    /** Another alert. */
    record Other(String rule, SortedMap<String, String> labels) {}

    String label(String name) {
        return labels.getOrDefault(name, "");
    }

    /** Whether the largest figure of that name is at least this. */
    Evidence atLeast(double limit, Unit unit, String name, String... where) {
        return shown(largest(name, where), unit, figures.most(name, where), v -> v >= limit);
    }

    /** Whether the smallest figure of that name is at most this. */
    Evidence atMost(double limit, Unit unit, String name, String... where) {
        return shown(smallest(name, where), unit, figures.least(name, where), v -> v <= limit);
    }

    Evidence is(double value, String name, String... where) {
        return shown(largest(name, where), Unit.COUNT, figures.most(name, where), v -> v == value);
    }

    /** Whether a counter grew between the earlier figures and now. */
    Evidence grew(String name, String... where) {
        var now = sum(figures, name, where);
        if (now.isEmpty()) return Evidence.notMeasured();
        double by = now.getAsDouble() - sum(earlier, name, where).orElse(now.getAsDouble());
        return by > 0
                ? Evidence.yes(name + " grew by " + Words.number(by) + " just now")
                : Evidence.no();
    }

    /** Per second, between the earlier figures and now; empty if unknown. */
    OptionalDouble perSecond(String name, String... where) {
        var now = sum(figures, name, where);
        var then = sum(earlier, name, where);
        double seconds = java.time.Duration.between(earlier.at(), figures.at()).toMillis() / 1e3;
        return now.isEmpty() || then.isEmpty() || seconds <= 0
                ? OptionalDouble.empty()
                : OptionalDouble.of((now.getAsDouble() - then.getAsDouble()) / seconds);
    }

    private static OptionalDouble sum(Figures of, String name, String... where) {
        var all = of.named(name, Figure.labels(where));
        return all.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(all.stream().mapToDouble(Figure::value).sum());
    }

    OptionalDouble value(String name, String... where) {
        return figures.most(name, where);
    }

    Optional<Figure> largest(String name, String... where) {
        return figures.named(name, Figure.labels(where)).stream()
                .max(java.util.Comparator.comparingDouble(Figure::value));
    }

    private Optional<Figure> smallest(String name, String... where) {
        return figures.named(name, Figure.labels(where)).stream()
                .min(java.util.Comparator.comparingDouble(Figure::value));
    }

    private static Evidence shown(
            Optional<Figure> figure,
            Unit unit,
            OptionalDouble value,
            java.util.function.DoublePredicate so) {
        if (figure.isEmpty() || value.isEmpty()) return Evidence.notMeasured();
        return so.test(value.getAsDouble())
                ? Evidence.yes(line(figure.get(), unit))
                : Evidence.no();
    }

    /** {@code name{label="value"} is 3 GiB}, without the labels everything has. */
    static String line(Figure figure, Unit unit) {
        var text = new StringBuilder(figure.name());
        var labels = new java.util.TreeMap<>(figure.labels());
        labels.keySet().removeAll(List.of("cluster", "member"));
        if (!labels.isEmpty()) text.append(labels);
        return text.append(" is ").append(Words.of(unit, figure.value())).toString();
    }

    /** Whether another alert fires, with these labels. */
    Evidence fires(String other, String... where) {
        return others.stream()
                .filter(o -> o.rule().equals(other))
                .filter(o -> o.labels().entrySet().containsAll(Figure.labels(where).entrySet()))
                .findFirst()
                .map(o -> {
                    var labels = new java.util.TreeMap<>(o.labels());
                    labels.remove("cluster");
                    return Evidence.yes(
                            "alert " + other + (labels.isEmpty() ? "" : " " + labels) + " fires");
                })
                .orElseGet(Evidence::no);
    }

    /** What another part said about it. */
    Evidence said(String note) {
        var text = notes.getOrDefault(note, "");
        return text.isEmpty() ? Evidence.no() : Evidence.yes(text);
    }
}
