package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/** Replication slots, and logical replication. */
final class Slots {
    private Slots() {}

    static List<Collector> collectors() {
        return List.of(slots(), limits(), spill(), subscriptionErrors());
    }

    // S05

    private static final String COMMON =
            """
            SELECT slot_name, slot_type, coalesce(database,'') AS database, active::int AS active,
              pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, restart_lsn) AS retained_b,
              pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, '0/0') AS current_b,
              pg_wal_lsn_diff(coalesce(confirmed_flush_lsn,'0/0'),'0/0') AS confirmed_b,
              age(xmin) AS xmin_age, age(catalog_xmin) AS catalog_xmin_age%s
            FROM pg_replication_slots
            """;
    private static final String SINCE_13 = ", wal_status, safe_wal_size";
    private static final String SINCE_16 = SINCE_13 + ", conflicting::int AS conflicting";
    private static final String SINCE_17 =
            SINCE_16
                    + ", extract(epoch FROM clock_timestamp()-inactive_since) AS inactive_s,"
                    + " invalidation_reason";

    private static final Metric WAL_STATUS =
            Metric.gauge(
                    "pg_replication_slots_wal_status",
                    "1 for the state of the WAL a slot needs.",
                    "slot_name",
                    "slot_type",
                    "wal_status");
    private static final Metric STATE =
            Native.gauge(
                    "slot_state",
                    "1 for the state of the WAL a slot needs: reserved, extended, unreserved, lost.",
                    "slot",
                    "wal_status");
    private static final Metric INACTIVE =
            Native.gauge(
                    "slot_inactive_seconds",
                    "How long nobody has used the slot; before PostgreSQL 17 since we look.",
                    "slot");
    private static final Metric INVALIDATED =
            Native.gauge(
                    "slot_invalidated",
                    "1 if the slot can serve nobody any more, and why.",
                    "slot",
                    "reason");
    private static final Metric XMIN =
            Native.gauge(
                    "slot_xmin_age",
                    "Transactions since the oldest one the slot keeps rows (xmin) or catalog rows"
                            + " (catalog) for.",
                    "slot",
                    "kind");

    private static Collector slots() {
        return Collector.of("S05", Tier.NORMAL)
                .upstream("replication_slot")
                .sql(12, 12, COMMON.formatted(""))
                .sql(13, 15, COMMON.formatted(SINCE_13))
                .sql(16, 16, COMMON.formatted(SINCE_16))
                .sql(17, COMMON.formatted(SINCE_17))
                .rows(
                        Table.by("slot_name", "database")
                                .gauge("pg_replication_slots_active", "active", "1 if it is used.")
                                .gauge(
                                        "pg_replication_slots_pg_wal_lsn_diff",
                                        "retained_b",
                                        "WAL kept for the slot."))
                .rows(compatible("pg_replication_slots_"))
                .rows(compatible("pg_replication_slot_"))
                .rows(
                        Table.by("slot=slot_name", "type=slot_type", "database")
                                .gauge(
                                        "matriarch_slot_retained_bytes",
                                        "retained_b",
                                        "WAL kept for the slot.")
                                .gauge("matriarch_slot_active", "active", "1 if it is used."))
                .rows(
                        Table.by("slot=slot_name")
                                .gauge(
                                        "matriarch_slot_safe_bytes",
                                        "safe_wal_size",
                                        "WAL that may be written until the slot is in danger; absent"
                                                + " without a limit."))
                .reads(Slots::states, WAL_STATUS, STATE, INACTIVE, INVALIDATED, XMIN)
                .done();
    }

    /** Two generations of upstream's names are in use. */
    private static Table compatible(String prefix) {
        return Table.by("slot_name", "slot_type")
                .gauge(
                        prefix + "slot_current_wal_lsn",
                        "current_b",
                        "Position of the server's WAL.")
                .gauge(
                        prefix + "slot_confirmed_flush_lsn",
                        "confirmed_b",
                        "Position up to which a consumer confirmed; 0 for physical slots.")
                .gauge(prefix + "slot_is_active", "active", "1 if it is used.")
                .gauge(
                        prefix + "safe_wal_size_bytes",
                        "safe_wal_size",
                        "WAL that may be written until the slot is in danger.");
    }

    private static void states(Rows rows, Moment moment, Samples out) {
        var inactive = new HashSet<String>();
        for (var row : rows.rows()) {
            String slot = row.text("slot_name");
            String status = row.text("wal_status");
            if (!status.isEmpty()) {
                out.info(WAL_STATUS, slot, row.text("slot_type"), status);
                out.info(STATE, slot, status);
            }
            out.add(XMIN, row.number("xmin_age"), slot, "xmin");
            out.add(XMIN, row.number("catalog_xmin_age"), slot, "catalog");
            String reason = invalidated(row, status);
            if (!reason.isEmpty()) out.info(INVALIDATED, slot, reason);
            out.add(INACTIVE, inactive(row, slot, moment, inactive), slot);
        }
        moment.memory().only("slot ", inactive);
    }

    private static String invalidated(Rows.Row row, String status) {
        String reason = row.text("invalidation_reason");
        if (!reason.isEmpty()) return reason;
        if (row.number("conflicting") > 0) return "conflicting";
        return status.equals("lost") ? "wal_removed" : "";
    }

    private static double inactive(
            Rows.Row row, String slot, Moment moment, HashSet<String> inactive) {
        if (row.yes("active")) return 0;
        double told = row.number("inactive_s");
        if (!Double.isNaN(told)) return told;
        String key = "slot " + slot;
        inactive.add(key);
        var since = moment.memory().since(key, moment.now());
        return Duration.between(since, moment.now()).toMillis() / 1e3;
    }

    // S38

    private static Collector limits() {
        return Collector.of("S38", Tier.SLOW)
                .sql(
                        12,
                        """
                        SELECT (SELECT count(*) FROM pg_replication_slots) AS slots, current_setting('max_replication_slots')::int AS max_slots,
                          (SELECT count(*) FROM pg_stat_activity WHERE backend_type='walsender') AS senders, current_setting('max_wal_senders')::int AS max_senders
                        """)
                .rows(
                        Table.by()
                                .gauge(
                                        "matriarch_slots_used",
                                        "slots",
                                        "Replication slots there are.")
                                .gauge(
                                        "matriarch_slots_max",
                                        "max_slots",
                                        "Replication slots there may be.")
                                .gauge(
                                        "matriarch_walsenders_used",
                                        "senders",
                                        "WAL senders that run.")
                                .gauge(
                                        "matriarch_walsenders_max",
                                        "max_senders",
                                        "WAL senders that may run."))
                .done();
    }

    // S37, S36b

    private static Collector spill() {
        return Collector.of("S37", Tier.SLOW)
                .sql(14, "SELECT slot_name, spill_bytes FROM pg_stat_replication_slots")
                .rows(
                        Table.by("slot=slot_name")
                                .counter(
                                        "matriarch_logical_spill_bytes_total",
                                        "spill_bytes",
                                        "What logical decoding had no memory for and wrote to disk."))
                .done();
    }

    private static Collector subscriptionErrors() {
        return Collector.of("S36b", Tier.SLOW)
                .sql(
                        15,
                        "SELECT subname, apply_error_count + sync_error_count AS errors FROM"
                                + " pg_stat_subscription_stats")
                .rows(
                        Table.by("subscription=subname")
                                .counter(
                                        "matriarch_subscription_errors_total",
                                        "errors",
                                        "Errors while a subscription applied changes or copied"
                                                + " tables."))
                .done();
    }
}
