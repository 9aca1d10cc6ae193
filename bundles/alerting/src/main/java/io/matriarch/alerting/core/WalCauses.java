package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Cause;
import io.matriarch.alerting.api.Unit;

/** Why WAL does not get away, or backups do not get done. */
final class WalCauses {
    private WalCauses() {}

    private static final double HALF = 0.5;

    static Cause refused(Facts facts) {
        return new Inquiry()
                .seen(
                        "what the archive said",
                        facts.said(Notes.ARCHIVE_ERROR),
                        "the archive refuses the file; its message says why")
                .seen(
                        "the repository's certificate",
                        AvailabilityCauses.expired(facts, "repo"),
                        "the repository's certificate has expired")
                .probable(
                        "the repository",
                        facts.rule().equals("RepositoryDown")
                                ? Evidence.no()
                                : facts.is(0, "matriarch_repo_up")
                                        .or(facts.fires("RepositoryDown")),
                        "the repository is not reached")
                .probable(
                        "the clocks",
                        facts.fires("RepositoryClockSkew"),
                        "this member's clock and the repository's differ, so that signatures are refused")
                .probable(
                        "refusals for too many requests",
                        facts.fires("RepositoryThrottled"),
                        "the repository refuses for too many requests")
                .answer();
    }

    static Cause stalled(Facts facts) {
        return new Inquiry()
                .seen(
                        "what the archive said",
                        facts.said(Notes.ARCHIVE_ERROR),
                        "the archive refuses the file; its message says why")
                .probable(
                        "failures",
                        facts.fires("ArchiveFailing").or(facts.is(1, "matriarch_archive_failing")),
                        "archiving fails rather than being slow")
                .probable(
                        "refusals for too many requests",
                        facts.fires("RepositoryThrottled"),
                        "the repository refuses for too many requests")
                .probable(
                        "the CPU",
                        tooSlow(facts)
                                .and(facts.atLeast(1.5, Unit.COUNT, "matriarch_load_per_core")),
                        "the host's CPU is busy, and compression waits for it")
                .probable(
                        "what is written against what is archived",
                        tooSlow(facts),
                        "more WAL is written than is archived: the repository, or too few workers")
                .answer();
    }

    private static Evidence tooSlow(Facts facts) {
        return facts.atMost(0.99, Unit.COUNT, "matriarch_archive_throughput_ratio");
    }

    static Cause rpo(Facts facts) {
        return new Inquiry()
                .probable(
                        "failures of the archive", facts.fires("ArchiveFailing"), "archiving fails")
                .probable(
                        "the repository",
                        facts.fires("RepositoryDown"),
                        "the repository is not reached")
                .probable(
                        "an archive that is too slow",
                        facts.fires("ArchiveStalled").or(facts.fires("ArchiveBacklogGrowing")),
                        "archiving is slower than what is written")
                .probable(
                        "the age of the open segment",
                        facts.is(0, "matriarch_archive_ready_segments")
                                .and(facts.is(0, "matriarch_archive_failing")),
                        "nothing waits and nothing fails: it is the segment still being written;"
                                + " archive_timeout ends it sooner")
                .answer();
    }

    static Cause volume(Facts facts) {
        return new Inquiry()
                // First: what keeps WAL is no matter where WAL is not what fills it.
                .probable("other files", others(facts), "other files than WAL fill that volume")
                .probable(
                        "slots",
                        share(facts, "matriarch_slot_retained_bytes", 1),
                        "a slot keeps most of it")
                .probable(
                        "segments that wait for the archive",
                        share(facts, "matriarch_archive_ready_segments", segment(facts)),
                        "most of it waits for the archive")
                .probable(
                        "wal_keep_size",
                        share(facts, "pg_settings_wal_keep_size_bytes", 1),
                        "wal_keep_size keeps most of it")
                .probable(
                        "an overdue checkpoint",
                        facts.fires("CheckpointOverdue"),
                        "the last checkpoint is long ago: what came since cannot be removed")
                .answer();
    }

    /** What the probe of the disk found. */
    static Cause writing(Facts facts) {
        return new Inquiry()
                .seen("a full disk", probed(facts, "full"), "the disk of the WAL is full")
                .seen(
                        "a read-only file system",
                        probed(facts, "read_only"),
                        "the file system of the WAL is read-only")
                .seen(
                        "a disk that hangs",
                        probed(facts, "hung"),
                        "the disk of the WAL does not answer")
                .seen(
                        "used connections",
                        probed(facts, "connections"),
                        "all connections of PostgreSQL are used, the reserved ones too")
                .seen("a refusal", probed(facts, "refused"), "the disk of the WAL refuses writes")
                .answer();
    }

    private static Evidence probed(Facts facts, String state) {
        return facts.is(1, "matriarch_write_path_state", "state", state);
    }

    private static double segment(Facts facts) {
        return facts.value("pg_settings_wal_segment_size_bytes").orElse(16 << 20);
    }

    /** Whether the largest of these is at least half of pg_wal. */
    private static Evidence share(Facts facts, String name, double each) {
        var figure = facts.largest(name);
        var all = facts.value("matriarch_wal_dir_bytes");
        if (figure.isEmpty() || all.isEmpty()) return Evidence.notMeasured();
        double bytes = figure.get().value() * each;
        if (bytes < HALF * all.getAsDouble() || bytes < segment(facts)) return Evidence.no();
        var slot = figure.get().label("slot");
        return Evidence.yes(
                "%s%s: %s of %s in pg_wal"
                        .formatted(
                                name,
                                slot.isEmpty() ? "" : " of " + slot,
                                Words.bytes(bytes),
                                Words.bytes(all.getAsDouble())));
    }

    private static Evidence others(Facts facts) {
        var wal = facts.value("matriarch_wal_dir_bytes");
        var size = facts.value("matriarch_volume_size_bytes", "role", "wal");
        var free = facts.figures().least("matriarch_volume_free_bytes", "role", "wal");
        if (wal.isEmpty() || size.isEmpty() || free.isEmpty()) return Evidence.notMeasured();
        double used = size.getAsDouble() - free.getAsDouble();
        return wal.getAsDouble() < HALF * used
                ? Evidence.yes(
                        "pg_wal has %s of the %s in use"
                                .formatted(Words.bytes(wal.getAsDouble()), Words.bytes(used)))
                : Evidence.no();
    }

    static Cause backup(Facts facts) {
        boolean failed = facts.rule().equals("BackupFailed");
        return new Inquiry()
                .probable(
                        "the repository",
                        facts.fires("RepositoryDown").or(facts.is(0, "matriarch_repo_up")),
                        "the repository is not reached")
                .probable(
                        "the last run",
                        failed ? Evidence.no() : facts.fires("BackupFailed"),
                        "the last backup failed")
                .probable(
                        "refusals for too many requests",
                        facts.fires("RepositoryThrottled"),
                        "the repository refuses for too many requests")
                .probable(
                        "the archive",
                        facts.fires("ArchiveFailing"),
                        "WAL does not get into the archive, and a backup is not complete without it")
                .probable(
                        "the server",
                        facts.fires("PostgresDown").or(facts.fires("ClusterNoPrimary")),
                        "the server it is taken from is down")
                .probable("the disk", facts.fires("DiskSlow"), "the disk it reads from is slow")
                .answer();
    }
}
