package io.matriarch.cli.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who works, who waits for what, who holds which locks, and how far the copies are. */
public final class TopView {
    private static final int MOST = 15;
    private static final String LAG = "matriarch_replication_clock_lag_seconds";
    private static final List<String> STAGES =
            List.of("pending", "network", "flush", "replay", "total");

    private TopView() {}

    /**
     * What one member told.
     *
     * @param before the look before this one; null at the first
     */
    public record Look(Member member, Samples now, @Nullable Samples before, Duration between) {}

    public static List<Table> tables(List<Look> looks) {
        return List.of(sessions(looks), waits(looks), locks(looks), replication(looks), wal(looks))
                .stream()
                .filter(table -> !table.rows().isEmpty())
                .toList();
    }

    private static Table sessions(List<Look> looks) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (var look : looks)
            rows.add(
                    Arrays.asList(
                            look.member().name(),
                            look.member().role(),
                            of(look, "matriarch_connections"),
                            of(look, "matriarch_connections_max"),
                            of(look, "matriarch_sessions_active"),
                            of(look, "matriarch_sessions_idle_in_tx"),
                            of(look, "matriarch_blocked_sessions"),
                            of(look, "matriarch_blocked_longest_seconds"),
                            of(look, "matriarch_oldest_transaction_seconds"),
                            of(look, "matriarch_oldest_query_seconds"),
                            rate(look, "pg_stat_database_xact_commit")));
        return new Table(
                "Sessions",
                List.of(
                        "Member",
                        "Role",
                        "All",
                        "Max",
                        "Active",
                        "Idle in tx",
                        "Blocked",
                        "Blocked s",
                        "Oldest tx s",
                        "Oldest query s",
                        "Commits/s"),
                rows);
    }

    /** Sessions that do the same, the most first. Background processes that idle are left out. */
    private static Table waits(List<Look> looks) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (var look : looks) {
            var longest = new HashMap<Map<String, String>, Double>();
            look.now()
                    .named("pg_stat_activity_max_tx_duration")
                    .forEach(each -> longest.put(each.labels(), each.value()));
            look.now()
                    .named("pg_stat_activity_count")
                    .filter(each -> each.value() > 0)
                    .filter(each -> !each.label("wait_event_type").equals("Activity"))
                    .forEach(each ->
                            rows.add(
                                    Arrays.asList(
                                            look.member().name(),
                                            each.label("datname"),
                                            each.label("usename"),
                                            each.label("application_name"),
                                            each.label("state"),
                                            event(each),
                                            whole(each.value()),
                                            whole(longest.get(each.labels())))));
        }
        rows.sort(Comparator.comparing(row -> -count(row, 6)));
        return new Table(
                "What sessions do and wait for",
                List.of(
                        "Member",
                        "Database",
                        "User",
                        "Application",
                        "State",
                        "Wait",
                        "Count",
                        "Oldest tx s"),
                rows.subList(0, Math.min(MOST, rows.size())),
                rows.size() > MOST ? List.of("and " + (rows.size() - MOST) + " more") : List.of());
    }

    private static String event(Samples.Sample sample) {
        var type = sample.label("wait_event_type");
        return type.isEmpty() ? "" : type + ":" + sample.label("wait_event");
    }

    private static Table locks(List<Look> looks) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (var look : looks)
            look.now()
                    .named("pg_locks_count")
                    .filter(each -> each.value() > 0)
                    .forEach(each ->
                            rows.add(
                                    Arrays.asList(
                                            look.member().name(),
                                            each.label("datname"),
                                            each.label("mode"),
                                            whole(each.value()))));
        rows.sort(Comparator.comparing(row -> -count(row, 3)));
        return new Table(
                "Locks",
                List.of("Member", "Database", "Mode", "Count"),
                rows.subList(0, Math.min(MOST, rows.size())));
    }

    private static Table replication(List<Look> looks) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (var look : looks) {
            var stages = new TreeMap<String, Map<String, Double>>();
            look.now()
                    .named("matriarch_replication_stage_bytes")
                    .forEach(each ->
                            stages.computeIfAbsent(
                                            each.label("standby"), _ -> new LinkedHashMap<>())
                                    .put(each.label("stage"), each.value()));
            stages.forEach((standby, bytes) -> {
                var row = new ArrayList<@Nullable Object>();
                row.add(look.member().name());
                row.add(standby);
                for (var stage : STAGES) row.add(whole(bytes.get(stage)));
                row.add(
                        look.now()
                                .named(LAG)
                                .filter(each -> each.label("standby").equals(standby))
                                .map(each -> tenths(each.value()))
                                .findFirst()
                                .orElse(null));
                rows.add(row);
            });
        }
        return new Table(
                "Replication, bytes by stage",
                List.of(
                        "Sender", "Standby", "Pending", "Network", "Flush", "Replay", "Total",
                        "Lag s"),
                rows);
    }

    private static Table wal(List<Look> looks) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (var look : looks) {
            var row =
                    Arrays.asList(
                            look.member().name(),
                            rate(look, "matriarch_wal_insert_bytes_total"),
                            of(look, "matriarch_wal_dir_bytes"),
                            of(look, "matriarch_archive_ready_segments"),
                            of(look, "matriarch_archive_oldest_ready_seconds"),
                            failing(look));
            if (row.stream().skip(1).anyMatch(cell -> cell != null)) rows.add(row);
        }
        return new Table(
                "WAL and archive",
                List.of("Member", "Written B/s", "In pg_wal B", "Waiting", "Oldest s", "Archive"),
                rows);
    }

    private static @Nullable String failing(Look look) {
        var failing = look.now().sum("matriarch_archive_failing");
        return failing.isEmpty() ? null : failing.getAsDouble() > 0 ? "failing" : "well";
    }

    private static @Nullable Object of(Look look, String name) {
        var sum = look.now().sum(name);
        return sum.isEmpty() ? null : whole(sum.getAsDouble());
    }

    /** Per second since the look before; absent at the first, and after a counter began anew. */
    private static @Nullable Object rate(Look look, String name) {
        var now = look.now().sum(name);
        var then = look.before() == null ? OptionalDouble.empty() : look.before().sum(name);
        double seconds = look.between().toMillis() / 1e3;
        if (now.isEmpty() || then.isEmpty() || seconds <= 0) return null;
        double more = now.getAsDouble() - then.getAsDouble();
        return more < 0 ? null : whole(more / seconds);
    }

    private static @Nullable Object whole(@Nullable Double value) {
        return value == null ? null : (Object) Math.round(value);
    }

    private static Object tenths(double value) {
        return Math.round(value * 10) / 10.0;
    }

    private static long count(List<@Nullable Object> row, int column) {
        return row.get(column) instanceof Long number ? number : 0;
    }
}
