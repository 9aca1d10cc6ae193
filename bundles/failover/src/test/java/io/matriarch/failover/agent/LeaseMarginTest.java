package io.matriarch.failover.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The margin of a leader's lease")
class LeaseMarginTest {
    private static final Duration WHOLE = Duration.ofSeconds(4);
    private final LeaseMargin margin = new LeaseMargin();

    private void renewed(int second, double left) {
        margin.renewed(Duration.ofMillis((long) (left * 1000)), WHOLE, at(second));
    }

    private static long at(int second) {
        return Duration.ofSeconds(1000 + second).toNanos();
    }

    @Test
    @DisplayName("is not known of who has not led")
    void unknown() {
        assertThat(margin.lowest(at(0))).isEmpty();
    }

    @Test
    @DisplayName("is the least of the last half minute or two, also if it was better since")
    void lowest() {
        renewed(0, 3);
        renewed(1, 1);
        renewed(2, 3);
        assertThat(margin.lowest(at(3)).orElseThrow().ratio()).isEqualTo(0.25);
        renewed(35, 3);
        assertThat(margin.lowest(at(36)).orElseThrow().ratio()).isEqualTo(0.25);
        renewed(66, 2);
        assertThat(margin.lowest(at(67)).orElseThrow().left()).hasSeconds(2);
    }

    @Test
    @DisplayName("is forgotten when it does not lead any more")
    void forgotten() {
        renewed(0, 1);
        assertThat(margin.lowest(at(70))).isEmpty();
    }
}
