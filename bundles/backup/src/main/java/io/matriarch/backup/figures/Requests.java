package io.matriarch.backup.figures;

import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Histogram;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import io.matriarch.monitor.api.Sample;
import io.matriarch.storage.api.RequestListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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

    private final Map<Kind, Histogram> all = new ConcurrentHashMap<>();

    private record Kind(String repository, String operation, String code) {}

    /** Counts those of one repository. */
    public RequestListener of(String repository) {
        return (operation, code, took) ->
                all.computeIfAbsent(
                                new Kind(repository, operation, code),
                                _ -> new Histogram(Histogram.REQUEST_SECONDS))
                        .observe(took);
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
        if (counts.isEmpty()) return List.of();
        return List.of(new Family(COUNT, counts), new Family(SECONDS, times));
    }
}
