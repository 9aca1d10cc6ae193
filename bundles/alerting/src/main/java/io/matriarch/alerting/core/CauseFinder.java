package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Cause;

/** Which tree is walked for which rule. */
final class CauseFinder {
    private CauseFinder() {}

    static Cause find(Facts facts) {
        return switch (facts.rule()) {
            case "PostgresDown" -> AvailabilityCauses.postgresDown(facts);
            case "AgentDown" -> AvailabilityCauses.agentDown(facts);
            case "ClusterNoPrimary" -> AvailabilityCauses.noPrimary(facts);
            case "NoFailoverCandidate" -> AvailabilityCauses.noCandidate(facts);
            case "MemberUnhealthy" -> AvailabilityCauses.memberUnhealthy(facts);
            case "DcsSlow", "LeaseMarginLow" -> AvailabilityCauses.slow(facts);
            case "DcsUnreachable", "QuorumAtRisk", "FailsafeActive" ->
                    AvailabilityCauses.store(facts);
            case "FailoverHappened", "TimelineFlapping" -> AvailabilityCauses.failover(facts);
            case "ClockSkew", "RepositoryClockSkew", "ClockUnsynchronized" ->
                    HostCauses.clock(facts);
            case "ReplicationLagTime", "ReplicationLagBytes" -> ReplicationCauses.lag(facts);
            case "StandbyNotStreaming" -> ReplicationCauses.notStreaming(facts);
            case "SyncDegraded" -> ReplicationCauses.sync(facts);
            case "SlotInactive", "SlotRetention", "SlotAtRisk" -> ReplicationCauses.slot(facts);
            case "ArchiveFailing", "RepositoryDown" -> WalCauses.refused(facts);
            case "ArchiveStalled", "ArchiveBacklogGrowing" -> WalCauses.stalled(facts);
            case "RpoExceeded" -> WalCauses.rpo(facts);
            case "WalVolumeFull" -> WalCauses.volume(facts);
            case "WritePathFailing" -> WalCauses.writing(facts);
            case "BackupFailed", "BackupTooOld", "BackupSlow", "DrillFailed", "VerifyFailed" ->
                    WalCauses.backup(facts);
            case "XidWraparound",
                    "MultixactWraparound",
                    "FreezeOverdue",
                    "TableVacuumOverdue",
                    "AutovacuumSaturated",
                    "XminHorizonHeld",
                    "FeedbackXmin" ->
                    DatabaseCauses.vacuum(facts);
            case "BlockedSessions", "Deadlocks" -> DatabaseCauses.blocked(facts);
            case "ConnectionsHigh" -> DatabaseCauses.connections(facts);
            case "LongTransaction", "LongQuery" -> DatabaseCauses.longRunning(facts);
            case "CheckpointOverdue", "CheckpointsTooFrequent" -> DatabaseCauses.checkpoint(facts);
            case "DiskFull" -> HostCauses.disk(facts);
            case "DiskSlow", "LoadHigh" -> HostCauses.busy(facts);
            case "MemoryLow", "OomKill", "SwapUse" -> HostCauses.memory(facts);
            case "JvmPressure" -> HostCauses.jvm(facts);
            case "CollectorFailing" -> HostCauses.collector(facts);
            case "NotificationFailing" -> HostCauses.notification(facts);
            case "PoolerClientsWaiting" -> ProxyCauses.waiting(facts);
            case "BalancerNoServer" -> ProxyCauses.noServer(facts);
            default -> new Inquiry().answer();
        };
    }
}
