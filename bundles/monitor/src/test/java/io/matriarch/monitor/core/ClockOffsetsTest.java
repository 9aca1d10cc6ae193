package io.matriarch.monitor.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The offset of a peer's clock")
class ClockOffsetsTest {
    private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
    private final ClockOffsets offsets = new ClockOffsets();

    private void answer(int second, String peer, int offsetMillis, int tookMillis) {
        offsets.note(
                START.plusSeconds(second),
                peer,
                Duration.ofMillis(offsetMillis),
                Duration.ofMillis(tookMillis));
    }

    @Test
    @DisplayName("is what its quickest answer said, of the last eight")
    void quickest() {
        answer(0, "b", 450, 900);
        answer(10, "b", 12, 4);
        answer(20, "b", 80, 160);
        answer(20, "c", -2000, 5);
        assertThat(offsets.lately(START.plusSeconds(20)))
                .containsEntry("b", Duration.ofMillis(12))
                .containsEntry("c", Duration.ofMillis(-2000));
        for (int i = 0; i < 8; i++) answer(30 + i, "b", 700, 10);
        assertThat(offsets.lately(START.plusSeconds(40)))
                .containsEntry("b", Duration.ofMillis(700));
    }

    @Test
    @DisplayName("is not known any more when the peer has been silent for a while")
    void forgotten() {
        answer(0, "b", 12, 4);
        assertThat(offsets.lately(START.plusSeconds(170))).containsKey("b");
        assertThat(offsets.lately(START.plusSeconds(190))).isEmpty();
    }
}
