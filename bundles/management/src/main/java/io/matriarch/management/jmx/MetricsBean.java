package io.matriarch.management.jmx;

import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Route;
import io.matriarch.monitor.api.TextFormat;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class MetricsBean implements MetricsMXBean {
    private static final long HOUR = 3_600;
    private static final long POINTS = 120;

    private final Neighbours neighbours;
    private final InstantSource clock;

    MetricsBean(Neighbours neighbours, InstantSource clock) {
        this.neighbours = neighbours;
        this.clock = clock;
    }

    @Override
    public List<String> getSeriesNames() {
        return Calls.get(() -> neighbours.monitor().seriesNames());
    }

    @Override
    public String text(@Nullable String part) {
        String wanted = part == null ? "" : part;
        return Calls.get(() ->
                TextFormat.PROMETHEUS.write(
                        neighbours.monitor().figures().stream()
                                .filter(family -> family.metric().name().contains(wanted))
                                .toList()));
    }

    @Override
    public List<PastViews.Past> values(String names, long sinceSeconds, long points) {
        return Calls.get(() -> {
            var in =
                    Calls.parameters(
                            Route.SERIES_VALUES,
                            Calls.named(
                                    "names",
                                    names,
                                    "sinceSeconds",
                                    sinceSeconds,
                                    "points",
                                    points));
            var now = clock.instant();
            long seconds = in.integer("sinceSeconds").orElse(HOUR);
            int most = Math.toIntExact(in.integer("points").orElse(POINTS));
            return neighbours
                    .monitor()
                    .history(
                            List.of(in.required("names").split(",")),
                            now.minusSeconds(seconds),
                            now,
                            most)
                    .stream()
                    .map(PastViews.Past::of)
                    .toList();
        });
    }
}
