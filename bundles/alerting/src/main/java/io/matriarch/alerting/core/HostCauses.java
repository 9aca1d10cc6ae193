package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Cause;
import io.matriarch.alerting.api.Unit;

/** What on the machine stands behind it. */
final class HostCauses {
    private HostCauses() {}

    private static final double FIFTH = 0.2;

    static Cause clock(Facts facts) {
        boolean skew = facts.rule().equals("ClockSkew");
        boolean differs = skew || facts.rule().equals("RepositoryClockSkew");
        return new Inquiry()
                .probable(
                        "this clock's daemon",
                        differs ? facts.is(0, "matriarch_clock_synchronized") : Evidence.no(),
                        "this member's clock is the one that is wrong: it is not synchronised")
                .probable(
                        "the peer's daemon",
                        skew
                                ? facts.fires("ClockUnsynchronized", "member", facts.label("peer"))
                                : Evidence.no(),
                        "the peer's clock is the one that is wrong: it is not synchronised")
                .probable(
                        "other peers",
                        differs ? allPeers(facts) : Evidence.no(),
                        "this member's clock is the one that is wrong: it differs from every peer's")
                .answer();
    }

    private static Evidence allPeers(Facts facts) {
        var all = facts.figures().named("matriarch_clock_offset_seconds");
        if (all.size() < 2) return Evidence.notMeasured();
        return all.stream().allMatch(figure -> Math.abs(figure.value()) >= 0.5)
                ? Evidence.yes("it differs from " + all.size() + " of " + all.size() + " peers")
                : Evidence.no();
    }

    static Cause disk(Facts facts) {
        var role = facts.label("role");
        return new Inquiry()
                .probable(
                        "temporary files",
                        share(facts, role, "matriarch_temp_current_bytes"),
                        "temporary files of queries take a large part of it")
                .probable(
                        "WAL on the same volume",
                        role.equals("data")
                                ? share(facts, role, "matriarch_wal_dir_bytes")
                                : Evidence.no(),
                        "WAL takes a large part of it; see what keeps it")
                .probable(
                        "vacuum",
                        facts.fires("XminHorizonHeld").or(facts.fires("TableVacuumOverdue")),
                        "tables grow because dead rows cannot be removed")
                .answer();
    }

    private static Evidence share(Facts facts, String role, String name) {
        var size = facts.value("matriarch_volume_size_bytes", "role", role);
        return size.isEmpty()
                ? Evidence.notMeasured()
                : facts.atLeast(FIFTH * size.getAsDouble(), Unit.BYTES, name);
    }

    static Cause busy(Facts facts) {
        return new Inquiry()
                .probable(
                        "backups",
                        facts.atLeast(1, Unit.COUNT, "matriarch_backup_running"),
                        "a backup is running")
                .probable(
                        "vacuum",
                        facts.atLeast(1, Unit.COUNT, "matriarch_autovacuum_wraparound_workers"),
                        "a vacuum against wraparound is running")
                .probable(
                        "swapping",
                        facts.fires("SwapUse").or(facts.fires("MemoryLow")),
                        "memory is short, and the host swaps")
                .probable(
                        "sessions at work",
                        facts.atLeast(50, Unit.COUNT, "matriarch_sessions_active"),
                        "very many sessions are at work")
                .answer();
    }

    static Cause memory(Facts facts) {
        return new Inquiry()
                .probable(
                        "the number of sessions",
                        facts.fires("ConnectionsHigh"),
                        "very many sessions are open, each with memory of its own")
                .probable(
                        "the agent",
                        facts.fires("JvmPressure"),
                        "the agent itself is short of memory")
                .answer();
    }

    static Cause jvm(Facts facts) {
        return new Inquiry()
                .probable(
                        "backups",
                        facts.atLeast(1, Unit.COUNT, "matriarch_backup_running"),
                        "a backup is running, with more workers than its heap is for")
                .probable(
                        "swapping",
                        facts.fires("SwapUse").or(facts.fires("MemoryLow")),
                        "memory is short, and the agent is swapped out")
                .answer();
    }

    static Cause collector(Facts facts) {
        return new Inquiry()
                .probable(
                        "the server",
                        facts.is(0, "pg_up").or(facts.fires("PostgresDown")),
                        "PostgreSQL is down, so nothing can be asked")
                .seen(
                        "the collectors",
                        facts.atLeast(1, Unit.COUNT, Judge.BLIND),
                        "no figures arrive at all: the bundle that collects them is absent or stuck")
                .probable(
                        "the disk",
                        facts.fires("DiskSlow"),
                        "the disk is slow, and the statement runs into its time limit")
                .answer();
    }

    static Cause notification(Facts facts) {
        return new Inquiry()
                .seen(
                        "the receiver's answer",
                        facts.said(Notes.RECEIVER_ERROR + facts.label("receiver")),
                        "the receiver refuses or does not answer; its last words say which")
                .answer();
    }
}
