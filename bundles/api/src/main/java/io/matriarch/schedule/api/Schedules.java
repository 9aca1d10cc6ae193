package io.matriarch.schedule.api;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** What runs when. Schedules live in memory: who adds one adds it again after a restart. */
@ProviderType
public interface Schedules {
    /** What becomes of a run whose time passed while nothing could run. */
    enum Missed {
        RUN_ONCE_NOW,
        SKIP
    }

    /** Runs {@code task} once. A schedule of the same name is replaced. */
    void at(String name, Instant when, String task);

    /**
     * Runs {@code task} again and again.
     *
     * @param expression Quartz' cron form, with seconds: {@code 0 30 2 ? * SUN}
     * @throws IllegalArgumentException names the part of the expression that is wrong
     */
    void cron(String name, String expression, ZoneId zone, Missed missed, String task);

    /** Forgets a schedule; false if there was none. */
    boolean cancel(String name);

    List<Entry> list();

    /**
     * @param expression empty for a schedule that runs once
     * @param last how the last run ended: {@code ok}, {@code failed: WHY}, {@code skipped: WHY};
     *     empty before the first
     */
    record Entry(
            String name,
            String task,
            String expression,
            Optional<Instant> next,
            Optional<Instant> previous,
            String last) {}
}
