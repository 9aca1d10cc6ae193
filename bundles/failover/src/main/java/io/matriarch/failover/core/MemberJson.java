package io.matriarch.failover.core;

import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.PendingRestart;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.ServerView;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The value of our member key (interop page, 1.8): field order and rules are Patroni's. */
public final class MemberJson {
    /**
     * Peers parse this as dotted numbers and change their behaviour by it; our own version stands
     * beside it.
     */
    public static final String PATRONI_VERSION = "4.1.4";

    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");
    private static final Set<PostgresState> WITH_POSITIONS =
            Set.of(PostgresState.RUNNING, PostgresState.RESTARTING, PostgresState.STARTING);

    private MemberJson() {}

    /**
     * @param address where PostgreSQL listens for members
     * @param positions false while a long action other than a promotion runs
     */
    public static String of(
            NodeReport report,
            HostPort address,
            String database,
            String apiUrl,
            String version,
            boolean positions) {
        var data = new LinkedHashMap<String, Object>();
        data.put("conn_url", connUrl(address, database));
        data.put("api_url", apiUrl);
        data.put("state", report.server().state().text());
        data.put("role", report.role().text());
        data.put("version", PATRONI_VERSION);
        data.put("matriarch", version);
        if (report.checkpointPending()) data.put("checkpoint_after_promote", false);
        if (!report.tags().published().isEmpty()) data.put("tags", report.tags().published());
        if (!report.pendingRestart().isEmpty()) {
            data.put("pending_restart", true);
            data.put("pending_restart_reason", pendingReason(report.pendingRestart()));
        }
        if (positions && WITH_POSITIONS.contains(report.server().state()))
            report.server().live().ifPresent(live -> positions(data, live));
        report.scheduledRestart()
                .ifPresent(restart -> data.put("scheduled_restart", scheduled(restart)));
        if (report.policy().paused()) data.put("pause", true);
        return Values.json(data);
    }

    public static String connUrl(HostPort address, String database) {
        return "postgres://" + address + "/" + database;
    }

    public static Map<String, Object> pendingReason(List<PendingRestart> pending) {
        var reasons = new LinkedHashMap<String, Object>();
        for (var one : pending)
            reasons.put(
                    one.parameter(),
                    Map.of("old_value", one.oldValue(), "new_value", one.newValue()));
        return reasons;
    }

    private static void positions(Map<String, Object> data, ServerView.Live live) {
        data.put("xlog_location", live.position().value());
        if (live.inRecovery()) {
            if (!live.replicationState().isEmpty())
                data.put("replication_state", live.replicationState());
            putIfKnown(data, "receive_lsn", live.received());
            putIfKnown(data, "replay_lsn", live.replayed());
        }
        if (live.timeline() > 0) data.put("timeline", live.timeline());
    }

    private static void putIfKnown(Map<String, Object> data, String key, Lsn lsn) {
        if (!lsn.equals(Lsn.ZERO)) data.put(key, lsn.value());
    }

    /** As in the member key: with the start of the postmaster it was scheduled for. */
    public static Map<String, Object> scheduled(NodeReport.ScheduledRestart restart) {
        var data = new LinkedHashMap<String, Object>();
        data.put("schedule", ISO.format(restart.at().atOffset(java.time.ZoneOffset.UTC)));
        restart.role().ifPresent(role -> data.put("role", role));
        restart.olderThan().ifPresent(version -> data.put("postgres_version", version));
        if (restart.onlyIfPending()) data.put("restart_pending", true);
        restart.timeout().ifPresent(timeout -> data.put("timeout", timeout.toSeconds()));
        data.put("postmaster_start_time", restart.postmasterStartTime());
        return data;
    }
}
