package io.matriarch.alerting.api;

import static io.matriarch.alerting.api.Severity.CRITICAL;
import static io.matriarch.alerting.api.Severity.WARNING;
import static io.matriarch.alerting.api.Unit.BYTES;
import static io.matriarch.alerting.api.Unit.COUNT;
import static io.matriarch.alerting.api.Unit.FLAG;
import static io.matriarch.alerting.api.Unit.PERCENT;
import static io.matriarch.alerting.api.Unit.PER_MINUTE;
import static io.matriarch.alerting.api.Unit.SECONDS;
import static io.matriarch.alerting.api.Unit.TRANSACTIONS;

import io.matriarch.alerting.api.Limit.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Every rule with its default levels: what {@code alerts.rules} of the configuration may name. The
 * names are also those of the alerts, of the runbooks and of the exported Prometheus rules, so none
 * is ever used for something else.
 */
public final class AlertRules {
    private static final double NEVER = Double.NaN;
    private static final double GIB = 1L << 30;
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final double MINUTE = 60;
    private static final double HOUR = 3_600;
    private static final double DAY = 86_400;

    private static final List<AlertRule> ALL = rules();

    private AlertRules() {}

    public static List<AlertRule> all() {
        return ALL;
    }

    public static Optional<AlertRule> named(String name) {
        return ALL.stream().filter(rule -> rule.name().equals(name)).findFirst();
    }

    private static List<AlertRule> rules() {
        var rules = new ArrayList<AlertRule>();
        rules.addAll(availability());
        rules.addAll(replication());
        rules.addAll(wal());
        rules.addAll(backup());
        rules.addAll(database());
        rules.addAll(host());
        rules.addAll(proxies());
        return List.copyOf(rules);
    }

    private static List<AlertRule> availability() {
        return List.of(
                flag("PostgresDown", CRITICAL, seconds(30)),
                above("AgentDown", SECONDS, NEVER, 30, AT_ONCE),
                flag("ClusterNoPrimary", CRITICAL, seconds(15)),
                flag("SplitBrain", CRITICAL, AT_ONCE),
                flag("NoFailoverCandidate", CRITICAL, minutes(2)),
                flag("MemberUnhealthy", WARNING, minutes(5)),
                below("QuorumAtRisk", COUNT, 0, -1, minutes(1)),
                above("DcsSlow", SECONDS, 0.2, 1, minutes(2)),
                above("DcsQuota", PERCENT, 80, 95, minutes(5)),
                above("DcsUnreachable", SECONDS, 10, 30, AT_ONCE),
                below("LeaseMarginLow", PERCENT, 40, 20, AT_ONCE),
                flag("FailoverHappened", WARNING, AT_ONCE),
                above("TimelineFlapping", COUNT, 2, 4, AT_ONCE),
                flag("FailsafeActive", WARNING, minutes(1)),
                above("MaintenanceTooLong", SECONDS, 30 * MINUTE, 4 * HOUR, AT_ONCE),
                above("ClockSkew", SECONDS, 0.5, 2, minutes(2)),
                flag("GuardMissing", CRITICAL, minutes(1)),
                above("PendingRestart", SECONDS, DAY, 7 * DAY, AT_ONCE));
    }

    private static List<AlertRule> replication() {
        return List.of(
                above("ReplicationLagTime", SECONDS, 30, 300, minutes(2)),
                above("ReplicationLagBytes", BYTES, GIB, 10 * GIB, minutes(5)),
                flag("StandbyNotStreaming", WARNING, minutes(1)),
                above("ReplayPaused", SECONDS, 10 * MINUTE, HOUR, AT_ONCE),
                and(
                        flag("SyncDegraded", WARNING, seconds(30)),
                        limit("blocked", FLAG, Side.ABOVE, NEVER, 1)),
                above("SlotInactive", SECONDS, 10 * MINUTE, NEVER, AT_ONCE),
                above("SlotRetention", PERCENT, 10, 25, minutes(5)),
                and(
                        flag("SlotAtRisk", CRITICAL, AT_ONCE),
                        limit("left", BYTES, Side.BELOW, GIB, NEVER)),
                above("FeedbackXmin", TRANSACTIONS, 10e6, 100e6, minutes(10)),
                above("RecoveryConflicts", PER_MINUTE, 10, NEVER, minutes(5)),
                above("WalSendersNearLimit", PERCENT, 80, 95, minutes(5)));
    }

    private static List<AlertRule> wal() {
        return List.of(
                above("ArchiveFailing", SECONDS, 60, 300, AT_ONCE),
                above("ArchiveStalled", SECONDS, 180, 600, AT_ONCE),
                above("ArchiveBacklogGrowing", COUNT, 64, 512, minutes(10)),
                flag("ArchiveGap", CRITICAL, AT_ONCE),
                above("RpoExceeded", PERCENT, 80, 100, seconds(30)),
                above("RtoExceeded", PERCENT, 80, 100, minutes(30)),
                and(
                        below("WalVolumeFull", PERCENT, 20, 10, minutes(1)),
                        limit("eta", SECONDS, Side.BELOW, 12 * HOUR, 2 * HOUR)),
                above("WritePathFailing", SECONDS, 5, 30, AT_ONCE),
                above("WalSummarizerBehind", BYTES, 4 * GIB, NEVER, minutes(15)));
    }

    private static List<AlertRule> backup() {
        return List.of(
                above("BackupTooOld", SECONDS, 30 * HOUR, 48 * HOUR, AT_ONCE),
                and(
                        flag("BackupFailed", WARNING, AT_ONCE),
                        limit("row", COUNT, Side.ABOVE, NEVER, 3)),
                above("BackupSlow", PERCENT, 150, 300, AT_ONCE),
                above("BackupSizeAnomaly", PERCENT, 30, 60, AT_ONCE),
                flag("PageChecksumFailure", CRITICAL, AT_ONCE),
                flag("VerifyFailed", CRITICAL, AT_ONCE),
                above("VerifyOverdue", SECONDS, 14 * DAY, 30 * DAY, AT_ONCE),
                flag("DrillFailed", CRITICAL, AT_ONCE),
                above("DrillOverdue", SECONDS, 8 * DAY, 31 * DAY, AT_ONCE),
                above("RepositoryDown", SECONDS, 60, 300, AT_ONCE),
                above("RepositoryClockSkew", SECONDS, MINUTE, 10 * MINUTE, minutes(2)),
                above("RepositoryThrottled", PERCENT, 5, 25, minutes(5)),
                above("RetentionBlocked", SECONDS, DAY, NEVER, AT_ONCE));
    }

    private static List<AlertRule> database() {
        return List.of(
                above("XidWraparound", PERCENT, 40, 70, minutes(5)),
                above("MultixactWraparound", PERCENT, 40, 70, minutes(5)),
                above("FreezeOverdue", PERCENT, 110, 150, minutes(15)),
                above("XminHorizonHeld", TRANSACTIONS, 10e6, 100e6, minutes(5)),
                above("LongTransaction", SECONDS, 15 * MINUTE, 2 * HOUR, AT_ONCE),
                above("IdleInTransaction", SECONDS, 5 * MINUTE, 15 * MINUTE, AT_ONCE),
                above("LongQuery", SECONDS, HOUR, 6 * HOUR, AT_ONCE),
                and(
                        above("BlockedSessions", COUNT, 5, 50, seconds(30)),
                        limit("wait", SECONDS, Side.ABOVE, 60, 5 * MINUTE)),
                above("Deadlocks", PER_MINUTE, 1, 10, minutes(5)),
                above("ConnectionsHigh", PERCENT, 80, 95, minutes(2)),
                above("PreparedTransactionOld", SECONDS, 5 * MINUTE, HOUR, AT_ONCE),
                flag("CheckpointsTooFrequent", WARNING, minutes(15)),
                above("CheckpointOverdue", PERCENT, 200, 400, AT_ONCE),
                above("AutovacuumSaturated", PERCENT, 100, NEVER, minutes(30)),
                above("TableVacuumOverdue", SECONDS, DAY, 3 * DAY, AT_ONCE),
                above("TempSpillHigh", BYTES, GIB, 10 * GIB, minutes(10)),
                informs(below("CacheHitLow", PERCENT, 90, NEVER, minutes(30))),
                above("RollbackRatioHigh", PERCENT, 20, NEVER, minutes(10)),
                above("SequenceExhaustion", PERCENT, 80, 95, AT_ONCE),
                flag("InvalidIndex", WARNING, minutes(60)),
                flag("SettingUnsafe", CRITICAL, AT_ONCE),
                above("StatementsEvicted", COUNT, 1000, NEVER, minutes(60)),
                flag("SubscriptionError", WARNING, AT_ONCE));
    }

    private static List<AlertRule> host() {
        return List.of(
                and(
                        above("DiskFull", PERCENT, 80, 90, minutes(2)),
                        limit("eta", SECONDS, Side.BELOW, 24 * HOUR, 4 * HOUR)),
                below("InodesLow", PERCENT, 15, 5, minutes(5)),
                above("DiskSlow", SECONDS, 0.05, 0.25, minutes(5)),
                below("MemoryLow", PERCENT, 15, 5, minutes(5)),
                flag("OomKill", CRITICAL, AT_ONCE),
                above("SwapUse", PERCENT, 30, 60, minutes(10)),
                above("LoadHigh", COUNT, 2, 4, minutes(10)),
                below("CertificateExpiry", SECONDS, 21 * DAY, 5 * DAY, AT_ONCE),
                above("ClockUnsynchronized", SECONDS, 5 * MINUTE, HOUR, AT_ONCE),
                above("CollectorFailing", SECONDS, 5 * MINUTE, 30 * MINUTE, AT_ONCE),
                above("NotificationFailing", SECONDS, 5 * MINUTE, 30 * MINUTE, AT_ONCE),
                flag("AgentVersionMismatch", WARNING, minutes(24 * 60)),
                above("JvmPressure", PERCENT, 10, 20, minutes(5)));
    }

    private static List<AlertRule> proxies() {
        return List.of(
                flag("PoolerDown", CRITICAL, minutes(1)),
                above("PoolerClientsWaiting", SECONDS, 5, 30, minutes(1)),
                flag("BalancerDown", CRITICAL, minutes(1)),
                flag("BalancerNoServer", CRITICAL, minutes(1)));
    }

    private static AlertRule flag(String name, Severity severity, Duration hold) {
        double warning = severity == WARNING ? 1 : NEVER;
        double critical = severity == CRITICAL ? 1 : NEVER;
        return rule(name, limit("", FLAG, Side.ABOVE, warning, critical), hold);
    }

    private static AlertRule above(String name, Unit unit, double w, double c, Duration hold) {
        return rule(name, limit("", unit, Side.ABOVE, w, c), hold);
    }

    private static AlertRule below(String name, Unit unit, double w, double c, Duration hold) {
        return rule(name, limit("", unit, Side.BELOW, w, c), hold);
    }

    private static AlertRule rule(String name, Limit limit, Duration hold) {
        return new AlertRule(name, List.of(limit), hold, WARNING);
    }

    private static AlertRule and(AlertRule rule, Limit further) {
        var limits = new ArrayList<>(rule.limits());
        limits.add(further);
        return new AlertRule(rule.name(), limits, rule.hold(), rule.lesser());
    }

    private static AlertRule informs(AlertRule rule) {
        return new AlertRule(rule.name(), rule.limits(), rule.hold(), Severity.INFO);
    }

    private static Limit limit(String name, Unit unit, Side side, double w, double c) {
        return new Limit(name, unit, side, level(w), level(c));
    }

    private static OptionalDouble level(double value) {
        return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    private static Duration minutes(long minutes) {
        return Duration.ofMinutes(minutes);
    }
}
