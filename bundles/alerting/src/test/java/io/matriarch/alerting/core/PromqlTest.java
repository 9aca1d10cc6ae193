package io.matriarch.alerting.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The rules for Prometheus")
class PromqlTest {
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");
    @TempDir Path directory;

    @Test
    @DisplayName("say the limits, the time and the severity of ours")
    void written() {
        var text = Promql.rules(Catalogue.all(), "https://example.org/#");
        assertThat(text)
                .contains("- alert: ReplicationLagTime")
                .contains("expr: 'matriarch_replication_clock_lag_seconds >= 30'")
                .contains("for: 120s")
                .contains("runbook_url: 'https://example.org/#replicationlagtime'")
                .contains("# AgentDown is judged by Matriarch alone")
                .contains("'matriarch_archive_failing > 0'\n        for: 60s");
    }

    @Test
    @DisplayName("pass Prometheus' own checker")
    void checked() throws Exception {
        assumeTrue(Files.isExecutable(PROMTOOL), "the package prometheus is not installed");
        var file = directory.resolve("rules.yml");
        Files.writeString(file, Promql.rules(Catalogue.all(), "https://example.org/#"));
        var process =
                new ProcessBuilder(
                                PROMTOOL.toString(),
                                "check",
                                "rules",
                                "--lint=duplicate-rules",
                                "--lint-fatal",
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
