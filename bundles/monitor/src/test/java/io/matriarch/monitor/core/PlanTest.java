package io.matriarch.monitor.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The plan of what is asked when")
class PlanTest {
    private final Plan plan = new Plan();

    @BeforeEach
    void add() {
        plan.add("slow", seconds(60), Duration.ZERO);
        plan.add("fast", seconds(1), Duration.ZERO);
        plan.add("later", seconds(3600), seconds(20));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    private void done(String id, double at, double took) {
        plan.done(id, seconds(at), seconds(took), true);
    }

    @Test
    @DisplayName("begins with everything that has no later beginning, the most frequent first")
    void beginning() {
        assertThat(plan.due(Duration.ZERO)).containsExactly("fast", "slow");
        assertThat(plan.due(seconds(20))).contains("later");
    }

    @Test
    @DisplayName("keeps the beat, also if an answer takes a while")
    void beat() {
        done("slow", 0, 0.1);
        done("fast", 0, 0.1);
        assertThat(plan.untilNext(seconds(0.1))).isEqualTo(seconds(0.9));
        assertThat(plan.due(seconds(0.9))).isEmpty();
        assertThat(plan.due(seconds(1))).containsExactly("fast");
    }

    @Test
    @DisplayName("leaves beats out that were missed, instead of asking for them all at once")
    void missed() {
        done("fast", 0, 7.5);
        assertThat(plan.due(seconds(7.6))).doesNotContain("fast");
    }

    @Test
    @DisplayName("asks half as often what takes more than a fifth of its interval")
    void slower() {
        done("fast", 0, 0.3);
        assertThat(plan.interval("fast")).isEqualTo(seconds(2));
        done("fast", 2, 0.5);
        assertThat(plan.interval("fast")).isEqualTo(seconds(4));
        done("fast", 6, 0.5);
        assertThat(plan.interval("fast")).isEqualTo(seconds(4));
    }

    @Test
    @DisplayName("asks less and less what fails, down to every ten minutes")
    void failing() {
        for (int i = 0; i < 20; i++) plan.done("fast", seconds(1000 * i), seconds(0.001), false);
        assertThat(plan.interval("fast")).isEqualTo(Duration.ofMinutes(10));
        plan.done("later", seconds(20), seconds(1), false);
        assertThat(plan.interval("later")).isEqualTo(Duration.ofHours(1));
    }

    @Test
    @DisplayName("asks again soon where there was nobody to ask, and does not count it as trouble")
    void skipped() {
        plan.skipped("slow", seconds(5));
        plan.skipped("fast", seconds(5));
        plan.skipped("later", seconds(20));
        assertThat(plan.due(seconds(6))).containsExactly("fast");
        assertThat(plan.due(seconds(7))).containsExactly("fast", "slow");
        assertThat(plan.due(seconds(79))).doesNotContain("later");
        assertThat(plan.due(seconds(80))).contains("later");
        assertThat(plan.interval("slow")).isEqualTo(seconds(60));
    }

    @Test
    @DisplayName("comes back step by step after ten quick answers")
    void recovers() {
        done("fast", 0, 0.3);
        done("fast", 2, 0.5);
        for (int i = 0; i < 10; i++) done("fast", 10 + 4 * i, 0.01);
        assertThat(plan.interval("fast")).isEqualTo(seconds(2));
        for (int i = 0; i < 9; i++) done("fast", 100 + 2 * i, 0.01);
        done("fast", 200, 0.1); // not quick
        for (int i = 0; i < 9; i++) done("fast", 202 + 2 * i, 0.01);
        assertThat(plan.interval("fast")).isEqualTo(seconds(2));
        done("fast", 220, 0.01);
        assertThat(plan.interval("fast")).isEqualTo(seconds(1));
    }
}
