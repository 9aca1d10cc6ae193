package io.matriarch.alerting.osgi;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.alerting.core.Figure;
import io.matriarch.alerting.core.Notes;
import io.matriarch.alerting.engine.Surroundings;
import io.matriarch.backup.api.WalArchive;
import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.Failover;
import io.matriarch.failover.api.NodeStatus;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Monitor;
import io.matriarch.monitor.api.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The neighbours of this moment, as the engine sees them. */
final class Neighbourhood implements Surroundings {
    private static final long LAG = 1 << 20;

    private final String cluster;
    private final String member;
    private final Supplier<@Nullable Monitor> monitor;
    private final Supplier<@Nullable Failover> failover;
    private final Supplier<@Nullable WalArchive> archive;

    Neighbourhood(
            String cluster,
            String member,
            Supplier<@Nullable Monitor> monitor,
            Supplier<@Nullable Failover> failover,
            Supplier<@Nullable WalArchive> archive) {
        this.cluster = cluster;
        this.member = member;
        this.monitor = monitor;
        this.failover = failover;
        this.archive = archive;
    }

    @Override
    public Optional<List<Figure>> figures(Predicate<String> names) {
        var there = monitor.get();
        if (there == null) return Optional.empty();
        var figures = new ArrayList<Figure>();
        for (var family : there.figures()) add(family, names, figures);
        return Optional.of(figures);
    }

    private void add(Family family, Predicate<String> names, List<Figure> into) {
        var metric = family.metric();
        for (var sample : family.samples())
            switch (sample) {
                case Sample.Value(var labels, double value) -> {
                    if (names.test(metric.name()) && !Double.isNaN(value))
                        into.add(new Figure(metric.name(), labels(metric, labels), value));
                }
                case Sample.Distribution distribution ->
                        distribution(metric, distribution, names, into);
            }
    }

    private void distribution(
            Metric metric, Sample.Distribution of, Predicate<String> names, List<Figure> into) {
        var labels = labels(metric, of.labels());
        if (names.test(metric.name() + "_sum"))
            into.add(new Figure(metric.name() + "_sum", labels, of.sum()));
        if (!names.test(metric.name() + "_bucket")) return;
        long upTo = 0;
        for (int i = 0; i < of.counts().size(); i++) {
            upTo += of.counts().get(i);
            var ranged = new TreeMap<>(labels);
            ranged.put("le", i < of.bounds().size() ? String.valueOf(of.bounds().get(i)) : "+Inf");
            into.add(new Figure(metric.name() + "_bucket", ranged, upTo));
        }
    }

    /** Others' metrics do not say whose they are; here all are of this member. */
    private TreeMap<String, String> labels(Metric metric, List<String> values) {
        var labels = new TreeMap<String, String>();
        labels.put("cluster", cluster);
        labels.put("member", member);
        for (int i = 0; i < values.size(); i++) labels.put(metric.labels().get(i), values.get(i));
        return labels;
    }

    @Override
    public Optional<ClusterStatus> cluster() {
        return Optional.ofNullable(failover.get()).map(Failover::cluster);
    }

    @Override
    public Optional<NodeStatus> node() {
        return Optional.ofNullable(failover.get()).map(Failover::node);
    }

    @Override
    public long maximumLag() {
        var there = failover.get();
        if (there == null) return LAG;
        return there.config().map(Neighbourhood::lag).orElse(LAG);
    }

    private static long lag(String config) {
        try {
            return JSON.std.mapFrom(config).get("maximum_lag_on_failover") instanceof Number number
                    ? number.longValue()
                    : LAG;
        } catch (IOException e) {
            return LAG; // the agent says so itself
        }
    }

    @Override
    public Map<String, String> notes() {
        var notes = new HashMap<String, String>();
        node().map(node -> node.lastDecision() + ": " + node.lastReason())
                .ifPresent(text -> notes.put(Notes.DECISION, text));
        Optional.ofNullable(archive.get())
                .flatMap(wal -> wal.status().lastFailure())
                .ifPresent(failure ->
                        notes.put(Notes.ARCHIVE_ERROR, failure.file() + ": " + failure.message()));
        return notes;
    }
}
