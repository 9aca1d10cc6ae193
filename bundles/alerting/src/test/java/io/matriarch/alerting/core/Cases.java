package io.matriarch.alerting.core;

import static io.matriarch.alerting.core.Story.figure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;

/**
 * For every rule what is measured while it is wrong, and once it is right again, by the seconds
 * since the beginning.
 */
final class Cases {
    static final double DAY = 86_400;
    private static final double GIB = 1L << 30;
    static final Figure PRIMARY = figure("pg_replication_is_replica", 0);
    private static final Map<String, Case> ALL = new LinkedHashMap<>();

    /**
     * @param lasts how long it is wrong
     * @param recovers how long it is right until the alert has ended
     */
    record Case(
            DoubleFunction<List<Figure>> wrong,
            DoubleFunction<List<Figure>> right,
            Duration lasts,
            Duration recovers) {}

    private Cases() {}

    static Map<String, Case> all() {
        return ALL;
    }

    static {
        availability();
        replication();
        wal();
        backup();
        DatabaseCases.all();
        HostCases.all();
    }

    private static void availability() {
        plain("PostgresDown", figure("pg_up", 0), figure("pg_up", 1));
        plain(
                "AgentDown",
                figure("matriarch_agent_silent_seconds", 31, "member", "n2"),
                figure("matriarch_agent_silent_seconds", 0, "member", "n2"));
        plain(
                "ClusterNoPrimary",
                figure("matriarch_cluster_primaries", 0),
                figure("matriarch_cluster_primaries", 1));
        plain(
                "SplitBrain",
                figure("matriarch_cluster_primaries", 2),
                figure("matriarch_cluster_primaries", 1));
        var three = figure("matriarch_expected_members", 3);
        add(
                "NoFailoverCandidate",
                _ -> List.of(figure("matriarch_failover_candidates", 0), three),
                _ -> List.of(figure("matriarch_failover_candidates", 2), three));
        plain(
                "MemberUnhealthy",
                figure("matriarch_member_unhealthy", 1, "member", "n2"),
                figure("matriarch_member_unhealthy", 0, "member", "n2"));
        var members = figure("matriarch_dcs_members", 3);
        add(
                "QuorumAtRisk",
                _ -> List.of(figure("matriarch_dcs_members_healthy", 2), members),
                _ -> List.of(figure("matriarch_dcs_members_healthy", 3), members));
        add("DcsSlow", s -> requests(s, 0, 10), s -> requests(s, 10, 0));
        var quota = figure("matriarch_dcs_db_quota_bytes", 2e9, "endpoint", "http://a:2379");
        add(
                "DcsQuota",
                _ ->
                        List.of(
                                quota,
                                figure(
                                        "matriarch_dcs_db_size_bytes",
                                        1.7e9,
                                        "endpoint",
                                        "http://a:2379")),
                _ ->
                        List.of(
                                quota,
                                figure(
                                        "matriarch_dcs_db_size_bytes",
                                        1e6,
                                        "endpoint",
                                        "http://a:2379")));
        add(
                "DcsUnreachable",
                s -> at("matriarch_dcs_last_success_timestamp_seconds", s - 15),
                s -> at("matriarch_dcs_last_success_timestamp_seconds", s - 1));
        plain(
                "LeaseMarginLow",
                figure("matriarch_leader_lease_margin_ratio", 0.15),
                figure("matriarch_leader_lease_margin_ratio", 0.7));
        add(
                "FailoverHappened",
                _ -> failover(30),
                _ -> failover(30),
                Duration.ofMinutes(2),
                Duration.ofHours(2));
        add(
                "TimelineFlapping",
                s -> List.of(figure("matriarch_timeline", 3 + Math.floor(s / 300))),
                _ -> List.of(figure("matriarch_timeline", 6)),
                Duration.ofMinutes(15),
                Duration.ofHours(4));
        plain(
                "FailsafeActive",
                figure("patroni_failsafe_mode_is_active", 1),
                figure("patroni_failsafe_mode_is_active", 0));
        plain(
                "MaintenanceTooLong",
                figure("matriarch_maintenance_age_seconds", 2000),
                figure("matriarch_maintenance_age_seconds", 0));
        plain(
                "ClockSkew",
                figure("matriarch_clock_offset_seconds", -0.7, "peer", "n2"),
                figure("matriarch_clock_offset_seconds", -0.1, "peer", "n2"));
        plain("GuardMissing", figure("matriarch_guard_up", 0), figure("matriarch_guard_up", 1));
        add(
                "PendingRestart",
                _ -> List.of(figure("matriarch_pending_restart", 1)),
                _ -> List.of(figure("matriarch_pending_restart", 0)),
                Duration.ofHours(25),
                Duration.ofMinutes(1));
    }

    private static List<Figure> failover(double s) {
        return at("matriarch_event_last_timestamp_seconds", s, "kind", "failover");
    }

    /** So many quick and slow requests in each second. */
    private static List<Figure> requests(double s, double quick, double slow) {
        var all = new ArrayList<Figure>();
        for (var bound : List.of("0.1", "0.25", "0.5", "+Inf")) {
            double count = s * quick + (bound.equals("0.1") || bound.equals("0.25") ? 0 : s * slow);
            all.add(
                    figure(
                            "matriarch_dcs_request_seconds_bucket",
                            count,
                            "op",
                            "txn",
                            "le",
                            bound));
        }
        return all;
    }

    static List<Figure> at(String metric, double s, String... labels) {
        return List.of(figure(metric, Story.START.getEpochSecond() + s, labels));
    }

    private static void replication() {
        standby("ReplicationLagTime", "matriarch_replication_clock_lag_seconds", 40, 2);
        plain(
                "ReplicationLagBytes",
                figure(
                        "matriarch_replication_stage_bytes",
                        2 * GIB,
                        "standby",
                        "n2",
                        "stage",
                        "total"),
                figure(
                        "matriarch_replication_stage_bytes",
                        100,
                        "standby",
                        "n2",
                        "stage",
                        "total"));
        plain(
                "StandbyNotStreaming",
                figure("matriarch_receiver_up", 0),
                figure("matriarch_receiver_up", 1));
        add(
                "ReplayPaused",
                _ -> List.of(figure("matriarch_replay_paused", 1)),
                _ -> List.of(figure("matriarch_replay_paused", 0)),
                Duration.ofMinutes(11),
                Duration.ofMinutes(1));
        var required = figure("matriarch_replication_sync_required", 1);
        add(
                "SyncDegraded",
                _ ->
                        List.of(
                                required,
                                figure("matriarch_replication_sync_available", 0),
                                figure("pg_stat_activity_count", 7, "wait_event", "SyncRep")),
                _ -> List.of(required, figure("matriarch_replication_sync_available", 1)));
        add(
                "SlotInactive",
                _ ->
                        List.of(
                                figure("matriarch_slot_inactive_seconds", 700, "slot", "cdc"),
                                PRIMARY),
                _ -> List.of(figure("matriarch_slot_inactive_seconds", 0, "slot", "cdc"), PRIMARY));
        var volume = figure("matriarch_volume_size_bytes", 100 * GIB, "role", "wal");
        add(
                "SlotRetention",
                _ ->
                        List.of(
                                figure("matriarch_slot_retained_bytes", 12 * GIB, "slot", "cdc"),
                                volume),
                _ -> List.of(figure("matriarch_slot_retained_bytes", 1, "slot", "cdc"), volume));
        add(
                "SlotAtRisk",
                _ -> List.of(figure("matriarch_slot_safe_bytes", GIB / 2, "slot", "cdc")),
                _ -> List.of(figure("matriarch_slot_safe_bytes", 9 * GIB, "slot", "cdc")));
        standby("FeedbackXmin", "matriarch_replication_feedback_xmin_age", 20e6, 5);
        counter("RecoveryConflicts", "matriarch_recovery_conflicts_total", 0.5);
        var most = figure("matriarch_walsenders_max", 10);
        add(
                "WalSendersNearLimit",
                _ -> List.of(figure("matriarch_walsenders_used", 9), most),
                _ -> List.of(figure("matriarch_walsenders_used", 3), most));
    }

    private static void wal() {
        add(
                "ArchiveFailing",
                _ -> List.of(figure("matriarch_archive_failing", 1)),
                _ -> List.of(figure("matriarch_archive_failing", 0)));
        plain(
                "ArchiveStalled",
                figure("matriarch_archive_oldest_ready_seconds", 200),
                figure("matriarch_archive_oldest_ready_seconds", 3));
        var behind = figure("matriarch_archive_throughput_ratio", 0.8);
        add(
                "ArchiveBacklogGrowing",
                _ -> List.of(figure("matriarch_archive_ready_segments", 80), behind),
                _ -> List.of(figure("matriarch_archive_ready_segments", 3), behind));
        plain(
                "ArchiveGap",
                figure("matriarch_archive_gaps", 1, "repo", "repo1", "timeline", "3"),
                figure("matriarch_archive_gaps", 0, "repo", "repo1", "timeline", "3"));
        var rpo = figure("matriarch_rpo_objective_seconds", 60);
        add(
                "RpoExceeded",
                _ -> List.of(figure("matriarch_rpo_seconds", 90, "repo", "best"), rpo),
                _ -> List.of(figure("matriarch_rpo_seconds", 1, "repo", "best"), rpo));
        var rto = figure("matriarch_rto_objective_seconds", 600);
        add(
                "RtoExceeded",
                _ ->
                        List.of(
                                figure("matriarch_rto_predicted_seconds", 550, "target", "latest"),
                                rto),
                _ ->
                        List.of(
                                figure("matriarch_rto_predicted_seconds", 90, "target", "latest"),
                                rto),
                Duration.ofMinutes(31),
                Duration.ofMinutes(1));
        add("WalVolumeFull", _ -> volume("wal", 0.15), _ -> volume("wal", 0.4));
        plain(
                "WritePathFailing",
                figure("matriarch_write_path_failing_seconds", 31),
                figure("matriarch_write_path_failing_seconds", 0));
        plain(
                "WalSummarizerBehind",
                figure("matriarch_wal_summarizer_behind_bytes", 5 * GIB),
                figure("matriarch_wal_summarizer_behind_bytes", 5));
    }

    static List<Figure> volume(String role, double free) {
        return List.of(
                figure("matriarch_volume_free_bytes", free * 100 * GIB, "role", role),
                figure("matriarch_volume_size_bytes", 100 * GIB, "role", role));
    }

    private static void backup() {
        age("BackupTooOld", "matriarch_backup_last_success_timestamp_seconds", 1.3, "type", "full");
        add(
                "BackupFailed",
                _ ->
                        List.of(
                                figure(
                                        "matriarch_backup_last_result",
                                        0,
                                        "repo",
                                        "r",
                                        "type",
                                        "full")),
                _ ->
                        List.of(
                                figure(
                                        "matriarch_backup_last_result",
                                        1,
                                        "repo",
                                        "r",
                                        "type",
                                        "full")));
        runs("BackupSlow", "matriarch_backup_last_duration_seconds", 600, 2000, new String[0]);
        runs(
                "BackupSizeAnomaly",
                "matriarch_backup_last_bytes",
                50 * GIB,
                10 * GIB,
                new String[] {"kind", "repository"});
        plain(
                "PageChecksumFailure",
                figure("matriarch_backup_page_checksum_failures", 1, "backup", "20261123-010101F"),
                figure("matriarch_backup_page_checksum_failures", 0, "backup", "20261124-010101F"));
        plain(
                "VerifyFailed",
                figure("matriarch_verify_objects_bad", 2, "repo", "repo1"),
                figure("matriarch_verify_objects_bad", 0, "repo", "repo1"));
        age("VerifyOverdue", "matriarch_verify_last_success_timestamp_seconds", 15);
        plain(
                "DrillFailed",
                figure("matriarch_drill_last_result", 0, "kind", "latest"),
                figure("matriarch_drill_last_result", 1, "kind", "latest"));
        age("DrillOverdue", "matriarch_drill_last_success_timestamp_seconds", 9, "kind", "latest");
        plain(
                "RepositoryDown",
                figure("matriarch_repo_up", 0, "repo", "repo1"),
                figure("matriarch_repo_up", 1, "repo", "repo1"));
        plain(
                "RepositoryClockSkew",
                figure("matriarch_repo_clock_offset_seconds", -90, "repo", "repo1"),
                figure("matriarch_repo_clock_offset_seconds", 0, "repo", "repo1"));
        add(
                "RepositoryThrottled",
                s -> throttled(s, 1),
                s -> throttled(600, 1, s),
                Duration.ofMinutes(10),
                Duration.ofMinutes(10));
        add(
                "RetentionBlocked",
                _ -> List.of(figure("matriarch_retention_blocked", 1, "repo", "r", "reason", "x")),
                _ -> List.of(figure("matriarch_retention_blocked", 0, "repo", "r", "reason", "x")),
                Duration.ofHours(25),
                Duration.ofMinutes(1));
    }

    private static List<Figure> throttled(double s, double refused) {
        return throttled(s, refused, s);
    }

    private static List<Figure> throttled(double refusedUntil, double refused, double s) {
        return List.of(
                figure("matriarch_repo_requests_total", 9 * s, "repo", "r", "code", "200"),
                figure(
                        "matriarch_repo_requests_total",
                        refused * refusedUntil,
                        "repo",
                        "r",
                        "code",
                        "503"));
    }

    /** Five runs as usual, an odd one, and then usual ones again. */
    private static void runs(String rule, String metric, double usual, double odd, String[] more) {
        DoubleFunction<List<Figure>> each =
                s -> {
                    double run = Math.floor(s / 60);
                    var labels = new ArrayList<>(List.of("repo", "r", "type", "full"));
                    var own = new ArrayList<>(labels);
                    own.addAll(List.of(more));
                    return List.of(
                            figure(metric, run == 5 ? odd : usual, own.toArray(String[]::new)),
                            figure(
                                    "matriarch_backup_last_success_timestamp_seconds",
                                    Story.START.getEpochSecond() + 60 * run,
                                    labels.toArray(String[]::new)));
                };
        add(rule, each, each, Duration.ofSeconds(330), Duration.ofMinutes(2));
    }

    private static void age(String rule, String metric, double days, String... labels) {
        var all = new ArrayList<>(List.of("repo", "repo1"));
        all.addAll(List.of(labels));
        var of = all.toArray(String[]::new);
        add(rule, _ -> at(metric, -days * DAY, of), s -> at(metric, s - 60, of));
    }

    private static void standby(String rule, String metric, double wrong, double right) {
        plain(rule, figure(metric, wrong, "standby", "n2"), figure(metric, right, "standby", "n2"));
    }

    /** Grows by so much per second, and then not any more. */
    static void counter(String rule, String metric, double perSecond, String... labels) {
        add(
                rule,
                s -> List.of(figure(metric, perSecond * s, labels)),
                _ -> List.of(figure(metric, perSecond * 1800, labels)),
                Duration.ofMinutes(30),
                Duration.ofMinutes(20));
    }

    static void plain(String rule, Figure wrong, Figure right) {
        var hold = Catalogue.named(rule).orElseThrow().spec().hold();
        add(
                rule,
                _ -> List.of(wrong),
                _ -> List.of(right),
                hold.plusMinutes(10),
                Duration.ofMinutes(15));
    }

    static void add(
            String rule, DoubleFunction<List<Figure>> wrong, DoubleFunction<List<Figure>> right) {
        add(rule, wrong, right, Duration.ofMinutes(11), Duration.ofMinutes(15));
    }

    static void add(
            String rule,
            DoubleFunction<List<Figure>> wrong,
            DoubleFunction<List<Figure>> right,
            Duration lasts,
            Duration recovers) {
        ALL.put(rule, new Case(wrong, right, lasts, recovers));
    }
}
