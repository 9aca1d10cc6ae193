package io.matriarch.failover.rest.core;

import io.matriarch.api.Lsn;
import io.matriarch.api.SystemId;
import io.matriarch.failover.core.ClusterView.Initialize;
import io.matriarch.failover.core.MemberJson;
import io.matriarch.failover.core.NodeReport;
import io.matriarch.failover.core.Role;
import io.matriarch.failover.core.Synchronous;
import io.matriarch.failover.core.WritePath;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.ServerView.Live;
import io.matriarch.postgres.api.WalSender;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The status of this node [2.4]: the body of {@code GET /patroni} and of every health check. Peers
 * read it during an election.
 */
public final class StatusJson {
    private static final Set<PostgresState> QUERIED =
            Set.of(PostgresState.RUNNING, PostgresState.RESTARTING, PostgresState.STARTING);

    private StatusJson() {}

    /** Field order is Patroni's. */
    public static Map<String, Object> of(NodeReport report) {
        var status = new LinkedHashMap<String, @Nullable Object>();
        var live = live(report);
        status.put("state", state(report));
        live.ifPresent(it -> status.put("postmaster_start_time", it.postmasterStartTime()));
        status.put("role", role(report));
        live.ifPresent(it -> putServer(status, it));
        if (!waitedFor(report).isEmpty()) status.put(waitedFor(report), true);
        if (report.policy().paused()) status.put("pause", true);
        if (unlocked(report)) status.put("cluster_unlocked", true);
        if (report.failsafe().active()) status.put("failsafe_mode_is_active", true);
        status.put("dcs_last_seen", report.dcsLastSeen().getEpochSecond());
        putOurs(status, report);
        systemId(report).ifPresent(id -> status.put("database_system_identifier", id.value()));
        var patroni = new LinkedHashMap<String, Object>();
        patroni.put("version", MemberJson.PATRONI_VERSION);
        patroni.put("scope", report.scope());
        patroni.put("name", report.name().value());
        status.put("patroni", patroni);
        return status;
    }

    /** What the server said, unless its state makes an old answer of it. */
    static Optional<Live> live(NodeReport report) {
        return report.server().live().filter(_ -> QUERIED.contains(report.server().state()));
    }

    static String state(NodeReport report) {
        boolean silent = report.server().state() == PostgresState.RUNNING && live(report).isEmpty();
        return silent ? "unknown" : report.server().state().text();
    }

    /**
     * As the server says; only while it says nothing, as we last published. Which standby leads a
     * standby cluster the server does not know.
     */
    static String role(NodeReport report) {
        return live(report)
                .map(it -> it.inRecovery() ? standbyRole(report) : "primary")
                .orElseGet(() -> report.role().text());
    }

    private static String standbyRole(NodeReport report) {
        boolean leads =
                report.role() == Role.STANDBY_LEADER
                        && report.policy().standbyCluster().isPresent();
        return (leads ? Role.STANDBY_LEADER : Role.REPLICA).text();
    }

    static String replicationState(NodeReport report) {
        return live(report).filter(Live::inRecovery).map(Live::replicationState).orElse("");
    }

    /** {@code sync_standby} or {@code quorum_standby} if commits wait for this node; else empty. */
    static String waitedFor(NodeReport report) {
        if (!role(report).equals("replica")) return "";
        return report.view()
                .flatMap(view -> Synchronous.role(view, report.policy(), report.name()))
                .orElse("");
    }

    static boolean unlocked(NodeReport report) {
        return report.view().flatMap(view -> view.leader()).isEmpty();
    }

    private static void putServer(Map<String, @Nullable Object> status, Live live) {
        status.put("server_version", live.serverVersion());
        status.put("xlog", xlog(live));
        if (live.timeline() > 0) status.put("timeline", live.timeline());
        if (live.inRecovery() && !live.replicationState().isEmpty())
            status.put("replication_state", live.replicationState());
        if (!live.walSenders().isEmpty())
            status.put("replication", live.walSenders().stream().map(StatusJson::sender).toList());
    }

    /**
     * {@code location} says "I am a live primary": it vetoes elections, so a standby never has it.
     */
    private static Map<String, @Nullable Object> xlog(Live live) {
        var xlog = new LinkedHashMap<String, @Nullable Object>();
        if (live.inRecovery()) {
            boolean received = !live.received().equals(Lsn.ZERO);
            xlog.put(
                    "received_location",
                    received ? live.received().value() : live.replayed().value());
            xlog.put("replayed_location", live.replayed().value());
            xlog.put("replayed_timestamp", live.replayedAt().map(Times::spaced).orElse(null));
            xlog.put("paused", live.replayPaused());
        } else {
            xlog.put("location", live.flushed().value());
        }
        return xlog;
    }

    private static Map<String, @Nullable Object> sender(WalSender sender) {
        var row = new LinkedHashMap<String, @Nullable Object>();
        row.put("usename", sender.user());
        row.put("application_name", sender.applicationName());
        row.put("client_addr", sender.clientAddress().isEmpty() ? null : sender.clientAddress());
        row.put("state", sender.state());
        row.put("sync_state", sender.syncState());
        row.put("sync_priority", sender.syncPriority());
        return row;
    }

    private static void putOurs(Map<String, @Nullable Object> status, NodeReport report) {
        if (!report.tags().published().isEmpty()) status.put("tags", report.tags().published());
        if (!report.pendingRestart().isEmpty()) {
            status.put("pending_restart", true);
            status.put("pending_restart_reason", MemberJson.pendingReason(report.pendingRestart()));
        }
        if (report.writePath().outcome() != WritePath.Outcome.UNKNOWN)
            status.put("write_path", writePath(report.writePath()));
        report.scheduledRestart()
                .ifPresent(restart -> {
                    var scheduled = new LinkedHashMap<>(MemberJson.scheduled(restart));
                    scheduled.put("schedule", Times.iso(restart.at()));
                    scheduled.remove("postmaster_start_time");
                    status.put("scheduled_restart", scheduled);
                });
    }

    /** Members ask whether there is room before they hand over. */
    private static Map<String, Object> writePath(WritePath path) {
        var told = new LinkedHashMap<String, Object>();
        told.put("state", path.outcome().text());
        if (path.room() != WritePath.Room.UNKNOWN)
            told.put("room", path.room() == WritePath.Room.FREE);
        if (!path.detail().isEmpty()) told.put("detail", path.detail());
        return told;
    }

    private static Optional<SystemId> systemId(NodeReport report) {
        return report.server()
                .systemId()
                .or(() ->
                        report.view()
                                .flatMap(view ->
                                        view.initialize() instanceof Initialize.Done(var id)
                                                ? Optional.of(id)
                                                : Optional.empty()));
    }
}
