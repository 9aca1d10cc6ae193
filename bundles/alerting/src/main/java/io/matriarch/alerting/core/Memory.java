package io.matriarch.alerting.core;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What earlier measurements left behind; without it no growth, no duration and no median.
 *
 * @param points thinned values of one series, oldest first, by the key of what looks at them
 * @param since when a condition began to hold
 * @param runs of a job, oldest first: what it took, and the moment that tells it from the next
 */
public record Memory(
        Map<String, List<Point>> points, Map<String, Instant> since, Map<String, List<Run>> runs) {
    public static final Memory EMPTY = new Memory(Map.of(), Map.of(), Map.of());

    public Memory {
        points = Map.copyOf(points);
        since = Map.copyOf(since);
        runs = Map.copyOf(runs);
    }

    public record Point(Instant at, double value) {}

    public record Run(double moment, double value) {}
}
