package io.matriarch.monitor.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.monitor.api.TextFormat;
import io.matriarch.monitor.collect.Task.Outcome;
import io.matriarch.monitor.core.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The kernel")
class KernelTest {
    @TempDir Path folder;

    @Test
    @DisplayName("tells the share of free inodes as stat(1) does, or that there is no limit")
    void inodes() throws Exception {
        var process =
                new ProcessBuilder("stat", "-f", "-c", "%c %d", folder.toString())
                        .redirectErrorStream(true)
                        .start();
        var text =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(text).isZero();
        var parts = text.split(" ");
        double all = Double.parseDouble(parts[0]);
        double ours = Kernel.inodesFree(folder);
        if (all == 0) assertThat(ours).isNaN();
        else // others write here as well
        assertThat(ours)
                    .isBetween(0.0, 1.0)
                    .isCloseTo(
                            Double.parseDouble(parts[1]) / all,
                            org.assertj.core.data.Offset.offset(0.05));
    }

    @Test
    @DisplayName("is not asked about what is not there without saying so")
    void missing() {
        var gone = folder.resolve("gone");
        assertThatThrownBy(() -> Kernel.inodesFree(gone))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(gone.toString());
    }

    @Test
    @DisplayName("tells whether its clock is kept, and how wrong it may be")
    void clock() {
        var task =
                new KernelTask(
                        new Identity("demo", "a"), Map.of("data", folder), Duration.ofSeconds(60));
        var outcome = task.ask(Instant.now());
        // Some sandboxes refuse the question; then that is what is told.
        if (outcome instanceof Outcome.Partly(_, var why))
            assertThat(why).contains("adjtimex is refused");
        Assumptions.assumeTrue(outcome instanceof Outcome.Answered);
        var page = TextFormat.PROMETHEUS.write(((Outcome.Answered) outcome).families());
        assertThat(page)
                .containsPattern(
                        "matriarch_clock_synchronized\\{cluster=\"demo\",member=\"a\"} [01]\n")
                .containsPattern("matriarch_clock_max_error_seconds\\{.*} [0-9.]+");
    }
}
