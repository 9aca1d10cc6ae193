package io.matriarch.alerting.core;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Everything measured at one instant, by name.
 *
 * @param at on this node's clock
 */
public record Figures(Instant at, Map<String, List<Figure>> byName) {
    public Figures {
        var copy = new LinkedHashMap<String, List<Figure>>();
        byName.forEach((name, figures) -> copy.put(name, List.copyOf(figures)));
        byName = java.util.Collections.unmodifiableMap(copy);
    }

    public static Figures of(Instant at, Collection<Figure> figures) {
        return new Figures(
                at,
                figures.stream()
                        .filter(figure -> !Double.isNaN(figure.value()))
                        .collect(
                                Collectors.groupingBy(
                                        Figure::name, TreeMap::new, Collectors.toList())));
    }

    public List<Figure> named(String name) {
        return byName.getOrDefault(name, List.of());
    }

    /** Those of that name whose labels have these values; {@code a|b} stands for either. */
    public List<Figure> named(String name, Map<String, String> where) {
        return named(name).stream().filter(figure -> fits(figure, where)).toList();
    }

    private static boolean fits(Figure figure, Map<String, String> where) {
        return where.entrySet().stream()
                .allMatch(entry ->
                        Set.of(entry.getValue().split("\\|"))
                                .contains(figure.label(entry.getKey())));
    }

    /** The largest of that name and those labels; empty if there is none. */
    public OptionalDouble most(String name, String... where) {
        return named(name, Figure.labels(where)).stream().mapToDouble(Figure::value).max();
    }

    /** The smallest of that name and those labels; empty if there is none. */
    public OptionalDouble least(String name, String... where) {
        return named(name, Figure.labels(where)).stream().mapToDouble(Figure::value).min();
    }

    public boolean has(String name) {
        return byName.containsKey(name);
    }
}
