package io.matriarch.backup.figures;

import io.matriarch.backup.engine.core.Progress;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import io.matriarch.monitor.api.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** How far the backups are that this member makes. */
public final class RunningBackups {
    static final Metric RUNNING =
            Native.gauge(
                    "backup_running",
                    "1 while this member makes a backup to the repository; source: whether it reads"
                            + " a primary or a standby, empty while it makes none.",
                    "repo",
                    "source");
    static final Metric RATIO =
            Native.gauge(
                    "backup_progress_ratio",
                    "Share of its bytes that is copied; absent until they are counted.",
                    "repo",
                    "source");
    static final Metric RATE =
            Native.gauge(
                    "backup_rate_bytes_per_second",
                    "Bytes it has read per second lately; absent while it copies nothing.",
                    "repo",
                    "source");
    static final Metric ETA =
            Native.gauge(
                    "backup_eta_seconds",
                    "Time until all is copied at that rate; absent while it cannot be told.",
                    "repo",
                    "source");

    private final List<String> repositories;
    private final Map<String, Standing> running = new ConcurrentSkipListMap<>();

    /** A backup under way, as its engine told last. */
    private record Standing(String source, Progress progress) {}

    RunningBackups(List<String> repositories) {
        this.repositories = List.copyOf(repositories);
    }

    /**
     * @param source {@code primary} or {@code standby}
     */
    public void standing(String repository, String source, Progress progress) {
        running.put(repository, new Standing(source, progress));
    }

    /** However it ended. */
    public void ended(String repository) {
        running.remove(repository);
    }

    List<Family> families(String cluster, String member) {
        var present = Map.copyOf(running);
        var are = new ArrayList<Sample>();
        var ratios = new ArrayList<Sample>();
        var rates = new ArrayList<Sample>();
        var etas = new ArrayList<Sample>();
        for (String repository : repositories) {
            var standing = present.get(repository);
            var labels =
                    List.of(cluster, member, repository, standing == null ? "" : standing.source());
            are.add(new Sample.Value(labels, standing == null ? 0 : 1));
            if (standing == null) continue;
            var now = standing.progress();
            if (now.bytes() > 0)
                ratios.add(
                        new Sample.Value(
                                labels, Math.min(1, (double) now.bytesDone() / now.bytes())));
            if (now.bytesPerSecond() > 0) rates.add(new Sample.Value(labels, now.bytesPerSecond()));
            now.remaining()
                    .map(Duration::toSeconds)
                    .ifPresent(left -> etas.add(new Sample.Value(labels, left)));
        }
        return List.of(
                new Family(RUNNING, are),
                new Family(RATIO, ratios),
                new Family(RATE, rates),
                new Family(ETA, etas));
    }
}
