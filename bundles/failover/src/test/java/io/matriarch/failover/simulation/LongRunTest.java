package io.matriarch.failover.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code benchmarks/simulation MINUTES} calls {@link #forLong()}; the others show that nothing is
 * counted twice.
 */
@DisplayName("A long run of the simulation")
class LongRunTest {
    @Test
    @DisplayName("tells each family in turn, and the next run goes on where it ended")
    void goesOn(@TempDir Path directory) throws IOException {
        var table = directory.resolve("runs.tsv");
        for (int i = 0; i < 5; i++)
            assertThat(new LongRun(table, "abc", 1).run(Duration.ZERO)).isEmpty();
        var lines =
                Files.readAllLines(table).stream()
                        .filter(line -> !line.startsWith("#"))
                        .map(LongRun.Line::parse)
                        .toList();
        assertThat(lines)
                .extracting(line -> line.family() + " " + line.first())
                .containsExactly("DRAWN 0", "STANDBY 0", "SYNC 0", "DISKS 0", "DRAWN 1");
        assertThat(lines).allSatisfy(line -> assertThat(line.hours()).isPositive());
        assertThat(lines).allSatisfy(line -> assertThat(line.broken()).isZero());
        assertThat(new LongRun(table, "abc", 1).summary()).contains("| whatever is drawn | 2 |");
    }

    @Test
    @DisplayName("refuses a table that is none, and names the line")
    void refuses(@TempDir Path directory) throws IOException {
        var table = Files.writeString(directory.resolve("runs.tsv"), "seeds\t5\n");
        assertThatThrownBy(() -> new LongRun(table, "abc", 1))
                .hasMessageContaining("seeds\t5")
                .hasMessageContaining("should have 10");
    }

    @Test
    @DisplayName("keeps every promise, for as long as it was told to run")
    @EnabledIfSystemProperty(named = "simulation.minutes", matches = "[0-9]+")
    void forLong() throws IOException {
        var table = Path.of(System.getProperty("simulation.table"));
        var run =
                new LongRun(
                        table,
                        System.getProperty("simulation.commit", "unknown"),
                        Integer.getInteger("simulation.block", 500));
        var broken = run.run(Duration.ofMinutes(Long.getLong("simulation.minutes")));
        Files.writeString(Path.of(table + ".md"), run.summary());
        assertThat(broken).isEmpty();
    }
}
