package io.matriarch.management.jmx;

import io.matriarch.management.core.Neighbours;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

final class EventsBean implements EventsMXBean {
    private static final Duration RECENT = Duration.ofDays(30);
    private static final int MOST = 200;

    private final Neighbours neighbours;
    private final InstantSource clock;

    EventsBean(Neighbours neighbours, InstantSource clock) {
        this.neighbours = neighbours;
        this.clock = clock;
    }

    @Override
    public List<PastViews.Occurrence> getRecent() {
        return events(clock.instant().minus(RECENT)).reversed().stream().limit(MOST).toList();
    }

    @Override
    public List<PastViews.Occurrence> since(String time) {
        return events(Calls.get(() -> Calls.instant(time)));
    }

    private List<PastViews.Occurrence> events(Instant since) {
        return Calls.get(() -> neighbours.monitor().events(since)).stream()
                .map(PastViews.Occurrence::of)
                .toList();
    }
}
