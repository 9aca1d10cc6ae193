package io.matriarch.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.osgi.AllMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The reference of metrics")
class ReferenceTest {
    private static final Path COMMITTED = Path.of("../../docs/monitoring.md");
    private static final String BEGIN =
            "<!-- begin monitor: made from the code, see CONTRIBUTING.md -->\n";
    private static final String END = "<!-- end monitor -->\n";

    @Test
    @DisplayName("says what the code says")
    void upToDate() throws IOException {
        String text = Files.readString(COMMITTED);
        assertThat(text).contains(BEGIN, END);
        String wanted =
                text.substring(0, text.indexOf(BEGIN))
                        + BEGIN
                        + table()
                        + text.substring(text.indexOf(END));
        if (Boolean.getBoolean("docs.update")) Files.writeString(COMMITTED, wanted);
        assertThat(Files.readString(COMMITTED))
                .as("docs/monitoring.md; renew it by -Dtest=ReferenceTest -Ddocs.update=true")
                .isEqualTo(wanted);
    }

    private static String table() {
        return "\n| metric | type | labels | meaning |\n|---|---|---|---|\n"
                + AllMetrics.all().stream()
                        .distinct()
                        .sorted(Comparator.comparing(Metric::name))
                        .map(ReferenceTest::row)
                        .collect(Collectors.joining())
                + "\n";
    }

    private static String row(Metric metric) {
        return "| `%s` | %s | %s | %s |\n"
                .formatted(
                        metric.name(),
                        metric.type().name().toLowerCase(Locale.ROOT),
                        metric.labels().stream()
                                .filter(label ->
                                        !metric.name().startsWith("matriarch_")
                                                || !label.equals("cluster")
                                                        && !label.equals("member"))
                                .map(label -> "`" + label + "`")
                                .collect(Collectors.joining(" ")),
                        metric.help());
    }
}
