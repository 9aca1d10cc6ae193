package io.matriarch.management.jmx;

import io.matriarch.management.core.Neighbours;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongSupplier;

final class ReplicationBean implements ReplicationMXBean {
    private static final String PREFIX = "matriarch_replication_";

    private final Recent<List<Family>> figures;

    ReplicationBean(Neighbours neighbours, LongSupplier nanoTime) {
        figures = new Recent<>(() -> neighbours.monitor().figures(), nanoTime);
    }

    /** Samples of a metric with their labels by name. */
    private List<Map.Entry<Map<String, String>, Double>> samples(String metric) {
        var found = new ArrayList<Map.Entry<Map<String, String>, Double>>();
        for (var family : figures.get()) {
            if (!family.metric().name().equals(metric)) continue;
            for (var sample : family.samples()) {
                if (!(sample instanceof Sample.Value(var values, double value))) continue;
                var labels = new HashMap<String, String>();
                for (int i = 0; i < values.size(); i++)
                    labels.put(family.metric().labels().get(i), values.get(i));
                found.add(Map.entry(labels, value));
            }
        }
        return found;
    }

    private double only(String metric) {
        return samples(metric).stream().mapToDouble(Map.Entry::getValue).findFirst().orElse(-1);
    }

    private double of(String metric, Map<String, String> wanted) {
        return samples(metric).stream()
                .filter(sample -> sample.getKey().entrySet().containsAll(wanted.entrySet()))
                .mapToDouble(Map.Entry::getValue)
                .findFirst()
                .orElse(-1);
    }

    private String word(String metric, String standby, String label) {
        return samples(metric).stream()
                .filter(sample -> standby.equals(sample.getKey().get("standby")))
                .map(sample -> sample.getKey().getOrDefault(label, ""))
                .findFirst()
                .orElse("");
    }

    @Override
    public List<PastViews.Standby> getStandbys() {
        var names = new TreeSet<String>();
        samples(PREFIX + "state").forEach(s -> names.add(s.getKey().getOrDefault("standby", "")));
        return names.stream()
                .map(name ->
                        new PastViews.Standby(
                                name,
                                word(PREFIX + "state", name, "state"),
                                word(PREFIX + "sync_state", name, "sync_state"),
                                of(PREFIX + "clock_lag_seconds", Map.of("standby", name)),
                                (long)
                                        of(
                                                PREFIX + "stage_bytes",
                                                Map.of("standby", name, "stage", "total")),
                                of("matriarch_catchup_eta_seconds", Map.of("standby", name))))
                .toList();
    }

    @Override
    public int getSynchronousRequired() {
        return (int) only(PREFIX + "sync_required");
    }

    @Override
    public int getSynchronousAvailable() {
        return (int) only(PREFIX + "sync_available");
    }

    @Override
    public boolean isReceiving() {
        return only("matriarch_receiver_up") == 1;
    }

    @Override
    public boolean isReplayPaused() {
        return only("matriarch_replay_paused") == 1;
    }

    @Override
    public long getUnarchivedBytes() {
        return (long) only("matriarch_archive_unarchived_bytes");
    }

    @Override
    public double getRpoSeconds() {
        return of("matriarch_rpo_seconds", Map.of("repo", "best"));
    }
}
