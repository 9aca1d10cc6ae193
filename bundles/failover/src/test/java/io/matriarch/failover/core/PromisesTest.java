package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.THEM;
import static io.matriarch.failover.core.Views.THIRD;
import static io.matriarch.failover.core.Views.policy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What the members promised a leader without the store")
class PromisesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = Long.MAX_VALUE - SECOND; // the clock may wrap

    @Test
    @DisplayName("holds for as long as the promise that ends first")
    void first() {
        var promises = Promises.NONE.given(THEM, NOW + 4 * SECOND).given(THIRD, NOW + 3 * SECOND);
        assertThat(promises.byAll(Set.of(THEM, THIRD))).hasValue(NOW + 3 * SECOND);
        assertThat(promises.byAll(Set.of(THEM))).hasValue(NOW + 4 * SECOND);
    }

    @Test
    @DisplayName("is nothing while one of those who may lead has promised nothing")
    void all() {
        var promises = Promises.NONE.given(THEM, NOW).refused(THIRD, "is silent");
        assertThat(promises.byAll(Set.of(THEM, THIRD))).isEmpty();
        assertThat(promises.missing(Set.of(THEM, THIRD), NOW - 1))
                .containsOnlyKeys(THIRD)
                .containsValue("is silent");
    }

    @Test
    @DisplayName("is made longer by each answer, and not shorter by one that was overtaken")
    void overtaken() {
        var promises = Promises.NONE.given(THEM, NOW + SECOND).given(THEM, NOW);
        assertThat(promises.byAll(Set.of(THEM))).hasValue(NOW + SECOND);
    }

    @Test
    @DisplayName("still holds when a later question is refused, until its own time is over")
    void refusedLater() {
        var promises = Promises.NONE.given(THEM, NOW + SECOND).refused(THEM, "says 500");
        assertThat(promises.byAll(Set.of(THEM))).hasValue(NOW + SECOND);
        assertThat(promises.missing(Set.of(THEM), NOW)).isEmpty();
        assertThat(promises.missing(Set.of(THEM), NOW + SECOND)).containsEntry(THEM, "says 500");
    }

    @Test
    @DisplayName("names who has not answered yet")
    void notYet() {
        assertThat(Promises.NONE.missing(Set.of(THEM), NOW))
                .containsEntry(THEM, "has not answered yet");
    }

    @Test
    @DisplayName("counts from before the question left, for ttl less twice the margin")
    void counts() {
        assertThat(Failsafe.countsUntil(NOW, policy("ttl", 5)) - NOW).isEqualTo(4 * SECOND);
    }
}
