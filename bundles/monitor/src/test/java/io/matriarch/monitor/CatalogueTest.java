package io.matriarch.monitor;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.osgi.AllMetrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The names and labels")
class CatalogueTest {
    private final Map<String, Metric> ours =
            AllMetrics.all().stream()
                    .collect(
                            toMap(Metric::name, metric -> metric, (a, b) -> a, LinkedHashMap::new));

    /** Name to the rest of the line. */
    private static Map<String, String> lines(String resource) {
        try (var in = CatalogueTest.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("[: ]+", 2))
                    .collect(
                            toMap(
                                    parts -> parts[0],
                                    parts -> parts.length > 1 ? parts[1] : "",
                                    (a, b) -> a,
                                    LinkedHashMap::new));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("are those of the catalogue, or it is said who tells them and why not we")
    void catalogue() {
        var elsewhere = lines("elsewhere.txt");
        var wrong = new ArrayList<String>();
        lines("catalogue.txt")
                .forEach((name, labels) -> {
                    var metric = ours.get(name);
                    if (metric == null) {
                        if (!elsewhere.containsKey(name)) wrong.add(name + " is missing");
                    } else if (!String.join(",", metric.labels()).equals(labels))
                        wrong.add(name + " has " + metric.labels() + ", not " + labels);
                });
        assertThat(wrong).isEmpty();
        assertThat(elsewhere).as("told by us after all").doesNotContainKeys(names());
        assertThat(elsewhere.values()).as("each with its reason").noneMatch(String::isBlank);
    }

    private String[] names() {
        return ours.keySet().toArray(String[]::new);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql-9628.txt", "postgres-mixin.txt"})
    @DisplayName("are found by the panels of a common dashboard")
    void dashboard(String board) {
        var wrong = new ArrayList<String>();
        lines("dashboards/" + board)
                .forEach((name, labels) -> {
                    String found = name.startsWith("pg_settings_") ? "pg_settings_NAME" : name;
                    var metric = ours.get(found);
                    if (metric == null) wrong.add(name + " is missing");
                    else
                        for (String label :
                                labels.isBlank() ? List.<String>of() : List.of(labels.split(" ")))
                            if (!metric.labels().contains(label))
                                wrong.add(name + " lacks " + label);
                });
        assertThat(wrong).isEmpty();
    }

    @Test
    @DisplayName("mean one thing each: one type, the same labels, one help, wherever they are told")
    void once() {
        for (var metric : AllMetrics.all())
            assertThat(metric).as(metric.name()).isEqualTo(ours.get(metric.name()));
    }

    @Test
    @DisplayName("are explained in a sentence, counters of ours end with _total")
    void explained() {
        for (var metric : AllMetrics.all()) {
            assertThat(metric.help()).as(metric.name()).endsWith(".");
            boolean counter = metric.type() == Metric.Type.COUNTER;
            if (metric.name().startsWith("matriarch_"))
                assertThat(
                                metric.name().endsWith("_total") && !counter
                                        || counter && !metric.name().endsWith("_total"))
                        .as(metric.name())
                        .isFalse();
        }
        assertThat(Stream.of(names())).hasSizeGreaterThan(250);
    }
}
