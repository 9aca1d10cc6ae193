package io.matriarch.failover.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Takes one rule away at a time: the simulation must see what it was for, and the same history must
 * end well with the rule. The seed that tells of it is kept in {@code rules-and-seeds.properties};
 * where it does no longer, because the simulation has changed, the lowest one is looked for, and
 * printed for the file. {@code -Dsimulation.search=true} looks for all of them.
 */
@DisplayName("A cluster breaks its promises without the rule that")
class RulesMatterTest {
    private static final int MOST = 3_000;
    private static final int BLOCK = 50;
    private static final Path REPORT = Path.of("target", "rules-and-seeds.md");
    private static final List<String> TABLE =
            new ArrayList<>(
                    List.of(
                            "| rule | without it: seed | what the simulation sees |",
                            "|---|---|---|"));

    /** Told, and not seen to matter within MOST histories: it proves nothing here. */
    private static final Set<Rule> UNSEEN = EnumSet.of(Rule.SYNC_TIMELINE);

    static Stream<Rule> seen() {
        return EnumSet.complementOf(EnumSet.copyOf(UNSEEN)).stream();
    }

    @Test
    @DisplayName("is one of at least 25")
    void enough() {
        assertThat(seen().count()).isGreaterThanOrEqualTo(25);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("seen")
    void matters(Rule rule) {
        var found = known(rule).or(() -> firstBroken(rule));
        report(rule, found);
        assertThat(found).as("%s within %d histories", rule.text, MOST).isPresent();
        var kept = Story.tell(found.get().seed(), Rules.with(rule));
        assertThat(kept.failure()).as("the same seed with the rule").isEmpty();
    }

    private static Optional<Story.Outcome> known(Rule rule) {
        if (Boolean.getBoolean("simulation.search")) return Optional.empty();
        var seed = Seeds.of(rule);
        return seed.isEmpty()
                ? Optional.empty()
                : Optional.of(Story.tell(seed.getAsLong(), Rules.without(rule)))
                        .filter(outcome -> !outcome.good());
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
            if (broken.isPresent()) {
                System.out.println(rule + "=" + broken.get().seed());
                return broken;
            }
        }
        return Optional.empty();
    }

    /** One line more of the table. */
    private static void report(Rule rule, Optional<Story.Outcome> found) {
        TABLE.add(
                "| %s | %s | %s |"
                        .formatted(
                                rule.text,
                                found.map(outcome -> String.valueOf(outcome.seed())).orElse("none"),
                                found.map(Story.Outcome::failure).orElse("nothing")));
        try {
            Files.createDirectories(REPORT.getParent());
            Files.write(REPORT, TABLE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Which seed tells of a rule. */
    private static final class Seeds {
        private static final Properties FILE = read();

        static OptionalLong of(Rule rule) {
            String value = FILE.getProperty(rule.name(), "");
            return value.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(value.strip()));
        }

        private static Properties read() {
            var file = new Properties();
            try (var in = RulesMatterTest.class.getResourceAsStream("rules-and-seeds.properties")) {
                if (in == null) throw new IllegalStateException("no rules-and-seeds.properties");
                file.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return file;
        }
    }
}
