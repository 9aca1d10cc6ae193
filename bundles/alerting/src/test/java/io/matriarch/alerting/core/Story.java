package io.matriarch.alerting.core;

import io.matriarch.alerting.core.Judge.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One member's figures over time, judged every ten seconds by a clock that is moved by hand. */
final class Story {
    static final Instant START = Instant.parse("2026-11-23T08:00:00Z");
    static final Duration TICK = Duration.ofSeconds(10);

    private final Judge judge;
    private Judge.State state = Judge.State.EMPTY;
    private Instant now = START;
    private List<Figure> figures = List.of();
    private Set<String> cleared = Set.of();
    final List<Change> changes = new ArrayList<>();

    Story(List<Rule> rules) {
        judge = new Judge(rules);
    }

    static Story of(String... rules) {
        return new Story(
                List.of(rules).stream().map(name -> Catalogue.named(name).orElseThrow()).toList());
    }

    static Figure figure(String name, double value, String... labels) {
        var all = Figure.labels(labels);
        all.putIfAbsent("cluster", "prod");
        all.putIfAbsent("member", "n1");
        return new Figure(name, all, value);
    }

    /** From now on these are measured. */
    Story measured(Figure... now) {
        figures = List.of(now);
        return this;
    }

    Story cleared(String... ids) {
        cleared = Set.of(ids);
        return this;
    }

    Story judged() {
        var judgement = judge.judge(state, Figures.of(now, figures), cleared);
        state = judgement.state();
        changes.addAll(judgement.changes());
        return this;
    }

    /** Judges now and every ten seconds, the last time when so much has passed. */
    Story lasting(Duration time) {
        judged();
        for (var end = now.plus(time); now.isBefore(end); ) {
            now = now.plus(TICK);
            judged();
        }
        return this;
    }

    /** Ten seconds pass. */
    Story later() {
        now = now.plus(TICK);
        return this;
    }

    Instant now() {
        return now;
    }

    Judge.State state() {
        return state;
    }

    List<Track> firing() {
        return state.tracks().values().stream().filter(t -> t.firing() != null).toList();
    }

    Optional<Track.Firing> firing(String rule) {
        return firing().stream()
                .filter(t -> t.rule().equals(rule))
                .findFirst()
                .flatMap(Track::fires);
    }
}
