package io.matriarch.alerting.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A rule whose figures nobody tells never fires and never says so, and a cause is never found. The
 * list of the monitor's metrics is docs/monitoring.md, which a test of the monitor compares with
 * its code.
 */
@DisplayName("What the rules and the causes look at")
class InputsTest {
    private static final Path MONITORING = Path.of("../../docs/monitoring.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_A-Z0-9]+)` \\|");
    private static final Path CAUSES = Path.of("src/main/java/io/matriarch/alerting/core");
    private static final Pattern METRIC =
            Pattern.compile("\"((?:matriarch|patroni|pg)_[a-zA-Z_0-9]+)\"");
    private static final Pattern SUFFIX = Pattern.compile("_(bucket|sum|count)$");

    private static Set<String> monitored() throws IOException {
        var names = new TreeSet<String>();
        var rows = ROW.matcher(Files.readString(MONITORING));
        while (rows.find()) names.add(rows.group(1));
        return names;
    }

    /** {@code METRIC: REASON} by metric. */
    private static Map<String, String> listed(String section) throws IOException {
        try (var in = Objects.requireNonNull(InputsTest.class.getResourceAsStream("inputs.txt"))) {
            var listed = new LinkedHashMap<String, String>();
            var present = "";
            for (var line :
                    new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                if (line.startsWith("#") || line.isBlank()) continue;
                if (line.startsWith("[")) present = line;
                else if (present.equals(section)) {
                    var parts = line.split(": ", 2);
                    listed.put(parts[0], parts.length > 1 ? parts[1] : "");
                }
            }
            return listed;
        }
    }

    /** Causes are code; what they ask for stands in it as text. */
    private static Set<String> askedByCauses() throws IOException {
        var names = new TreeSet<String>();
        try (var files = Files.newDirectoryStream(CAUSES, "*Causes.java")) {
            for (var file : files) {
                var metrics = METRIC.matcher(Files.readString(file));
                while (metrics.find()) names.add(metrics.group(1));
            }
        }
        return names;
    }

    private static boolean among(String metric, Set<String> told) {
        return told.contains(metric)
                || told.contains(SUFFIX.matcher(metric).replaceFirst(""))
                || metric.startsWith("pg_settings_") && told.contains("pg_settings_NAME");
    }

    @Test
    @DisplayName(
            "is told by a collector, by the failover agent or by alerting itself, or it is"
                    + " said why nobody tells it")
    void fed() throws IOException {
        var told = monitored();
        assertThat(told).hasSizeGreaterThan(200);
        told.addAll(listed("[told by the failover agent]").keySet());
        told.addAll(listed("[told by alerting itself]").keySet());
        var unfed = listed("[told by nobody]");
        var wrong = new TreeMap<String, String>();
        for (var rule : Catalogue.all())
            for (var measure : rule.measures())
                for (var metric : measure.metrics())
                    if (!among(metric, told) && !unfed.containsKey(metric))
                        wrong.put(metric, "asked for by " + rule.name() + ", told by nobody");
        var causes = askedByCauses();
        assertThat(causes).hasSizeGreaterThan(40);
        for (var metric : causes)
            if (!among(metric, told)) wrong.put(metric, "asked for by a cause, told by nobody");
        for (var metric : unfed.keySet())
            if (among(metric, told)) wrong.put(metric, "is told after all");
        assertThat(wrong).isEmpty();
        assertThat(unfed.values()).as("each with its reason").noneMatch(String::isBlank);
    }

    @Test
    @DisplayName("names nothing no rule and no cause asks for")
    void needed() throws IOException {
        var asked = new TreeSet<>(Catalogue.metrics(Catalogue.all()));
        asked.addAll(askedByCauses());
        var listed = new TreeSet<String>();
        listed.addAll(listed("[told by the failover agent]").keySet());
        listed.addAll(listed("[told by alerting itself]").keySet());
        listed.addAll(listed("[told by nobody]").keySet());
        assertThat(asked).containsAll(listed);
    }
}
