package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Limit;
import io.matriarch.alerting.api.Severity;
import io.matriarch.alerting.core.Track.Firing;
import io.matriarch.alerting.core.Track.Mark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges one instant's figures: earlier state in, later state out. A figure that is missing is not
 * a good figure: what fired goes on firing for a while, and for as long as nobody measures at all.
 */
public final class Judge {
    /** How long a figure may be away before what it said is taken back. */
    static final Duration GRACE = Duration.ofMinutes(5);

    /** A figure above zero says that the figures of this member do not come. */
    static final String BLIND = "matriarch_alerting_blind";

    private final List<Rule> rules;

    /**
     * @param rules with the limits that apply
     */
    public Judge(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * @param tracks by {@link Ids#of}
     */
    public record State(Memory memory, Map<String, Track> tracks) {
        public static final State EMPTY = new State(Memory.EMPTY, Map.of());

        public State {
            tracks = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(tracks));
        }

        /** The same, with everything that is only on its way to fire, or to end, begun anew. */
        public State withoutPending() {
            var kept = new LinkedHashMap<String, Track>();
            tracks.forEach((id, track) -> kept.put(id, track.withoutPending()));
            return new State(new Memory(memory.points(), Map.of(), memory.runs()), kept);
        }

        /** What is on its way; changes with each timer that begins or ends. */
        public Set<String> pending() {
            var pending = new java.util.TreeSet<String>();
            tracks.forEach((id, track) -> {
                for (var mark : track.marks())
                    if (mark.since() != null) pending.add(id + mark.since());
            });
            return pending;
        }
    }

    /**
     * What became of a finding.
     *
     * @param before null if it did not fire
     * @param after null if it does not fire any more
     */
    public record Change(Track track, @Nullable Firing before, @Nullable Firing after) {
        public boolean fired() {
            return before == null;
        }

        public boolean resolved() {
            return after == null;
        }
    }

    public record Judgement(State state, List<Change> changes) {
        public Judgement {
            changes = List.copyOf(changes);
        }
    }

    /**
     * @param clearedByHand ids of findings a person called over
     */
    public Judgement judge(State before, Figures figures, Set<String> clearedByHand) {
        var measuring = new Measuring(figures, before.memory());
        var tracks = new LinkedHashMap<String, Track>();
        var changes = new ArrayList<Change>();
        for (var rule : rules) {
            for (var entry : found(rule, measuring, before).entrySet()) {
                var id = entry.getKey();
                var measured = entry.getValue();
                var old = before.tracks().get(id);
                var track = next(rule, old, measured, figures, clearedByHand.contains(id));
                track.ifPresent(t -> {
                    if (!t.idle()) tracks.put(id, t);
                });
                change(old, track).ifPresent(changes::add);
            }
        }
        return new Judgement(new State(measuring.memory(), tracks), changes);
    }

    /** One value per limit; NaN where there is none. */
    private record Measured(SortedMap<String, String> labels, double[] values) {}

    /** What was measured for a rule, and what was known of it and was not measured now. */
    private static Map<String, Measured> found(Rule rule, Measuring measuring, State before) {
        var found = new LinkedHashMap<String, Measured>();
        int limits = rule.measures().size();
        for (int i = 0; i < limits; i++)
            for (var figure : measuring.measure(rule.measures().get(i))) {
                var labels = identity(rule, figure.labels());
                var values =
                        found.computeIfAbsent(
                                        Ids.of(rule.name(), labels),
                                        _ -> new Measured(labels, unknown(limits)))
                                .values();
                values[i] = worse(rule.spec().limits().get(i), values[i], figure.value());
            }
        before.tracks()
                .forEach((id, track) -> {
                    if (track.rule().equals(rule.name()))
                        found.computeIfAbsent(
                                id, _ -> new Measured(track.labels(), unknown(limits)));
                });
        return found;
    }

    private static double[] unknown(int limits) {
        var values = new double[limits];
        java.util.Arrays.fill(values, Double.NaN);
        return values;
    }

    private static double worse(Limit limit, double a, double b) {
        if (Double.isNaN(a)) return b;
        return limit.side() == Limit.Side.ABOVE ? Math.max(a, b) : Math.min(a, b);
    }

    private static SortedMap<String, String> identity(Rule rule, Map<String, String> of) {
        var kept = new LinkedHashSet<>(rule.identity());
        kept.add("cluster");
        var labels = new TreeMap<>(of);
        labels.keySet().retainAll(kept);
        return labels;
    }

    private static Optional<Track> next(
            Rule rule, @Nullable Track old, Measured measured, Figures figures, boolean byHand) {
        var now = figures.at();
        var before = old == null ? Track.fresh(rule, measured.labels(), now) : old;
        boolean there = false;
        for (double value : measured.values()) there |= !Double.isNaN(value);
        if (!there && given(rule, before, figures)) return Optional.empty();
        var marks = new ArrayList<Mark>();
        var values = new ArrayList<Double>();
        for (int i = 0; i < measured.values().length; i++) {
            double value = measured.values()[i];
            values.add(Double.isNaN(value) ? before.values().get(i) : value);
            // Where one figure of a rule is measured, another that is not has nothing to say.
            boolean good = Double.isNaN(value) && there;
            marks.add(mark(rule, before, i, Severity.WARNING, value, good, now, byHand));
            marks.add(mark(rule, before, i, Severity.CRITICAL, value, good, now, byHand));
        }
        var track =
                new Track(
                        rule.name(),
                        before.labels(),
                        marks,
                        values,
                        there ? now : before.seen(),
                        before.firing(),
                        before.flaps());
        return Optional.of(smoothed(rule, before, track, now));
    }

    /** Whether what is not measured any more is given up. */
    private static boolean given(Rule rule, Track track, Figures figures) {
        if (track.firing() != null && byHand(rule)) return false;
        if (figures.most(BLIND).orElse(0) > 0) return false;
        boolean down = figures.most("pg_up").orElse(1) == 0;
        if (down && rule.is(Rule.Trait.ASKS_POSTGRES)) return false;
        return Duration.between(track.seen(), figures.at()).compareTo(GRACE) > 0;
    }

    private static boolean byHand(Rule rule) {
        return rule.clears().contains(new Clear.ByHand());
    }

    private static Mark mark(
            Rule rule,
            Track before,
            int which,
            Severity severity,
            double value,
            boolean good,
            Instant now,
            boolean byHand) {
        var mark = before.marks().get(2 * which + (severity == Severity.CRITICAL ? 1 : 0));
        var limit = rule.spec().limits().get(which);
        if (limit.at(severity).isEmpty()) return Mark.OFF;
        if (Double.isNaN(value) && !good) return mark;
        boolean broken = !good && limit.broken(severity, value);
        if (!mark.on()) return turned(false, mark, broken, rule.spec().hold(), now);
        var clear = rule.clears().get(which);
        if (byHand && clear instanceof Clear.ByHand && !broken) return Mark.OFF;
        boolean over = good ? !(clear instanceof Clear.ByHand) : clear.good(limit, severity, value);
        return turned(true, mark, over, clear.hold(), now);
    }

    private static Mark turned(boolean on, Mark mark, boolean towards, Duration hold, Instant now) {
        if (!towards) return new Mark(on, null);
        var since = mark.since() == null ? now : mark.since();
        return Duration.between(since, now).compareTo(hold) >= 0
                ? new Mark(!on, null)
                : new Mark(on, since);
    }

    private static Track smoothed(Rule rule, Track before, Track track, Instant now) {
        var worst = track.worst(rule, now);
        boolean wasOn = before.worst(rule, now).isPresent();
        var flaps = before.flaps().at(now, wasOn != worst.isPresent());
        return new Track(
                track.rule(),
                track.labels(),
                track.marks(),
                track.values(),
                track.seen(),
                firing(before.firing(), worst, flaps),
                flaps);
    }

    private static @Nullable Firing firing(
            @Nullable Firing old, Optional<Firing> worst, Flaps flaps) {
        if (worst.isEmpty()) return flaps.flapping() && old != null ? flapping(old, old) : null;
        var now = worst.get();
        if (old == null) return flaps.flapping() ? flapping(now, now) : now;
        boolean worse = now.severity().compareTo(old.severity()) >= 0;
        return flaps.flapping()
                ? flapping(worse ? now : old, old)
                : new Firing(now.severity(), old.since(), now.limit(), false);
    }

    private static Firing flapping(Firing of, Firing began) {
        return new Firing(of.severity(), began.since(), of.limit(), true);
    }

    private static Optional<Change> change(@Nullable Track old, Optional<Track> track) {
        var before = old == null ? null : old.firing();
        var after = track.map(Track::firing).orElse(null);
        boolean same =
                before == null || after == null
                        ? before == after
                        : before.severity() == after.severity()
                                && before.flapping() == after.flapping();
        var of = track.orElse(old);
        return same || of == null ? Optional.empty() : Optional.of(new Change(of, before, after));
    }
}
