package io.matriarch.failover.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Takes one safety rule away at a time: the simulation must see what it was for. */
@DisplayName("A cluster breaks its promises")
class RulesMatterTest {
    @Test
    @DisplayName("without the safety margin")
    void withoutTheMargin() {
        assertThat(breaksWithin(100, Rules.ALL.withoutMargin())).isTrue();
    }

    @Test
    @DisplayName("without the guard")
    void withoutTheGuard() {
        assertThat(breaksWithin(100, Rules.ALL.withoutGuard())).isTrue();
    }

    @Test
    @DisplayName("if the leader key is taken without looking whether it is vacant")
    void withoutTheCompare() {
        assertThat(breaksWithin(100, Rules.ALL.withoutCompare())).isTrue();
    }

    @Test
    @DisplayName("if a lease counts from its answer, not from when its request left")
    void countingFromTheAnswer() {
        assertThat(breaksWithin(1_500, Rules.ALL.countingFromTheAnswer())).isTrue();
    }

    private static boolean breaksWithin(int histories, Rules rules) {
        return LongStream.range(0, histories)
                .parallel()
                .mapToObj(seed -> Story.tell(seed, rules))
                .map(Story.Outcome::failure)
                .anyMatch(failure -> failure.contains("accept"));
    }
}
