package io.matriarch.dcs.api;

import java.util.List;

/** All of {@code then} at once if all of {@code when} hold; else nothing. */
public record Txn(List<Compare> when, List<Op> then) {
    public Txn {
        when = List.copyOf(when);
        then = List.copyOf(then);
    }

    /** A change without a condition. */
    public static Txn always(Op... then) {
        return new Txn(List.of(), List.of(then));
    }

    /** A change under one condition. */
    public static Txn when(Compare condition, Op... then) {
        return new Txn(List.of(condition), List.of(then));
    }
}
