package io.matriarch.backup.figures;

import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Histogram;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import io.matriarch.monitor.api.Sample;
import io.matriarch.storage.api.RequestListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Requests to where the repositories lie, by what was asked and how it was answered. */
public final class Requests {
    static final Metric COUNT =
            Native.counter(
                    "repo_requests_total",
                    "Requests of this member to where the repository lies, each try for itself; op:"
                            + " as S3 calls it, or stat, list, read, write, delete of a directory;"
                            + " code: the status of HTTP, none if nobody answered, or of a directory"
                            + " ok and what else it was.",
                    "repo",
                    "op",
                    "code");
    static final Metric SECONDS =
            Native.histogram(
                    "repo_request_seconds",
                    "How long they took, until the answer began.",
                    "repo",
                    "op",
                    "code");

    static final Metric CLOCK =
            Native.gauge(
                    "repo_clock_offset_seconds",
                    "By how much the clock where the repository lies is at least ahead of this"
                            + " member's, negative: behind; by the date of its last answer, of a"
                            + " directory by a file just written. Known for an hour.",
                    "repo");

    private static final Duration KNOWN = Duration.ofHours(1);

    private final LongSupplier nanoTime;
    private final Map<String, Offset> clocks = new ConcurrentHashMap<>();
    private final Map<Kind, Histogram> all = new ConcurrentHashMap<>();

    private record Kind(String repository, String operation, String code) {}

    private record Offset(Duration offset, long seenNanos) {}

    Requests(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Counts those of one repository. */
    public RequestListener of(String repository) {
        return new RequestListener() {
            @Override
            public void answered(String operation, String code, Duration took) {
                all.computeIfAbsent(
                                new Kind(repository, operation, code),
                                _ -> new Histogram(Histogram.REQUEST_SECONDS))
                        .observe(took);
            }

            @Override
            public void clock(Duration offset) {
                clocks.put(repository, new Offset(offset, nanoTime.getAsLong()));
            }
        };
    }

    List<Family> families(String cluster, String member) {
        var counts = new ArrayList<Sample>();
        var times = new ArrayList<Sample>();
        all.forEach((kind, histogram) -> {
            var time =
                    histogram.sample(
                            cluster, member, kind.repository(), kind.operation(), kind.code());
            times.add(time);
            long count = time.counts().stream().mapToLong(Long::longValue).sum();
            counts.add(new Sample.Value(time.labels(), count));
        });
        var families = new ArrayList<Family>();
        if (!counts.isEmpty())
            families.addAll(List.of(new Family(COUNT, counts), new Family(SECONDS, times)));
        var offsets = offsets(cluster, member);
        if (!offsets.isEmpty()) families.add(new Family(CLOCK, offsets));
        return families;
    }

    private List<Sample> offsets(String cluster, String member) {
        long now = nanoTime.getAsLong();
        var offsets = new ArrayList<Sample>();
        clocks.forEach((repository, seen) -> {
            if (now - seen.seenNanos() > KNOWN.toNanos()) return;
            double seconds = seen.offset().toMillis() / 1e3;
            offsets.add(new Sample.Value(List.of(cluster, member, repository), seconds));
        });
        return offsets;
    }
}
