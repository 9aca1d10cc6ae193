package io.matriarch.alerting.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Guards against what comes and goes: more than four changes in half an hour, or more than eight in
 * twelve hours, are told as one thing that flaps, until it has been steady for a while.
 *
 * @param changes of the last twelve hours, oldest first
 * @param steadyAfter how long without a change ends it; zero while it does not flap
 */
public record Flaps(List<Instant> changes, Duration steadyAfter) {
    static final Flaps NONE = new Flaps(List.of(), Duration.ZERO);

    private static final Duration SHORT = Duration.ofMinutes(30);
    private static final int MANY_IN_SHORT = 4;
    private static final Duration LONG = Duration.ofHours(12);
    private static final int MANY_IN_LONG = 8;
    private static final Duration STEADY_LONG = Duration.ofHours(2);

    public Flaps {
        changes = List.copyOf(changes);
    }

    boolean flapping() {
        return !steadyAfter.isZero();
    }

    boolean calm() {
        return changes.isEmpty() && !flapping();
    }

    Flaps at(Instant now, boolean changed) {
        var kept = new ArrayList<Instant>();
        for (var change : changes) if (change.isAfter(now.minus(LONG))) kept.add(change);
        if (changed) kept.add(now);
        boolean steady = kept.isEmpty() || !kept.getLast().isAfter(now.minus(steadyAfter));
        // What was told as one thing is over as one thing: its changes count no more.
        if (flapping() && steady) return NONE;
        if (kept.size() > MANY_IN_LONG) return new Flaps(kept, STEADY_LONG);
        if (!flapping() && within(kept, now.minus(SHORT)) > MANY_IN_SHORT)
            return new Flaps(kept, SHORT);
        return new Flaps(kept, steadyAfter);
    }

    private static long within(List<Instant> changes, Instant start) {
        return changes.stream().filter(change -> change.isAfter(start)).count();
    }
}
