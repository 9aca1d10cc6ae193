package io.matriarch.alerting.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.alerting.api.AlertRule;
import io.matriarch.alerting.api.AlertRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The catalogue of rules")
class CatalogueTest {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z_]+)}");

    static Stream<Rule> rules() {
        return Catalogue.all().stream();
    }

    @Test
    @DisplayName("measures every rule that may be set, and no other")
    void complete() {
        assertThat(Catalogue.all())
                .extracting(Rule::name)
                .containsExactlyElementsOf(AlertRules.all().stream().map(AlertRule::name).toList());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    @DisplayName(
            "says for each rule what is wrong, what it means, what to type first and what to do")
    void texts(Rule rule) {
        assertThat(rule.text().summaries())
                .isNotEmpty()
                .allSatisfy(s -> assertThat(s).isNotBlank());
        assertThat(rule.text().summaries().size()).isIn(1, rule.spec().limits().size());
        assertThat(rule.text().impact()).isNotBlank();
        assertThat(rule.text().first()).isNotEmpty();
        assertThat(rule.text().runbook()).isNotBlank();
        var known = new ArrayList<>(rule.identity());
        known.add("cluster");
        for (var command : rule.text().first())
            assertThat(placeholders(command)).as(command).isSubsetOf(known);
        assertThat(placeholders(rule.text().runbook())).isSubsetOf(known);
        known.addAll(List.of("value", "limit"));
        for (var summary : rule.text().summaries())
            assertThat(placeholders(summary)).as(summary).isSubsetOf(known);
    }

    private static Set<String> placeholders(String text) {
        var found = new java.util.TreeSet<String>();
        for (var match = PLACEHOLDER.matcher(text); match.find(); ) found.add(match.group(1));
        return found;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    @DisplayName(
            "fires each rule by what is measured when it is wrong, and ends it when it is right")
    void firesAndEnds(Rule rule) {
        var what = Cases.all().get(rule.name());
        assertThat(what).as("a case for " + rule.name()).isNotNull();
        var story = new Story(List.of(rule));
        run(story, what.wrong(), what.lasts());
        assertThat(story.firing()).as("firing").hasSize(1);
        var track = story.firing().getFirst();
        var firing = track.fires().orElseThrow();
        assertThat(
                        rule.summary(
                                firing.limit(),
                                firing.severity(),
                                track.values().get(firing.limit()),
                                track.labels()))
                .doesNotContain("{")
                .doesNotContain("NaN");
        if (rule.clears().contains(new Clear.ByHand()))
            story.cleared(Ids.of(rule.name(), track.labels()));
        run(story, what.right(), what.recovers());
        assertThat(story.firing()).as("firing after it is right").isEmpty();
        assertThat(story.changes.getFirst().fired()).isTrue();
        assertThat(story.changes.getLast().resolved()).isTrue();
    }

    private static void run(
            Story story, java.util.function.DoubleFunction<List<Figure>> figures, Duration time) {
        for (var end = story.now().plus(time); story.now().isBefore(end); ) {
            story.later();
            double seconds = Duration.between(Story.START, story.now()).toMillis() / 1e3;
            story.measured(figures.apply(seconds).toArray(Figure[]::new)).judged();
        }
    }
}
