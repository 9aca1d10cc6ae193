package io.matriarch.monitor.collect;

import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the collectors themselves fare; a failure is logged when it begins and when it ends. */
public final class Book {
    private static final Logger LOG = LoggerFactory.getLogger(Book.class);

    static final Metric SUCCESS =
            Native.gauge(
                    "collector_success", "1 if the statement was answered last time.", "statement");
    static final Metric DURATION =
            Native.gauge("collector_duration_seconds", "How long it took last time.", "statement");
    static final Metric COMPATIBLE_SUCCESS =
            Metric.gauge(
                    "pg_scrape_collector_success",
                    "1 if the collector, by the name postgres_exporter has for it, succeeded last"
                            + " time.",
                    "collector");
    static final Metric COMPATIBLE_DURATION =
            Metric.gauge(
                    "pg_scrape_collector_duration_seconds",
                    "How long it took last time.",
                    "collector");
    static final Metric ERROR =
            Metric.gauge("pg_exporter_last_scrape_error", "1 if some collector failed last time.");
    static final Metric LAST =
            Metric.gauge(
                    "pg_exporter_last_scrape_duration_seconds",
                    "How long all collectors together took last time.");
    static final Metric SCRAPES =
            Metric.counter("pg_exporter_scrapes_total", "How often this page was read.");

    public static List<Metric> metrics() {
        return List.of(
                SUCCESS, DURATION, COMPATIBLE_SUCCESS, COMPATIBLE_DURATION, ERROR, LAST, SCRAPES);
    }

    private record Entry(String why, Duration took) {
        boolean good() {
            return why.isEmpty();
        }
    }

    private final Identity identity;
    private final Map<String, String> upstream;
    private final Map<String, Entry> entries = new ConcurrentSkipListMap<>();
    private final AtomicLong scrapes = new AtomicLong();

    /**
     * @param upstream postgres_exporter's name of a task, for those it has one for
     */
    public Book(Identity identity, Map<String, String> upstream) {
        this.identity = identity;
        this.upstream = Map.copyOf(upstream);
    }

    void note(String id, Task.Outcome outcome, Duration took) {
        switch (outcome) {
            case Task.Outcome.NotAsked _, Task.Outcome.NotForIt _ -> entries.remove(id);
            case Task.Outcome.Answered(_) -> {
                var before = entries.put(id, new Entry("", took));
                if (before != null && !before.good()) LOG.info("collector {} works again", id);
            }
            case Task.Outcome.Partly(_, var why) -> failed(id, why, took);
            case Task.Outcome.Failed(var why, _) -> failed(id, why, took);
        }
    }

    private void failed(String id, String why, Duration took) {
        var before = entries.put(id, new Entry(why, took));
        if (before == null || before.good()) LOG.warn("collector {} fails: {}", id, why);
    }

    /** The page is being read. */
    public void scraped() {
        scrapes.incrementAndGet();
    }

    /** Why a task failed last time; empty if it did not. */
    public Map<String, String> failures() {
        var failures = new ConcurrentSkipListMap<String, String>();
        entries.forEach((id, entry) -> {
            if (!entry.good()) failures.put(id, entry.why());
        });
        return failures;
    }

    public List<Family> families() {
        var out = new Samples(identity);
        double all = 0;
        for (var each : entries.entrySet()) {
            var entry = each.getValue();
            double seconds = entry.took().toNanos() / 1e9;
            all += seconds;
            out.add(SUCCESS, entry.good() ? 1 : 0, each.getKey());
            out.add(DURATION, seconds, each.getKey());
            String name = upstream.get(each.getKey());
            if (name == null) continue;
            out.add(COMPATIBLE_SUCCESS, entry.good() ? 1 : 0, name);
            out.add(COMPATIBLE_DURATION, seconds, name);
        }
        return out.add(ERROR, failures().isEmpty() ? 0 : 1)
                .add(LAST, all)
                .add(SCRAPES, scrapes.get())
                .families();
    }
}
