package io.matriarch.alerting.core;

import static io.matriarch.alerting.core.Cases.DAY;
import static io.matriarch.alerting.core.Cases.PRIMARY;
import static io.matriarch.alerting.core.Cases.add;
import static io.matriarch.alerting.core.Cases.counter;
import static io.matriarch.alerting.core.Cases.plain;
import static io.matriarch.alerting.core.Story.figure;

import java.time.Duration;
import java.util.List;

/** {@link Cases} of the database. */
final class DatabaseCases {
    private DatabaseCases() {}

    static void all() {
        plain(
                "XidWraparound",
                figure("matriarch_xid_used_percent", 45),
                figure("matriarch_xid_used_percent", 5));
        plain(
                "MultixactWraparound",
                figure("matriarch_mxid_used_percent", 75),
                figure("matriarch_mxid_used_percent", 5));
        plain(
                "FreezeOverdue",
                figure("matriarch_freeze_emergency_percent", 120),
                figure("matriarch_freeze_emergency_percent", 50));
        add(
                "XminHorizonHeld",
                _ ->
                        List.of(
                                figure(
                                        "matriarch_xmin_horizon_age",
                                        2e7,
                                        "holder",
                                        "session",
                                        "holder_id",
                                        "4711"),
                                PRIMARY),
                _ ->
                        List.of(
                                figure(
                                        "matriarch_xmin_horizon_age",
                                        10,
                                        "holder",
                                        "session",
                                        "holder_id",
                                        "4711"),
                                PRIMARY));
        plain(
                "LongTransaction",
                figure("matriarch_oldest_transaction_seconds", 1000),
                figure("matriarch_oldest_transaction_seconds", 1));
        plain(
                "IdleInTransaction",
                figure("matriarch_oldest_idle_in_tx_seconds", 400),
                figure("matriarch_oldest_idle_in_tx_seconds", 0));
        plain(
                "LongQuery",
                figure("matriarch_oldest_query_seconds", 4000),
                figure("matriarch_oldest_query_seconds", 1));
        plain(
                "BlockedSessions",
                figure("matriarch_blocked_sessions", 6),
                figure("matriarch_blocked_sessions", 0));
        counter("Deadlocks", "matriarch_deadlocks_total", 0.1, "datname", "app");
        plain(
                "ConnectionsHigh",
                figure("matriarch_connections_used_ratio", 0.85),
                figure("matriarch_connections_used_ratio", 0.5));
        add(
                "PreparedTransactionOld",
                _ -> List.of(figure("matriarch_prepared_oldest_seconds", 400), PRIMARY),
                _ -> List.of(figure("matriarch_prepared_oldest_seconds", 0), PRIMARY));
        add(
                "CheckpointsTooFrequent",
                s -> checkpoints(Math.floor(s / 60)),
                _ -> checkpoints(45),
                Duration.ofMinutes(45),
                Duration.ofMinutes(60));
        var timeout = figure("pg_settings_checkpoint_timeout_seconds", 300);
        add(
                "CheckpointOverdue",
                s ->
                        List.of(
                                figure("matriarch_checkpoint_age_seconds", s),
                                figure("matriarch_wal_insert_bytes_total", 1e6 * s),
                                timeout),
                s ->
                        List.of(
                                figure("matriarch_checkpoint_age_seconds", 10),
                                figure("matriarch_wal_insert_bytes_total", 1e6 * s),
                                timeout),
                Duration.ofMinutes(20),
                Duration.ofMinutes(1));
        var three = figure("matriarch_autovacuum_workers_max", 3);
        add(
                "AutovacuumSaturated",
                _ -> List.of(figure("matriarch_autovacuum_workers", 3), three),
                _ -> List.of(figure("matriarch_autovacuum_workers", 1), three),
                Duration.ofMinutes(31),
                Duration.ofMinutes(11));
        var over = figure("matriarch_tables_over_vacuum_threshold", 1, "datname", "app");
        add(
                "TableVacuumOverdue",
                _ ->
                        List.of(
                                figure(
                                        "matriarch_table_vacuum_age_seconds_max",
                                        2 * DAY,
                                        "datname",
                                        "app"),
                                over),
                _ ->
                        List.of(
                                figure(
                                        "matriarch_table_vacuum_age_seconds_max",
                                        10,
                                        "datname",
                                        "app"),
                                over));
        counter("TempSpillHigh", "matriarch_temp_bytes_total", 40e6, "datname", "app");
        add(
                "CacheHitLow",
                _ -> List.of(figure("matriarch_cache_hit_ratio", 0.7, "datname", "app")),
                _ -> List.of(figure("matriarch_cache_hit_ratio", 0.99, "datname", "app")),
                Duration.ofMinutes(31),
                Duration.ofMinutes(1));
        add(
                "RollbackRatioHigh",
                s -> transactions(20 * s, 20 * s),
                s -> transactions(20 * s, 20 * 1200),
                Duration.ofMinutes(20),
                Duration.ofMinutes(10));
        plain(
                "SequenceExhaustion",
                figure(
                        "matriarch_sequence_used_percent",
                        85,
                        "schema",
                        "public",
                        "sequence",
                        "t_id_seq"),
                figure(
                        "matriarch_sequence_used_percent",
                        10,
                        "schema",
                        "public",
                        "sequence",
                        "t_id_seq"));
        add(
                "InvalidIndex",
                _ -> List.of(figure("matriarch_indexes_invalid", 1, "datname", "app")),
                _ -> List.of(figure("matriarch_indexes_invalid", 0, "datname", "app")),
                Duration.ofMinutes(61),
                Duration.ofMinutes(1));
        plain(
                "SettingUnsafe",
                figure("matriarch_settings_unsafe", 1, "setting", "fsync"),
                figure("matriarch_settings_unsafe", 0, "setting", "fsync"));
        add(
                "StatementsEvicted",
                s -> List.of(figure("matriarch_statements_evictions_total", s)),
                _ -> List.of(figure("matriarch_statements_evictions_total", 10_800)),
                Duration.ofHours(3),
                Duration.ofHours(2));
        add(
                "SubscriptionError",
                s ->
                        List.of(
                                figure(
                                        "matriarch_subscription_errors_total",
                                        Math.floor(s / 30),
                                        "subscription",
                                        "s")),
                _ -> List.of(figure("matriarch_subscription_errors_total", 4, "subscription", "s")),
                Duration.ofMinutes(2),
                Duration.ofMinutes(25));
    }

    private static List<Figure> checkpoints(double requested) {
        return List.of(
                figure("matriarch_checkpoints_total", requested, "kind", "requested"),
                figure("matriarch_checkpoints_total", 1, "kind", "timed"));
    }

    private static List<Figure> transactions(double committed, double rolledBack) {
        return List.of(
                figure("pg_stat_database_xact_commit", committed, "datname", "app"),
                figure("pg_stat_database_xact_rollback", rolledBack, "datname", "app"));
    }
}
