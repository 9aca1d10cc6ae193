package io.matriarch.management.rest;

import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Parameters;
import io.matriarch.management.core.Refused;
import io.matriarch.management.core.Requests;
import io.matriarch.management.core.Tree;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What this node keeps of its past: events, and its main figures for charts. */
final class Past {
    private static final long POINTS = 360;

    private final Neighbours neighbours;
    private final InstantSource clock;

    Past(Neighbours neighbours, InstantSource clock) {
        this.neighbours = neighbours;
        this.clock = clock;
    }

    Map<String, List<@Nullable Object>> events(Parameters in) throws Refused {
        var since = Requests.since(in, clock.instant());
        return Map.of("events", Tree.of(neighbours.monitor().events(since)));
    }

    Map<String, List<String>> series() throws Refused {
        return Map.of("series", neighbours.monitor().seriesNames());
    }

    /** A name that is not kept is refused: a chart that stays empty would be believed. */
    Map<String, List<@Nullable Object>> values(Parameters in) throws Refused {
        var monitor = neighbours.monitor();
        var known = monitor.seriesNames();
        var names = Arrays.stream(in.required("names").split(",")).map(String::strip).toList();
        for (String name : names)
            if (!known.contains(name))
                throw Refused.malformed(
                        "there is no series \"" + name + "\"", "GET /api/v1/series lists them");
        var now = clock.instant();
        var since = Requests.since(in, now);
        var until = in.instant("until").orElse(now);
        if (!until.isAfter(since))
            throw Refused.malformed(
                    "\"until\" (%s) is not after the beginning (%s)".formatted(until, since),
                    "give a later one, or none for now");
        int points = Math.toIntExact(in.integer("points").orElse(POINTS));
        return Map.of("series", Tree.of(monitor.history(names, since, until, points)));
    }
}
