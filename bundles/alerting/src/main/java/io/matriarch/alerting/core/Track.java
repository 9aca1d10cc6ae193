package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Severity;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How one finding of one rule stands on this member.
 *
 * @param marks two per limit of the rule: warning, then critical
 * @param values one per limit as last measured; NaN if never
 * @param seen when a figure was last there
 * @param firing what people are told, flapping smoothed; null if nothing
 * @param flaps changes between right and wrong, for smoothing
 */
public record Track(
        String rule,
        SortedMap<String, String> labels,
        List<Mark> marks,
        List<Double> values,
        Instant seen,
        @Nullable Firing firing,
        Flaps flaps) {
    public Track {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        marks = List.copyOf(marks);
        values = List.copyOf(values);
    }

    /**
     * One level of one limit.
     *
     * @param on whether it counts as broken
     * @param since while off, since when it has been broken; while on, since when it has been good;
     *     null if neither
     */
    public record Mark(boolean on, @Nullable Instant since) {
        static final Mark OFF = new Mark(false, null);
    }

    /**
     * What people are told.
     *
     * @param limit which limit the sentence is about
     * @param flapping it comes and goes too often to tell each time
     */
    public record Firing(Severity severity, Instant since, int limit, boolean flapping) {}

    static Track fresh(Rule rule, SortedMap<String, String> labels, Instant now) {
        int limits = rule.spec().limits().size();
        return new Track(
                rule.name(),
                labels,
                Collections.nCopies(2 * limits, Mark.OFF),
                Collections.nCopies(limits, Double.NaN),
                now,
                null,
                Flaps.NONE);
    }

    public Optional<Firing> fires() {
        return Optional.ofNullable(firing);
    }

    /** The worst level that is on, and the first limit it is on for; smoothing left aside. */
    Optional<Firing> worst(Rule rule, Instant now) {
        for (int level : new int[] {1, 0})
            for (int limit = 0; limit < values.size(); limit++)
                if (marks.get(2 * limit + level).on())
                    return Optional.of(
                            new Firing(
                                    level == 1 ? Severity.CRITICAL : rule.spec().lesser(),
                                    now,
                                    limit,
                                    false));
        return Optional.empty();
    }

    Track withoutPending() {
        return new Track(
                rule,
                labels,
                marks.stream().map(mark -> new Mark(mark.on(), null)).toList(),
                values,
                seen,
                firing,
                flaps);
    }

    /** Nothing is on and nothing is on its way. */
    boolean idle() {
        return firing == null && marks.stream().allMatch(Mark.OFF::equals) && flaps.calm();
    }
}
