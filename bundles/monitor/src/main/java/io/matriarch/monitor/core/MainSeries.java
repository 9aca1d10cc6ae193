package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The few figures whose past is kept, for charts. Of a counter what came per second is kept. */
public final class MainSeries {
    /** How the samples of a metric become one figure, or one per label. */
    private enum How {
        SUM,
        RATE,
        MOST,
        EACH
    }

    /**
     * @param label of {@link How#EACH}: the label that stays in the name; else empty
     * @param only {@code LABEL=VALUE}: no other samples count; empty: all do
     */
    private record Pick(String metric, String series, How how, String label, String only) {}

    private static final List<Pick> PICKS =
            List.of(
                    pick("matriarch_connections", "connections", How.SUM),
                    pick("matriarch_sessions_active", "sessions_active", How.SUM),
                    pick("matriarch_blocked_sessions", "blocked_sessions", How.SUM),
                    pick(
                            "matriarch_oldest_transaction_seconds",
                            "oldest_transaction_seconds",
                            How.MOST),
                    pick("pg_stat_database_xact_commit", "commits_per_second", How.RATE),
                    pick("pg_stat_database_xact_rollback", "rollbacks_per_second", How.RATE),
                    pick("pg_stat_database_temp_bytes", "temp_bytes_per_second", How.RATE),
                    pick("matriarch_wal_insert_bytes_total", "wal_bytes_per_second", How.RATE),
                    pick("matriarch_wal_dir_bytes", "wal_dir_bytes", How.SUM),
                    pick("matriarch_archive_ready_segments", "archive_ready_segments", How.SUM),
                    pick("matriarch_xid_used_percent", "xid_used_percent", How.MOST),
                    pick("matriarch_cpu_used_ratio", "cpu_used_ratio", How.MOST),
                    pick("matriarch_memory_available_ratio", "memory_available_ratio", How.MOST),
                    pick(
                            "matriarch_leader_lease_margin_ratio",
                            "leader_lease_margin_ratio",
                            How.MOST),
                    pick("process_cpu_seconds_total", "agent_cpu_ratio", How.RATE),
                    pick("process_resident_memory_bytes", "agent_memory_bytes", How.SUM),
                    pick("pg_up", "postgres_up", How.MOST),
                    new Pick("matriarch_member_role", "primary", How.SUM, "", "role=primary"),
                    each("matriarch_rpo_seconds", "rpo_seconds", "repo"),
                    each("matriarch_volume_free_bytes", "volume_free_bytes", "role"),
                    each(
                            "matriarch_replication_clock_lag_seconds",
                            "replication_lag_seconds",
                            "standby"),
                    new Pick(
                            "matriarch_replication_stage_bytes",
                            "replication_lag_bytes",
                            How.EACH,
                            "standby",
                            "stage=total"));

    private static Pick pick(String metric, String series, How how) {
        return new Pick(metric, series, how, "", "");
    }

    private static Pick each(String metric, String series, String label) {
        return new Pick(metric, series, How.EACH, label, "");
    }

    private record Counted(Instant at, double value) {}

    private final Map<String, Counted> counters = new HashMap<>();

    /** The values of this moment, by series. */
    public Map<String, Double> of(List<Family> figures, Instant now) {
        var values = new TreeMap<String, Double>();
        for (var pick : PICKS)
            for (var family : figures)
                if (family.metric().name().equals(pick.metric())) take(pick, family, values);
        for (var pick : PICKS)
            if (pick.how() == How.RATE) {
                var total = values.remove(pick.series());
                if (total != null)
                    rate(pick.series(), total, now)
                            .ifPresent(rate -> values.put(pick.series(), rate));
            }
        return values;
    }

    private static void take(Pick pick, Family family, Map<String, Double> values) {
        var labels = family.metric().labels();
        for (var sample : family.samples()) {
            if (!(sample instanceof Sample.Value(var its, double value))) continue;
            if (!pick.only().isEmpty()) {
                String[] only = pick.only().split("=", 2);
                int at = labels.indexOf(only[0]);
                if (at < 0 || !its.get(at).equals(only[1])) continue;
            }
            String name =
                    pick.how() == How.EACH
                            ? "%s{%s=\"%s\"}"
                                    .formatted(
                                            pick.series(),
                                            pick.label(),
                                            its.get(labels.indexOf(pick.label())))
                            : pick.series();
            values.merge(name, value, pick.how() == How.MOST ? Math::max : Double::sum);
        }
    }

    /** A counter that began anew tells nothing this time. */
    private Optional<Double> rate(String series, double total, Instant now) {
        var before = counters.put(series, new Counted(now, total));
        if (before == null || total < before.value()) return Optional.empty();
        double seconds = Duration.between(before.at(), now).toMillis() / 1e3;
        return seconds > 0 ? Optional.of((total - before.value()) / seconds) : Optional.empty();
    }
}
