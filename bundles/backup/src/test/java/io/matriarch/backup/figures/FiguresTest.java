package io.matriarch.backup.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Code;
import io.matriarch.backup.engine.core.Progress;
import io.matriarch.backup.engine.core.Progress.Phase;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.TextFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The figures of a member's work on its repositories")
class FiguresTest {
    private static final Path DOCS = Path.of("../../docs/monitoring.md");
    private static final String BEGIN =
            "<!-- begin backup: made from the code, see CONTRIBUTING.md -->\n";
    private static final String END = "<!-- end backup -->\n";

    private final Figures figures = new Figures("demo", "a", List.of("repo1", "repo2"));

    private String page() {
        return TextFormat.PROMETHEUS
                .write(figures.families())
                .replace("cluster=\"demo\",member=\"a\",", "");
    }

    private static Progress progress(Phase phase, long bytes, long done, long rate, int left) {
        return new Progress(
                phase,
                Optional.of("20261101-000000F"),
                10,
                bytes,
                5,
                done,
                done / 2,
                rate,
                Duration.ofSeconds(9),
                left == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(left)));
    }

    @Test
    @DisplayName("count failures by what they were; each is 0 before, so that growing is seen")
    void failures() {
        assertThat(page())
                .contains(
                        "backup_failures_total{repo=\"repo1\",reason=\"storage_full\"} 0",
                        "backup_failures_total{repo=\"repo2\",reason=\"other\"} 0");
        figures.failed("repo1", Code.STORAGE_FULL);
        figures.failed("repo1", Code.STORAGE_FULL);
        figures.failed("repo2", Code.INTERNAL);
        assertThat(page())
                .contains(
                        "backup_failures_total{repo=\"repo1\",reason=\"storage_full\"} 2",
                        "backup_failures_total{repo=\"repo1\",reason=\"archive\"} 0",
                        "backup_failures_total{repo=\"repo2\",reason=\"other\"} 1");
    }

    @Test
    @DisplayName("count requests by operation and answer, with how long they took")
    void requests() {
        assertThat(page()).doesNotContain("repo_request");
        var listener = figures.requests().of("repo1");
        listener.answered("PutObject", "200", Duration.ofMillis(30));
        listener.answered("PutObject", "200", Duration.ofMillis(70));
        listener.answered("PutObject", "503", Duration.ofMillis(2));
        assertThat(page())
                .contains(
                        "repo_requests_total{repo=\"repo1\",op=\"PutObject\",code=\"200\"} 2",
                        "repo_requests_total{repo=\"repo1\",op=\"PutObject\",code=\"503\"} 1",
                        "repo_request_seconds_sum{repo=\"repo1\",op=\"PutObject\",code=\"200\"} 0.1");
    }

    @Test
    @DisplayName("tell by how much a repository's clock differs, for an hour after it was seen")
    void clock() {
        var now = new AtomicLong();
        var requests = new Requests(now::get);
        requests.of("repo1").clock(Duration.ofMillis(-90_250));
        requests.of("repo2").clock(Duration.ZERO);
        requests.of("repo1").clock(Duration.ofMillis(-91_250));
        assertThat(TextFormat.PROMETHEUS.write(requests.families("demo", "a")))
                .contains(
                        "repo_clock_offset_seconds{cluster=\"demo\",member=\"a\",repo=\"repo1\"} -91.25",
                        "repo_clock_offset_seconds{cluster=\"demo\",member=\"a\",repo=\"repo2\"} 0");
        now.set(Duration.ofMinutes(50).toNanos());
        requests.of("repo2").clock(Duration.ZERO);
        now.set(Duration.ofMinutes(70).toNanos());
        assertThat(TextFormat.PROMETHEUS.write(requests.families("demo", "a")))
                .doesNotContain("repo1")
                .contains("repo2");
    }

    @Test
    @DisplayName("tell how far a running backup is, as far as it is known, and that none runs")
    void running() {
        assertThat(page())
                .contains("backup_running{repo=\"repo1\",source=\"\"} 0")
                .doesNotContain("progress_ratio{");
        figures.running().standing("repo1", "standby", progress(Phase.STARTING, 0, 0, 0, 0));
        assertThat(page())
                .contains("backup_running{repo=\"repo1\",source=\"standby\"} 1")
                .doesNotContain("progress_ratio{", "backup_rate_bytes_per_second{", "eta_seconds{");
        figures.running().standing("repo1", "standby", progress(Phase.COPYING, 400, 100, 25, 12));
        assertThat(page())
                .contains(
                        "backup_progress_ratio{repo=\"repo1\",source=\"standby\"} 0.25",
                        "backup_rate_bytes_per_second{repo=\"repo1\",source=\"standby\"} 25",
                        "backup_eta_seconds{repo=\"repo1\",source=\"standby\"} 12",
                        "backup_running{repo=\"repo2\",source=\"\"} 0");
        figures.running().ended("repo1");
        assertThat(page()).contains("backup_running{repo=\"repo1\",source=\"\"} 0");
    }

    @Test
    @DisplayName("are all in the reference, which says what the code says")
    void reference() throws IOException {
        figures.failed("repo1", Code.BACKUP);
        figures.requests().of("repo1").answered("stat", "ok", Duration.ZERO);
        figures.requests().of("repo1").clock(Duration.ZERO);
        assertThat(figures.families())
                .extracting(Family::metric)
                .containsExactlyInAnyOrderElementsOf(Figures.metrics());
        String text = Files.readString(DOCS);
        assertThat(text).contains(BEGIN, END);
        String wanted =
                text.substring(0, text.indexOf(BEGIN))
                        + BEGIN
                        + table()
                        + text.substring(text.indexOf(END));
        if (Boolean.getBoolean("docs.update")) Files.writeString(DOCS, wanted);
        assertThat(Files.readString(DOCS))
                .as("docs/monitoring.md; renew it by -Dtest=FiguresTest -Ddocs.update=true")
                .isEqualTo(wanted);
    }

    private static String table() {
        return "\n| metric | type | labels | meaning |\n|---|---|---|---|\n"
                + Figures.metrics().stream()
                        .sorted(Comparator.comparing(Metric::name))
                        .map(FiguresTest::row)
                        .collect(Collectors.joining())
                + "\n";
    }

    /** Cluster and member are labels of each. */
    private static String row(Metric metric) {
        return "| `%s` | %s | %s | %s |\n"
                .formatted(
                        metric.name(),
                        metric.type().name().toLowerCase(Locale.ROOT),
                        metric.labels().stream()
                                .skip(2)
                                .map(label -> "`" + label + "`")
                                .collect(Collectors.joining(" ")),
                        metric.help());
    }
}
