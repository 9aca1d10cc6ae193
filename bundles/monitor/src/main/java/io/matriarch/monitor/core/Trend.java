package io.matriarch.monitor.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * Where a figure is going: the median of the slopes between all pairs of its points (Theil and
 * Sen), which a single jump does not bend. One point per minute is kept.
 */
final class Trend {
    private static final Duration STEP = Duration.ofMinutes(1);
    private static final int LEAST = 5;

    private record Point(Instant at, double value) {}

    private final Duration length;
    private final Deque<Point> points = new ArrayDeque<>();

    Trend(Duration length) {
        this.length = length;
    }

    void note(Instant at, double value) {
        if (!points.isEmpty() && at.isBefore(points.getLast().at())) points.clear();
        if (!points.isEmpty() && at.isBefore(points.getLast().at().plus(STEP))) return;
        points.addLast(new Point(at, value));
        while (points.getFirst().at().isBefore(at.minus(length))) points.removeFirst();
    }

    /** Change per second; NaN before there are five minutes of it. */
    double slope() {
        if (points.size() < LEAST) return Double.NaN;
        var all = List.copyOf(points);
        var slopes = new ArrayList<Double>();
        for (int i = 0; i < all.size(); i++)
            for (int j = i + 1; j < all.size(); j++)
                slopes.add(
                        (all.get(j).value() - all.get(i).value())
                                / (Duration.between(all.get(i).at(), all.get(j).at()).toMillis()
                                        / 1e3));
        Collections.sort(slopes);
        int middle = slopes.size() / 2;
        return slopes.size() % 2 == 1
                ? slopes.get(middle)
                : (slopes.get(middle - 1) + slopes.get(middle)) / 2;
    }

    /** Seconds until {@code left} is used up; NaN if it is not being used up. */
    double untilGone(double left) {
        double slope = slope();
        return slope < 0 ? Math.rint(left / -slope) : Double.NaN;
    }
}
