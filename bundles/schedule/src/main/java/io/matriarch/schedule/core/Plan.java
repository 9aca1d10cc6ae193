package io.matriarch.schedule.core;

import java.time.Instant;
import java.util.Optional;

/**
 * A schedule as we remember it, beside the trigger Quartz holds.
 *
 * @param expression empty for one that runs once
 * @param previous when it last came due
 * @param last how that run ended; empty before the first
 */
public record Plan(
        String name, String task, String expression, Optional<Instant> previous, String last) {

    public static Plan fresh(String name, String task, String expression) {
        return new Plan(name, task, expression, Optional.empty(), "");
    }

    public Plan ran(Instant at, String outcome) {
        return new Plan(name, task, expression, Optional.of(at), outcome);
    }

    /** What a new schedule of this name keeps: its runs, if it is for the same task. */
    public Plan replacedBy(Plan next) {
        return task.equals(next.task)
                ? new Plan(next.name, next.task, next.expression, previous, last)
                : next;
    }

    /** Whether nothing more will come of it. */
    public boolean finished() {
        return expression.isEmpty() && previous.isPresent();
    }
}
