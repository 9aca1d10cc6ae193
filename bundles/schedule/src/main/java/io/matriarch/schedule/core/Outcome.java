package io.matriarch.schedule.core;

import io.matriarch.api.MatriarchException;
import io.matriarch.schedule.api.ScheduledTask;

/** The words for how a run ended, as {@code Schedules.Entry.last} promises them. */
public final class Outcome {
    public static final String OK = "ok";

    private Outcome() {}

    public static String failed(Throwable why) {
        String message = why.getMessage() == null ? why.getClass().getName() : why.getMessage();
        return why instanceof MatriarchException known && !known.hint().isEmpty()
                ? "failed: " + message + " (" + known.hint() + ")"
                : "failed: " + message;
    }

    public static String absent(String task) {
        return "skipped: no task \"%s\" is registered (service property %s)"
                .formatted(task, ScheduledTask.NAME);
    }
}
