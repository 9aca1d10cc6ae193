package io.matriarch.backup.restore.core;

import static io.matriarch.backup.format.Entries.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.Entries;
import io.matriarch.backup.format.WalInventory;
import io.matriarch.backup.format.WalInventory.Run;
import io.matriarch.backup.format.WalSegment;
import io.matriarch.backup.restore.core.MeasuredRates.Drilled;
import io.matriarch.backup.restore.core.RestorePlanner.Rates;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("How long a restore takes")
class RestoreTimesTest {
    private static final Instant NOW = Instant.parse("2026-11-10T12:00:00Z");

    /** Of 100 bytes, made in a minute. */
    private static final BackupEntry FULL =
            entry("20261101-000000F", "", 1, "000000010000000000000010");

    private static final BackupEntry NEXT =
            entry("20261105-000000F", "", 1, "000000010000000000000050");

    private static Drilled drill(int day, long bytes, int restore, long segments, int recovery) {
        return new Drilled(
                NOW.minus(Duration.ofDays(day)),
                bytes,
                Duration.ofSeconds(restore),
                segments,
                Duration.ofSeconds(recovery));
    }

    @Test
    @DisplayName("is told by the newest restore drills, with a margin for busier WAL")
    void drills() {
        var rates =
                MeasuredRates.of(
                                List.of(
                                        drill(1, 1000, 10, 120, 50),
                                        drill(2, 3000, 10, 120, 50),
                                        drill(3, 2000, 10, 3, 50),
                                        drill(4, 2000, 10, 0, 50),
                                        drill(5, 2000, 10, 0, 50),
                                        drill(99, 1, 1000, 99, 1)),
                                List.of())
                        .orElseThrow();
        assertThat(rates.bytesPerSecond()).isEqualTo(200);
        assertThat(rates.segmentsPerSecond()).isEqualTo(2.0);
    }

    @Test
    @DisplayName("is told by the newest full backup before there was a drill, and then by nothing")
    void withoutDrills() {
        var rates = MeasuredRates.of(List.of(), List.of(FULL, NEXT)).orElseThrow();
        assertThat(rates.bytesPerSecond()).isEqualTo(1.0);
        assertThat(rates.segmentsPerSecond()).isEqualTo(Rates.CAUTIOUS.segmentsPerSecond());
        assertThat(MeasuredRates.of(List.of(), List.of())).isEmpty();
    }

    @Test
    @DisplayName("is longest to the moment before a backup ended, unless the latest is farther")
    void worst() throws Exception {
        var rates = new Rates(10, 1);
        assertThat(RestoreTimes.worst(List.of(NEXT, FULL), latest(0x53, rates), rates))
                .as("100 bytes, and 0x40 segments to the next one")
                .hasSeconds(10 + 0x40);
        assertThat(latest(0x53, rates).estimate()).hasSeconds(10 + 4);
        assertThat(RestoreTimes.worst(List.of(NEXT, FULL), latest(0xF0, rates), rates))
                .as("100 bytes, and all WAL there is")
                .hasSeconds(10 + 0xA1);
    }

    private static RestorePlan latest(int lastSegment, Rates rates) throws Exception {
        var run =
                new Run(
                        FULL.wal().orElseThrow().first(),
                        WalSegment.parse("0000000100000000%08X".formatted(lastSegment)),
                        NOW);
        return RestorePlanner.plan(
                new RestoreFacts(
                        Entries.info(FULL, NEXT),
                        new WalInventory(List.of(run), Map.of(), WalSegment.DEFAULT_SIZE),
                        Set.of(),
                        NOW),
                new RestorePlanner.Request(
                        new RestoreTarget.Latest(),
                        new TargetTimeline.Latest(),
                        Optional.empty(),
                        rates));
    }
}
