package io.matriarch.failover.guard;

import io.matriarch.postgres.api.ServerView.Postmaster;

/** What the guard has acknowledged, so that the next one can be asked for the same. */
sealed interface Promise {
    record Nothing() implements Promise {}

    record Watched(Postmaster postmaster) implements Promise {}

    record Armed(Postmaster postmaster, long deadlineNanos) implements Promise {}

    /** 0: nobody. */
    default long pid() {
        return switch (this) {
            case Nothing _ -> 0;
            case Watched(var postmaster) -> postmaster.pid();
            case Armed(var postmaster, _) -> postmaster.pid();
        };
    }

    /** The line of the protocol that asks for it. */
    default String line() {
        return switch (this) {
            case Nothing _ -> "DISARM";
            case Watched(var p) -> "WATCH " + p.pid() + " " + p.startTicks();
            case Armed(var p, long deadline) ->
                    "ARM " + p.pid() + " " + p.startTicks() + " " + deadline;
        };
    }

    /** The deadline let be. */
    default Promise disarmed() {
        return this instanceof Armed(var postmaster, _) ? new Watched(postmaster) : this;
    }
}
