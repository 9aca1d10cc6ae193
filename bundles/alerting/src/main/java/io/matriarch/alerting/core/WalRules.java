package io.matriarch.alerting.core;

import static io.matriarch.alerting.core.Expr.metric;
import static io.matriarch.alerting.core.Rule.Topic.WAL;
import static io.matriarch.alerting.core.Rule.Trait.ASKS_POSTGRES;
import static io.matriarch.alerting.core.Rule.Trait.NEVER_MUTED;

import java.time.Duration;
import java.util.List;

/**
 * Whether what was written is safe elsewhere, how much would be lost, and whether there is room.
 */
final class WalRules {
    private WalRules() {}

    private static final String ARCHIVER =
            "matriarchctl query -U postgres -q 'select archived_count, last_archived_wal,"
                    + " last_archived_time, failed_count, last_failed_wal, last_failed_time from"
                    + " pg_stat_archiver'";
    private static final String SERVER_LOG =
            "grep -i archive STATE_DIR/postgresql.log | tail -n 20   # on {member}";
    private static final String BACKUPS = "matriarchctl backups";

    static List<Rule> all() {
        return List.of(
                failing(),
                stalled(),
                backlog(),
                gap(),
                rpo(),
                rto(),
                volume(),
                writePath(),
                summarizer());
    }

    private static Rule failing() {
        return Rule.named("ArchiveFailing", WAL)
                .measure(metric("matriarch_archive_failing").held())
                .traits(ASKS_POSTGRES)
                .says("archiving of WAL on {member} has been failing for {value}")
                .impact(
                        "What is written now is on this node's disks only, and pg_wal grows until its"
                                + " volume is full.")
                .first(ARCHIVER, SERVER_LOG)
                .runbook(
                        """
                        PostgreSQL tries the same segment again and again; nothing is lost by waiting, room is.

                        | what the log says | do |
                        |---|---|
                        | refused, denied, signature | keys or rights of the repository; a clock off by more than 15 minutes looks the same |
                        | unreachable, timeout, certificate | network or endpoint: RepositoryDown |
                        | full, quota | room in the repository; expire backups |
                        | exists with other content | another cluster archives to the same place: stop that one first |
                        """);
    }

    private static Rule stalled() {
        return Rule.named("ArchiveStalled", WAL)
                .measure(metric("matriarch_archive_oldest_ready_seconds"))
                .clearAfter(Duration.ofMinutes(1))
                .traits(ASKS_POSTGRES)
                .says("the oldest WAL segment on {member} has waited {value} for the archive")
                .impact("A restore could not reach later than that, and pg_wal grows.")
                .first(ARCHIVER, SERVER_LOG)
                .runbook(
                        "Without errors it is too slow: compare `matriarch_archive_throughput_ratio` (below 1 it"
                                + " falls behind) and `matriarch_archive_drain_eta_seconds`. More workers,"
                                + " a lighter compression, or a repository that is nearer.");
    }

    private static Rule backlog() {
        return Rule.named("ArchiveBacklogGrowing", WAL)
                .measure(
                        metric("matriarch_archive_ready_segments")
                                .where(metric("matriarch_archive_throughput_ratio").isBelow(1)))
                .clearHalf()
                .traits(ASKS_POSTGRES)
                .says("{value} WAL segments wait on {member}, and more come than go")
                .impact("pg_wal grows until its volume is full.")
                .first(ARCHIVER, "df -h DATA_DIR/pg_wal   # on {member}")
                .runbook(
                        "Who writes that much? `matriarchctl query -U postgres -q 'select query, wal_bytes from"
                                + " pg_stat_statements order by wal_bytes desc limit 5'`. Else as for"
                                + " ArchiveStalled.");
    }

    private static Rule gap() {
        return Rule.named("ArchiveGap", WAL)
                .ofCluster("repo", "timeline")
                .measure(metric("matriarch_archive_gaps").isAbove(0))
                .traits(NEVER_MUTED)
                .says("WAL is missing in {repo} on timeline {timeline}")
                .impact(
                        "No restore can pass that hole: points in time after it need a later backup.")
                .first(BACKUPS, ARCHIVER)
                .runbook(
                        "Is the segment still in pg_wal of a member? Then it is pushed again by itself. If not,"
                                + " take a full backup now: the range after it is whole again.");
    }

    private static Rule rpo() {
        return Rule.named("RpoExceeded", WAL)
                .ofCluster()
                .measure(
                        metric("matriarch_rpo_seconds", "repo", "best")
                                .overWhole(metric("matriarch_rpo_objective_seconds"))
                                .percent()
                                .most("cluster"))
                .clearMargin(10)
                .traits(ASKS_POSTGRES)
                .says("a loss of all nodes now would lose {value} of what is allowed")
                .impact(
                        "The objective of recovery is not kept: more would be lost than was agreed.")
                .first(ARCHIVER, BACKUPS)
                .runbook("The alert of the archive that fires beside this one names the cause.");
    }

    private static Rule rto() {
        return Rule.named("RtoExceeded", WAL)
                .ofCluster()
                .measure(
                        metric("matriarch_rto_predicted_seconds", "target", "latest")
                                .overWhole(metric("matriarch_rto_objective_seconds"))
                                .percent()
                                .most("cluster"))
                .clearMargin(10)
                .says("a restore now would take {value} of the time allowed")
                .impact(
                        "The objective of recovery is not kept: it would take longer than was agreed.")
                .first(BACKUPS)
                .runbook(
                        "Most of a restore's time is WAL to replay: a backup now makes it short again. If the"
                                + " fetch takes longest, a nearer repository or more workers.");
    }

    private static Rule volume() {
        var free = metric("matriarch_volume_free_bytes", "role", "wal");
        var size = metric("matriarch_volume_size_bytes", "role", "wal");
        return Rule.named("WalVolumeFull", WAL)
                .measure(free.over(size).percent())
                .clearMargin(5)
                .measure(metric("matriarch_wal_volume_full_eta_seconds"))
                .clearHalf()
                .says(
                        "the volume of pg_wal on {member} has {value} left",
                        "the volume of pg_wal on {member} will be full in {value}")
                .impact("When it is full, PostgreSQL stops.")
                .first(
                        "df -h DATA_DIR/pg_wal   # on {member}",
                        "matriarchctl query -U postgres -q 'select slot_name, active,"
                                + " pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) from"
                                + " pg_replication_slots order by 3 desc'",
                        ARCHIVER)
                .runbook(
                        """
                        **Never delete files of pg_wal by hand.** What keeps WAL, most frequent first: an archive that fails or is slow
                        (ArchiveFailing, ArchiveStalled), a slot (SlotInactive, SlotRetention), `wal_keep_size`, a checkpoint that is
                        overdue. End the cause; the next checkpoint frees the room. In need: `matriarchctl switchover` to a member that
                        has room, or grow the volume.
                        """);
    }

    private static Rule writePath() {
        return Rule.named("WritePathFailing", WAL)
                .measure(metric("matriarch_write_path_failing_seconds"))
                .clearHalf()
                .says("no WAL can be written on {member} since {value}")
                .impact(
                        "On the leader no commit comes to its end; a standby falls behind, and cannot take"
                                + " over.")
                .first(
                        "df -h DATA_DIR/pg_wal; mount | grep -w ro   # on {member}",
                        "dmesg -T | tail -n 30   # on {member}",
                        "matriarchctl events --since 10m")
                .runbook(
                        """
                        The cause says what the probe found. By `matriarch.write_path.action` the leader hands over to a member that has
                        room after `fails_after`; the last decision in `matriarchctl events` says to whom, or why not.

                        | state | do |
                        |---|---|
                        | full | make room, never by deleting files of pg_wal: see WalVolumeFull. The ballast is used up; it is laid in again by itself once there is room |
                        | read_only | `dmesg` names the error that made the kernel remount it; replace the disk, then `matriarchctl reinit` |
                        | hung | the disk or its server does not answer; a process that waits for it cannot be ended: restart the machine if it does not come back |
                        | refused | rights of the directory, or a quota |
                        | connections | end sessions (ConnectionsHigh); a switchover would not help |
                        """);
    }

    private static Rule summarizer() {
        return Rule.named("WalSummarizerBehind", WAL)
                .measure(metric("matriarch_wal_summarizer_behind_bytes"))
                .clearHalf()
                .traits(ASKS_POSTGRES)
                .says("WAL summaries on {member} are {value} behind")
                .impact("An incremental backup waits for them, or falls back to a full one.")
                .first(
                        "matriarchctl query -U postgres -q 'select * from"
                                + " pg_get_wal_summarizer_state()'")
                .runbook("Is its process there (`summarizer_pid`)? Is the disk slow (DiskSlow)?");
    }
}
