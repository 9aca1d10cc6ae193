package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Event;
import io.matriarch.postgres.api.DivergedWal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** WAL that only this server had was kept: each time is an event, told once. */
public final class Diverged {
    static final String KIND = "diverged-wal";

    private Diverged() {}

    /**
     * @param told the ledger
     * @return what is not in it yet, oldest first
     */
    public static List<Event> untold(String member, List<DivergedWal> kept, List<Event> told) {
        var events = new ArrayList<Event>();
        for (var each : kept.reversed())
            if (told.stream().noneMatch(event -> tellsOf(event, each)))
                events.add(event(member, each));
        return events;
    }

    private static boolean tellsOf(Event event, DivergedWal kept) {
        return event.kind().equals(KIND) && event.reason().contains(kept.directory());
    }

    private static Event event(String member, DivergedWal kept) {
        String commits =
                kept.commits().isPresent()
                        ? kept.commits().getAsLong() + " transactions were committed"
                        : "what was committed is not known";
        String missing = kept.trouble().isEmpty() ? "" : "; NOT all of it: " + kept.trouble();
        return new Event(
                KIND,
                member,
                "",
                kept.keptAt(),
                kept.keptAt(),
                Map.of(),
                lostBytes(kept),
                "only here %s since %s, where %s left timeline %d; the WAL is kept in %s%s"
                        .formatted(
                                commits,
                                kept.from(),
                                kept.leader(),
                                kept.timeline(),
                                kept.directory(),
                                missing));
    }

    private static OptionalLong lostBytes(DivergedWal kept) {
        return kept.end().isPresent()
                ? OptionalLong.of(kept.end().get().bytesAheadOf(kept.from()))
                : OptionalLong.empty();
    }
}
