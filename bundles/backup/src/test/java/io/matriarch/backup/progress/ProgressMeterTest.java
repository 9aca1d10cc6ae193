package io.matriarch.backup.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A meter of progress")
class ProgressMeterTest {
    private static final Instant AT = Instant.parse("2026-11-30T02:00:00Z");
    private final AtomicLong seconds = new AtomicLong();
    private final ProgressMeter meter =
            new ProgressMeter(
                    "local",
                    () -> AT.plusSeconds(seconds.get()),
                    () -> TimeUnit.SECONDS.toNanos(seconds.get()));

    @Test
    @DisplayName("tells the counts, the rate and when it ends")
    void figures() {
        meter.of("copying", 0, 100, 0, 4);
        seconds.set(5);
        var half = meter.of("copying", 50, 100, 2, 4);
        assertThat(half.repository()).isEqualTo("local");
        assertThat(half.bytesPerSecond()).isEqualTo(10);
        assertThat(half.started()).isEqualTo(AT);
        assertThat(half.end()).contains(AT.plusSeconds(10));
    }

    @Test
    @DisplayName("measures each phase anew")
    void phases() {
        meter.of("verifying_backups", 0, 100, 0, 0);
        seconds.set(5);
        meter.of("verifying_backups", 100, 100, 0, 0);
        var next = meter.of("verifying_wal", 0, 1000, 0, 0);
        assertThat(next.bytesPerSecond()).isZero();
        assertThat(next.end()).isEmpty();
    }

    @Test
    @DisplayName("tells no end of what has no known size")
    void endless() {
        meter.of("checking", 0, 0, 0, 0);
        seconds.set(5);
        assertThat(meter.of("checking", 50, 0, 0, 0).end()).isEmpty();
    }
}
