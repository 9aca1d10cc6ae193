package io.matriarch.management.fake;

import io.matriarch.schedule.api.Schedules;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One schedule, {@code nightly}, never run. */
public final class FakeSchedules implements Schedules {
    private final List<Entry> entries =
            new ArrayList<>(
                    List.of(
                            new Entry(
                                    "nightly",
                                    "verify",
                                    "0 30 2 ? * SUN",
                                    Optional.of(Instant.parse("2026-11-29T02:30:00Z")),
                                    Optional.empty(),
                                    "")));

    @Override
    public void at(String name, Instant when, String task) {
        throw new AssertionError("not to be called");
    }

    @Override
    public void cron(String name, String expression, ZoneId zone, Missed missed, String task) {
        throw new AssertionError("not to be called");
    }

    @Override
    public boolean cancel(String name) {
        return entries.removeIf(e -> e.name().equals(name));
    }

    @Override
    public List<Entry> list() {
        return List.copyOf(entries);
    }
}
