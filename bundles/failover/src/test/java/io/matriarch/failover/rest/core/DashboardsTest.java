package io.matriarch.failover.rest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.failover.core.NodeReport;
import io.matriarch.monitor.api.TextFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What people have made for Patroni")
class DashboardsTest {
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)\\{(.*)} \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

    /** Labels by name, of the text a scrape gets. */
    private static Map<String, Set<String>> told(NodeReport report) {
        var told = new HashMap<String, Set<String>>();
        var samples = SAMPLE.matcher(TextFormat.PROMETHEUS.write(Metrics.of(report)));
        while (samples.find())
            told.put(
                    samples.group(1),
                    LABEL.matcher(samples.group(2))
                            .results()
                            .map(label -> label.group(1))
                            .collect(Collectors.toSet()));
        return told;
    }

    /** {@code NAME LABEL…} a line. */
    private static List<String[]> asked(String board) throws IOException {
        var resource = "dashboards/" + board + ".txt";
        try (var in = Objects.requireNonNull(DashboardsTest.class.getResourceAsStream(resource))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" "))
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {"pmm-patroni-details", "postgresql-and-patroni-9628", "patroni-alert-rules"})
    @DisplayName("finds each series it asks for on a primary and on a replica, with those labels")
    void found(String board) throws IOException {
        var asked = asked(board);
        assertThat(asked).hasSizeGreaterThan(10);
        for (var report : List.of(Reports.leader().report(), Reports.replica().report())) {
            var told = told(report);
            var missing = new TreeSet<String>();
            for (var series : asked) {
                var labels = told.get(series[0]);
                if (labels == null) missing.add(series[0] + " is not told");
                else
                    for (var label : List.of(series).subList(1, series.length))
                        if (!labels.contains(label)) missing.add(series[0] + " lacks " + label);
            }
            assertThat(missing).isEmpty();
        }
    }
}
