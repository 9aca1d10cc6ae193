package io.matriarch.failover.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Takes one rule away at a time: the simulation must see what it was for. */
@DisplayName("A cluster breaks its promises without the rule that")
class RulesMatterTest {
    private static final int MOST = 3_000;
    private static final int BLOCK = 50;

    @ParameterizedTest(name = "{0}")
    // Told, and not yet seen to matter within MOST histories: they prove nothing here.
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "SYNC_SETTLED",
                "SYNC_CONFIRMED",
                "SYNC_SINCE",
                "SYNC_IN_FORCE",
                "SYNC_NAMES_KEPT",
                "SYNC_LEADER_WRITES"
            })
    void matters(Rule rule) {
        var found = firstBroken(rule);
        System.out.println(
                rule + ": " + rule.text + " -> " + found.map(Story.Outcome::failure).orElse("?"));
        assertThat(found).as("%s within %d histories", rule.text, MOST).isPresent();
    }

    /** The lowest seed that tells of it. */
    private static Optional<Story.Outcome> firstBroken(Rule rule) {
        for (long first = 0; first < MOST; first += BLOCK) {
            var broken =
                    LongStream.range(first, first + BLOCK)
                            .parallel()
                            .mapToObj(seed -> Story.tell(seed, Rules.without(rule)))
                            .filter(outcome -> !outcome.good())
                            .min(Comparator.comparingLong(Story.Outcome::seed));
            if (broken.isPresent()) return broken;
        }
        return Optional.empty();
    }
}
