package io.matriarch.backup.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.backup.engine.core.Progress;
import io.matriarch.backup.engine.core.Progress.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The progress of a backup")
class ProgressTextTest {
    private static final Instant AT = Instant.parse("2026-11-30T02:00:00.5Z");

    private static String text(Phase phase, long done, long rate, Optional<Duration> left) {
        return ProgressText.of(
                "local",
                new Progress(
                        phase,
                        Optional.of("20261130-015900F"),
                        900,
                        3L << 30,
                        300,
                        done,
                        done / 3,
                        rate,
                        Duration.ofSeconds(60),
                        left),
                AT);
    }

    @Test
    @DisplayName("says how much is copied, how fast, and when that ends")
    void copying() {
        assertThat(text(Phase.COPYING, 3L << 28, 80 << 20, Optional.of(Duration.ofSeconds(29))))
                .isEqualTo(
                        "local: 20261130-015900F 25 % (768 MB of 3.0 GB), 80 MB/s, 29 s left, until"
                                + " 2026-11-30T02:00:29Z");
    }

    @Test
    @DisplayName("promises no end while the rate is not known")
    void unknown() {
        assertThat(text(Phase.COPYING, 0, 0, Optional.empty()))
                .isEqualTo("local: 20261130-015900F 0 % (0 bytes of 3.0 GB)");
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    @DisplayName("has words for every phase")
    void phases(Phase phase) {
        assertThat(text(phase, 0, 0, Optional.empty()))
                .startsWith("local: 20261130-015900F ")
                .hasSizeGreaterThan(30);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "1023, 1023 bytes",
        "1024, 1.0 kB",
        "10240, 10 kB",
        "1610612736, 1.5 GB"
    })
    @DisplayName("tells amounts in units of 1024")
    void amounts(long bytes, String text) {
        assertThat(ProgressText.amount(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"4, 4 s", "123, 2 min 3 s", "3900, 1 h 5 min"})
    @DisplayName("tells durations as people do")
    void durations(long seconds, String text) {
        assertThat(ProgressText.duration(Duration.ofSeconds(seconds))).isEqualTo(text);
    }
}
