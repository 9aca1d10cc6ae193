package io.matriarch.management.fake;

import io.matriarch.monitor.api.Event;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Health;
import io.matriarch.monitor.api.Monitor;
import io.matriarch.monitor.api.Series;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** One failover, two series. */
public final class FakeMonitor implements Monitor {
    private static final Instant BEGAN = Instant.parse("2026-11-25T12:00:00Z");
    public final List<Event> events =
            new ArrayList<>(
                    List.of(
                            new Event(
                                    "failover",
                                    "n1",
                                    "n2",
                                    BEGAN,
                                    BEGAN.plusSeconds(3),
                                    Map.of("promote", Duration.ofMillis(300)),
                                    OptionalLong.of(4096),
                                    "the lease is ours")));
    public final List<Family> figures = new ArrayList<>();
    public Instant askedFrom = Instant.EPOCH;
    public Instant askedTo = Instant.EPOCH;
    public int askedPoints;

    @Override
    public List<Family> figures() {
        return figures;
    }

    public Health.Status restart = Health.Status.WARNING;

    @Override
    public List<Health> health() {
        return List.of(
                new Health(Health.Aspect.LIVENESS, "agent", Health.Status.OK, "it runs"),
                new Health(Health.Aspect.RESTART, "leadership", restart, "this node leads"));
    }

    @Override
    public List<Event> events(Instant since) {
        return events;
    }

    @Override
    public void record(Event event) {
        events.add(event);
    }

    @Override
    public List<String> seriesNames() {
        return List.of("connections", "primary");
    }

    @Override
    public List<Series> history(List<String> names, Instant from, Instant to, int points) {
        askedFrom = from;
        askedTo = to;
        askedPoints = points;
        return names.stream()
                .map(name ->
                        new Series(name, from, Duration.ofSeconds(10), List.of(1.5, Double.NaN)))
                .toList();
    }
}
