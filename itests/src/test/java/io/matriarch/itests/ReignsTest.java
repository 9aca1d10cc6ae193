package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("the time with two writers")
class ReignsTest {
    private final Reigns reigns = new Reigns();

    private void wrote(String node, int timeline, int fromMillis, int toMillis) {
        for (int at = fromMillis; at <= toMillis; at += 50) {
            reigns.wrote(node, "%08X".formatted(timeline), at * 1_000_000L, (at + 1) * 1_000_000L);
        }
    }

    @Test
    @DisplayName("is nothing when one hands over to the other and back")
    void handOver() {
        wrote("n1", 1, 0, 1_000);
        wrote("n2", 2, 1_100, 2_000);
        wrote("n1", 3, 2_100, 3_000);
        assertThat(reigns.overlap()).isZero();
    }

    @Test
    @DisplayName("is nothing when a server comes back on its own timeline")
    void restartInPlace() {
        wrote("n1", 1, 0, 1_000);
        wrote("n1", 1, 5_000, 6_000);
        assertThat(reigns.overlap()).isZero();
    }

    @Test
    @DisplayName("counts from the new one's first write to the old one's last")
    void oldOneGoesOn() {
        wrote("n1", 1, 0, 3_000);
        wrote("n2", 2, 1_000, 5_000);
        assertThat(reigns.overlap()).isEqualTo(Duration.ofMillis(1_999));
    }

    @Test
    @DisplayName("counts two servers on the same timeline")
    void sameTimeline() {
        wrote("n1", 1, 0, 1_000);
        wrote("n2", 1, 500, 1_500);
        assertThat(reigns.overlap()).isEqualTo(Duration.ofMillis(499));
    }

    @Test
    @DisplayName("counts a single stray write inside another's reign as part of the stray's own")
    void strayWrites() {
        wrote("n2", 2, 1_000, 5_000);
        wrote("n1", 1, 3_000, 3_050);
        assertThat(reigns.overlap()).isPositive();
    }

    @Test
    @DisplayName("and the longest without any: from one's last write to the next one's first")
    void nobody() {
        assertThat(reigns.longestVacancy()).isZero();
        wrote("n1", 1, 0, 1_000);
        assertThat(reigns.longestVacancy()).isZero();
        wrote("n2", 2, 1_100, 2_000);
        wrote("n1", 3, 2_700, 3_000);
        assertThat(reigns.longestVacancy()).isEqualTo(Duration.ofMillis(700));
    }
}
