package io.matriarch.alerting.core;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * What a rule measures, as data: {@link Measuring} works it out, {@link Promql} writes it for
 * Prometheus. It yields any number of figures, told apart by their labels.
 */
public sealed interface Expr {
    /**
     * The metric as it is.
     *
     * @param where labels it must have; {@code a|b} stands for either
     */
    record Metric(String name, SortedMap<String, String> where) implements Expr {}

    record Constant(double value) implements Expr {}

    /** By how much a counter grew within the window; a restart of the counter is no decrease. */
    record Increase(Metric counter, Duration window) implements Expr {}

    /** How far a gauge moved within the window. */
    record Change(Metric gauge, Duration window) implements Expr {}

    /** Seconds since a moment given in seconds since 1970. */
    record Since(Expr moment) implements Expr {}

    /** Seconds until such a moment. */
    record Until(Expr moment) implements Expr {}

    /** Seconds for which it has been above zero without a break; 0 while it is not. */
    record Held(Expr condition) implements Expr {}

    /**
     * The time that this share of observations stayed below, by the ranges of a histogram.
     *
     * @param share 0 to 1
     * @param histogram its name without {@code _bucket}
     */
    record Quantile(double share, Metric histogram, Duration window) implements Expr {}

    /**
     * A run's figure in percent of the median of the runs before it.
     *
     * @param moment changes with each run
     */
    record AgainstMedian(Metric run, Metric moment) implements Expr {}

    /**
     * Both sides at once, where the labels they share agree.
     *
     * @param across the right side is of the whole member, the left one of a part of it
     */
    record Math(Op op, Expr left, Expr right, boolean across) implements Expr {}

    record Abs(Expr of) implements Expr {}

    record Floor(Expr of) implements Expr {}

    /** All figures that agree in these labels, as one. */
    record Over(Fold fold, Expr of, List<String> by) implements Expr {
        public Over {
            by = List.copyOf(by);
        }
    }

    /** The figures of all of them. */
    record Either(List<Expr> of) implements Expr {
        public Either {
            of = List.copyOf(of);
        }
    }

    /** The same under one more label. */
    record Marked(Expr of, String label, String value) implements Expr {}

    /** The same with a label under another name. */
    record Renamed(Expr of, String from, String to) implements Expr {}

    /** How two sides become one. */
    enum Op {
        PLUS("+"),
        MINUS("-"),
        TIMES("*"),
        OVER("/"),
        /** The smaller of the two. */
        LESSER(""),
        /** 1 where it is so, else 0. */
        IS_ABOVE(">"),
        IS_BELOW("<"),
        IS("=="),
        /** The left side where the right one is above zero; elsewhere nothing. */
        WHERE("and");

        private final String sign;

        Op(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }
    }

    /** How many become one. */
    enum Fold {
        SUM,
        MIN,
        MAX
    }

    static Metric metric(String name, String... where) {
        return new Metric(name, Figure.labels(where));
    }

    static Expr constant(double value) {
        return new Constant(value);
    }

    default Expr plus(Expr other) {
        return new Math(Op.PLUS, this, other, false);
    }

    default Expr minus(Expr other) {
        return new Math(Op.MINUS, this, other, false);
    }

    default Expr times(double factor) {
        return new Math(Op.TIMES, this, constant(factor), false);
    }

    default Expr over(Expr other) {
        return new Math(Op.OVER, this, other, false);
    }

    default Expr lesser(Expr other) {
        return new Math(Op.LESSER, this, other, false);
    }

    default Expr isAbove(double value) {
        return new Math(Op.IS_ABOVE, this, constant(value), false);
    }

    default Expr isBelow(double value) {
        return new Math(Op.IS_BELOW, this, constant(value), false);
    }

    default Expr is(double value) {
        return new Math(Op.IS, this, constant(value), false);
    }

    default Expr where(Expr condition) {
        return new Math(Op.WHERE, this, condition, false);
    }

    /** {@link #where} with a condition of the whole member. */
    default Expr onlyIf(Expr condition) {
        return new Math(Op.WHERE, this, condition, true);
    }

    /** {@link #over} with a figure of the whole member. */
    default Expr overWhole(Expr other) {
        return new Math(Op.OVER, this, other, true);
    }

    default Expr percent() {
        return times(100);
    }

    /** 1 where this is 0 and the other way round. */
    default Expr not() {
        return new Math(Op.MINUS, constant(1), this, false);
    }

    default Expr held() {
        return new Held(this);
    }

    default Expr marked(String label, String value) {
        return new Marked(this, label, value);
    }

    default Expr renamed(String from, String to) {
        return new Renamed(this, from, to);
    }

    default Expr sum(String... by) {
        return new Over(Fold.SUM, this, List.of(by));
    }

    default Expr least(String... by) {
        return new Over(Fold.MIN, this, List.of(by));
    }

    default Expr most(String... by) {
        return new Over(Fold.MAX, this, List.of(by));
    }

    static Expr either(Expr... of) {
        return new Either(List.of(of));
    }

    /** Names of all metrics it is made of. */
    default Set<String> metrics() {
        var names = new LinkedHashSet<String>();
        collect(this, names);
        return names;
    }

    private static void collect(Expr expr, Set<String> names) {
        switch (expr) {
            case Metric(var name, _) -> names.add(name);
            case Constant _ -> {}
            case Increase(var counter, _) -> names.add(counter.name());
            case Change(var gauge, _) -> names.add(gauge.name());
            case Since(var moment) -> collect(moment, names);
            case Until(var moment) -> collect(moment, names);
            case Held(var condition) -> collect(condition, names);
            case Quantile(_, var histogram, _) -> names.add(histogram.name() + "_bucket");
            case AgainstMedian(var run, var moment) -> {
                names.add(run.name());
                names.add(moment.name());
            }
            case Math(_, var left, var right, _) -> {
                collect(left, names);
                collect(right, names);
            }
            case Abs(var of) -> collect(of, names);
            case Floor(var of) -> collect(of, names);
            case Over(_, var of, _) -> collect(of, names);
            case Either(var of) -> of.forEach(each -> collect(each, names));
            case Marked(var of, _, _) -> collect(of, names);
            case Renamed(var of, _, _) -> collect(of, names);
        }
    }

    /** Labels as one text, to be the key of a map. */
    static String key(Map<String, String> labels) {
        var text = new StringBuilder();
        labels.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
        return text.toString();
    }
}
