package io.matriarch.monitor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The page Prometheus reads")
class TextFormatTest {
    private static final Metric SIZE = Metric.gauge("size_bytes", "How big.\nReally.", "name");
    private static final Metric CALLS = Metric.counter("calls_total", "How often.");
    private static final Metric ROWS = Metric.counter("pg_rows", "Named by others.");

    private static final List<Family> FAMILIES =
            List.of(
                    Family.of(SIZE, 1.5, "a \"quoted\" \\ name\n"),
                    Family.of(CALLS, 67108960),
                    Family.of(SIZE, Double.POSITIVE_INFINITY, "b"),
                    Family.of(ROWS, 1e20));

    @Test
    @DisplayName("in Prometheus' text: one family after another, whoever told of it")
    void prometheus() {
        assertThat(TextFormat.PROMETHEUS.write(FAMILIES))
                .isEqualTo(
                        """
                        # HELP size_bytes How big.\\nReally.
                        # TYPE size_bytes gauge
                        size_bytes{name="a \\"quoted\\" \\\\ name\\n"} 1.5
                        size_bytes{name="b"} +Inf
                        # HELP calls_total How often.
                        # TYPE calls_total counter
                        calls_total 67108960
                        # HELP pg_rows Named by others.
                        # TYPE pg_rows counter
                        pg_rows 1.0E20
                        """);
    }

    @Test
    @DisplayName("in OpenMetrics: a counter's family without _total, others' counters as unknown")
    void openMetrics() {
        assertThat(TextFormat.OPENMETRICS.write(FAMILIES))
                .contains("# TYPE calls counter\ncalls_total 67108960\n")
                .contains("# TYPE pg_rows unknown\npg_rows ")
                .endsWith("# EOF\n");
    }

    @Test
    @DisplayName("a histogram counts upwards, a summary has no ranges")
    void distributions() {
        var recorder = new Histogram(List.of(0.01, 1.0));
        recorder.observe(Duration.ofMillis(10));
        recorder.observe(Duration.ofMillis(500));
        recorder.observe(Duration.ofSeconds(3));
        var took = Metric.histogram("took_seconds", "Time.", "op");
        var all = Metric.summary("all_seconds", "Time.");
        assertThat(
                        TextFormat.PROMETHEUS.write(
                                List.of(
                                        new Family(took, List.of(recorder.sample("get"))),
                                        new Family(all, List.of(recorder.sample())))))
                .contains(
                        """
                        took_seconds_bucket{op="get",le="0.01"} 1
                        took_seconds_bucket{op="get",le="1"} 2
                        took_seconds_bucket{op="get",le="+Inf"} 3
                        took_seconds_sum{op="get"} 3.51
                        took_seconds_count{op="get"} 3
                        """)
                .contains(
                        "# TYPE all_seconds summary\nall_seconds_sum 3.51\nall_seconds_count 3\n");
    }

    @Test
    @DisplayName("leaves out a family without samples")
    void empty() {
        assertThat(TextFormat.PROMETHEUS.write(List.of(new Family(SIZE, List.of())))).isEmpty();
    }

    @Test
    @DisplayName("comes in the form the reader asks for")
    void asked() {
        assertThat(TextFormat.asked("")).isEqualTo(TextFormat.PROMETHEUS);
        assertThat(TextFormat.asked("text/plain;version=0.0.4")).isEqualTo(TextFormat.PROMETHEUS);
        assertThat(
                        TextFormat.asked(
                                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.2"))
                .isEqualTo(TextFormat.OPENMETRICS);
    }

    @Test
    @DisplayName("numbers are in plain digits where a person may read them")
    void numbers() {
        assertThat(TextFormat.number(0.25)).isEqualTo("0.25");
        assertThat(TextFormat.number(1795396141.259291)).isEqualTo("1795396141.259291");
        assertThat(TextFormat.number(-1)).isEqualTo("-1");
        assertThat(TextFormat.number(1e-9)).isEqualTo("1.0E-9");
        assertThat(TextFormat.number(Double.NaN)).isEqualTo("NaN");
    }

    @Test
    @DisplayName("names Prometheus would not read, and labels that do not fit, are refused")
    void refused() {
        assertThatThrownBy(() -> Metric.gauge("not a name", "")).hasMessageContaining("not a name");
        assertThatThrownBy(() -> Metric.gauge("good", "", "bad-label"))
                .hasMessageContaining("bad-label");
        assertThatThrownBy(() -> Family.of(SIZE, 1)).hasMessageContaining("[name], not 0");
    }
}
