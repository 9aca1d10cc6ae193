package io.matriarch.monitor.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** A counter's values over a stretch of time, for what came in it. */
final class Window {
    private record Point(Instant at, double value) {}

    private final Duration length;
    private final Deque<Point> points = new ArrayDeque<>();

    Window(Duration length) {
        this.length = length;
    }

    /** A value below the last one is of a counter that began anew: what was before is forgotten. */
    void note(Instant at, double value) {
        if (Double.isNaN(value)) return;
        if (!points.isEmpty()
                && (value < points.getLast().value() || at.isBefore(points.getLast().at())))
            points.clear();
        points.addLast(new Point(at, value));
        while (points.size() > 2 && !second().isAfter(at.minus(length))) points.removeFirst();
    }

    private Instant second() {
        var each = points.iterator();
        each.next();
        return each.next().at();
    }

    /** By how much it grew; NaN with fewer than two values. */
    double growth() {
        return points.size() < 2
                ? Double.NaN
                : points.getLast().value() - points.getFirst().value();
    }

    /** Growth per second; NaN if not known. */
    double rate() {
        if (points.size() < 2) return Double.NaN;
        double seconds =
                Duration.between(points.getFirst().at(), points.getLast().at()).toMillis() / 1e3;
        return seconds > 0 ? growth() / seconds : Double.NaN;
    }
}
