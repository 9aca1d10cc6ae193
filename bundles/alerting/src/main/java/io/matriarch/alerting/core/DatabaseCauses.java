package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Cause;
import io.matriarch.alerting.api.Unit;

/** What in the server stands behind it. */
final class DatabaseCauses {
    private DatabaseCauses() {}

    private static final String HORIZON = "matriarch_xmin_horizon_age";
    private static final double OLD = 1e6;

    static Cause vacuum(Facts facts) {
        return new Inquiry()
                .seen(
                        "autovacuum itself",
                        facts.is(0, "pg_settings_autovacuum"),
                        "autovacuum is off")
                .probable(
                        "prepared transactions",
                        holds(facts, "prepared"),
                        "a prepared transaction is open")
                .probable(
                        "slots", holds(facts, "slot"), "a replication slot holds the horizon back")
                .probable(
                        "standbys",
                        holds(facts, "standby_feedback"),
                        "a query on a standby holds the horizon back through hot_standby_feedback")
                .probable(
                        "old transactions",
                        holds(facts, "session"),
                        "a session's transaction is open")
                .probable(
                        "blocked workers",
                        facts.atLeast(600, Unit.SECONDS, "matriarch_blocked_longest_seconds"),
                        "something waits for locks that long, perhaps vacuum itself")
                .probable(
                        "its workers",
                        saturated(facts),
                        "all autovacuum workers are busy: it is too slow for what is written")
                .answer();
    }

    /** Whether the one that holds the horizon back furthest is of this kind. */
    private static Evidence holds(Facts facts, String holder) {
        var furthest = facts.largest(HORIZON);
        if (furthest.isEmpty()) return Evidence.notMeasured();
        var figure = furthest.get();
        return figure.label("holder").equals(holder) && figure.value() >= OLD
                ? Evidence.yes(
                        "%s %s holds back the last %s"
                                .formatted(
                                        holder,
                                        figure.label("holder_id"),
                                        Words.of(Unit.TRANSACTIONS, figure.value())))
                : Evidence.no();
    }

    private static Evidence saturated(Facts facts) {
        var most = facts.value("matriarch_autovacuum_workers_max");
        return most.isEmpty()
                ? Evidence.notMeasured()
                : facts.atLeast(most.getAsDouble(), Unit.COUNT, "matriarch_autovacuum_workers");
    }

    static Cause blocked(Facts facts) {
        double waited = facts.value("matriarch_blocked_longest_seconds").orElse(0);
        return new Inquiry()
                .probable(
                        "prepared transactions",
                        facts.atLeast(
                                Math.max(waited, 60),
                                Unit.SECONDS,
                                "matriarch_prepared_oldest_seconds"),
                        "a prepared transaction keeps its locks")
                .probable(
                        "sessions idle in their transaction",
                        facts.atLeast(
                                Math.max(waited, 5),
                                Unit.SECONDS,
                                "matriarch_oldest_idle_in_tx_seconds"),
                        "a session that is idle in its transaction keeps its locks")
                .probable(
                        "locks of DDL",
                        facts.atLeast(
                                1, Unit.COUNT, "pg_locks_count", "mode", "accessexclusivelock"),
                        "DDL holds a table or waits for it, and everybody queues up behind")
                .probable(
                        "long transactions",
                        facts.atLeast(
                                Math.max(waited, 60),
                                Unit.SECONDS,
                                "matriarch_oldest_transaction_seconds"),
                        "a transaction older than the wait keeps its locks")
                .answer();
    }

    static Cause connections(Facts facts) {
        double all = facts.value("matriarch_connections").orElse(Double.POSITIVE_INFINITY);
        return new Inquiry()
                .probable(
                        "waits for locks",
                        facts.atLeast(all * 0.2, Unit.COUNT, "matriarch_blocked_sessions"),
                        "sessions wait for locks, and more come meanwhile")
                .probable(
                        "sessions idle in their transaction",
                        facts.atLeast(all * 0.3, Unit.COUNT, "matriarch_sessions_idle_in_tx"),
                        "the application opens transactions and does not end them")
                .probable(
                        "slow disks",
                        facts.atLeast(all * 0.5, Unit.COUNT, "matriarch_sessions_active")
                                .and(
                                        facts.atLeast(
                                                0.05,
                                                Unit.SECONDS,
                                                "matriarch_disk_latency_seconds")),
                        "queries are slow because the disk is, and more come meanwhile")
                .probable(
                        "active sessions",
                        facts.atLeast(all * 0.5, Unit.COUNT, "matriarch_sessions_active"),
                        "most sessions are at work: more is asked than the server does, or its queries"
                                + " have become slow")
                .probable(
                        "idle sessions",
                        idle(facts, all),
                        "most sessions are idle: a pool that is too large, or none")
                .answer();
    }

    private static Evidence idle(Facts facts, double all) {
        var active = facts.value("matriarch_sessions_active");
        if (active.isEmpty() || Double.isInfinite(all)) return Evidence.notMeasured();
        return active.getAsDouble() < 0.2 * all
                ? Evidence.yes(
                        "%s of %s sessions are active"
                                .formatted(Words.number(active.getAsDouble()), Words.number(all)))
                : Evidence.no();
    }

    static Cause longRunning(Facts facts) {
        double age = facts.value("matriarch_oldest_transaction_seconds").orElse(0);
        return new Inquiry()
                .seen(
                        "idleness",
                        facts.rule().equals("LongTransaction") && age > 0
                                ? facts.atLeast(
                                        age * 0.95,
                                        Unit.SECONDS,
                                        "matriarch_oldest_idle_in_tx_seconds")
                                : Evidence.no(),
                        "it is idle: the application forgot to end it")
                .probable(
                        "waits for locks",
                        facts.atLeast(
                                Math.max(60, age * 0.5),
                                Unit.SECONDS,
                                "matriarch_blocked_longest_seconds"),
                        "it waits for a lock")
                .probable("the disk", facts.fires("DiskSlow"), "the disk is slow")
                .answer();
    }

    static Cause checkpoint(Facts facts) {
        var rate = facts.perSecond("matriarch_wal_insert_bytes_total");
        var size = facts.value("pg_settings_max_wal_size_bytes");
        var timeout = facts.value("pg_settings_checkpoint_timeout_seconds");
        Evidence small =
                rate.isEmpty() || size.isEmpty() || timeout.isEmpty()
                        ? Evidence.notMeasured()
                        : rate.getAsDouble() * timeout.getAsDouble() > size.getAsDouble() / 3
                                ? Evidence.yes(
                                        "%s of WAL per second, max_wal_size %s"
                                                .formatted(
                                                        Words.bytes(rate.getAsDouble()),
                                                        Words.bytes(size.getAsDouble())))
                                : Evidence.no();
        return new Inquiry()
                .probable(
                        "the disk",
                        facts.rule().equals("CheckpointOverdue")
                                ? facts.fires("DiskSlow")
                                        .or(
                                                facts.atLeast(
                                                        0.05,
                                                        Unit.SECONDS,
                                                        "matriarch_disk_latency_seconds"))
                                : Evidence.no(),
                        "the disk is slow, and the checkpoint waits for it")
                .probable(
                        "max_wal_size against what is written",
                        facts.rule().equals("CheckpointsTooFrequent") ? small : Evidence.no(),
                        "max_wal_size is too small for what is written")
                .answer();
    }
}
