package io.matriarch.postgres.sql;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.ServerView.Live;
import io.matriarch.postgres.api.WalSender;
import io.matriarch.postgres.core.ConnInfo;
import io.matriarch.postgres.core.PgVersion;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything about a running server in one round trip. */
public final class LiveQuery {
    private static final String SENDERS =
            """
            SELECT coalesce(json_agg(s), '[]')::text FROM (
              SELECT usename, application_name, host(client_addr) AS client_addr, state, sync_state,
                     sync_priority, sent_lsn::text, write_lsn::text, flush_lsn::text, replay_lsn::text
                FROM pg_stat_replication) s\
            """;
    private static final String QUERY =
            """
            SELECT r AS recovery, current_setting('server_version_num') AS version,
                   to_char(pg_postmaster_start_time(), 'YYYY-MM-DD HH24:MI:SS.USTZH:TZM') AS started,
                   CASE WHEN NOT r THEN pg_current_wal_flush_lsn()::text END AS flushed,
                   CASE WHEN NOT r THEN substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)
                     END AS timeline,
                   CASE WHEN r THEN pg_last_wal_receive_lsn()::text END AS received,
                   CASE WHEN r THEN pg_last_wal_replay_lsn()::text END AS replayed,
                   CASE WHEN r THEN extract(epoch FROM pg_last_xact_replay_timestamp())::text
                     END AS replayed_at,
                   CASE WHEN r THEN pg_is_wal_replay_paused() ELSE false END AS paused,
                   current_setting('primary_conninfo', true) AS conninfo,
                   current_setting('primary_slot_name', true) AS slot,
                   coalesce(current_setting('restore_command', true), '') AS restore,
                   current_setting('synchronous_standby_names') AS sync_names,
                   EXISTS (SELECT FROM pg_stat_activity
                            WHERE backend_type = 'checkpointer'
                              AND wait_event IN ('CheckpointerMain', 'CheckpointWriteDelay'))
                     AS sync_known,
                   w.status AS receiver, w.written::text AS written,
                   CASE WHEN w.latest_end_lsn IS NOT NULL THEN w.received_tli END AS received_tli,
                   (%s) AS senders
              FROM pg_is_in_recovery() r
              LEFT JOIN (SELECT status, %s AS written, latest_end_lsn, received_tli
                           FROM pg_stat_wal_receiver) w ON true
            """;

    private LiveQuery() {}

    /**
     * @param recoveryTimeline of a standby that does not stream
     */
    public static Live ask(Session session, PgVersion version, TimelineSource recoveryTimeline)
            throws SQLException {
        var row = session.rows(QUERY.formatted(SENDERS, version.receivedColumn())).getFirst();
        boolean recovery = row.getOrDefault("recovery", "").startsWith("t");
        Lsn replayed = lsn(row, "replayed");
        return new Live(
                recovery,
                timeline(row, recovery, replayed, recoveryTimeline),
                lsn(row, "flushed"),
                Lsn.max(lsn(row, "received"), lsn(row, "written")),
                replayed,
                Optional.ofNullable(row.get("replayed_at")).map(LiveQuery::instant),
                row.getOrDefault("paused", "").startsWith("t"),
                replicationState(row, recovery),
                ConnInfo.addresses(row.getOrDefault("conninfo", "")),
                row.getOrDefault("slot", ""),
                Integer.parseInt(row.getOrDefault("version", "0")),
                row.getOrDefault("started", ""),
                senders(row.getOrDefault("senders", "[]")),
                row.getOrDefault("sync_names", ""),
                row.getOrDefault("sync_known", "").startsWith("t"));
    }

    /** Where a standby's timeline comes from when no WAL receiver knows it. */
    @FunctionalInterface
    public interface TimelineSource {
        int timeline(Lsn replayed);
    }

    private static int timeline(
            Map<String, String> row, boolean recovery, Lsn replayed, TimelineSource source) {
        if (!recovery) return Integer.parseInt(row.getOrDefault("timeline", "0"), 16);
        String received = row.get("received_tli");
        return received != null ? Integer.parseInt(received) : source.timeline(replayed);
    }

    private static String replicationState(Map<String, String> row, boolean recovery) {
        if (!recovery) return "";
        if ("streaming".equals(row.get("receiver"))) return "streaming";
        return row.getOrDefault("restore", "").isEmpty() ? "" : "in archive recovery";
    }

    private static Instant instant(String epochSeconds) {
        return Instant.ofEpochMilli((long) (Double.parseDouble(epochSeconds) * 1000));
    }

    private static List<WalSender> senders(String json) throws SQLException {
        try {
            return JSON.std.listOfFrom(Object.class, json).stream()
                    .filter(Map.class::isInstance)
                    .map(row -> sender((Map<?, ?>) row))
                    .toList();
        } catch (IOException e) {
            throw new SQLException("pg_stat_replication is unreadable: " + json, e);
        }
    }

    private static WalSender sender(Map<?, ?> row) {
        return new WalSender(
                text(row, "usename"),
                text(row, "application_name"),
                text(row, "client_addr"),
                text(row, "state"),
                text(row, "sync_state"),
                row.get("sync_priority") instanceof Number n ? n.intValue() : 0,
                position(row, "sent_lsn"),
                position(row, "write_lsn"),
                position(row, "flush_lsn"),
                position(row, "replay_lsn"));
    }

    private static String text(Map<?, ?> row, String column) {
        Object value = row.get(column);
        return value == null ? "" : value.toString();
    }

    private static Lsn position(Map<?, ?> row, String column) {
        String text = text(row, column);
        return text.isEmpty() ? Lsn.ZERO : Lsn.parse(text);
    }

    private static Lsn lsn(Map<String, String> row, String column) {
        String text = row.get(column);
        return text == null ? Lsn.ZERO : Lsn.parse(text);
    }
}
