package io.matriarch.monitor.core;

import static io.matriarch.monitor.core.Collector.Where.PRIMARY;
import static io.matriarch.monitor.core.Collector.Where.STANDBY;

import io.matriarch.api.Lsn;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import java.util.List;
import java.util.regex.Pattern;

/** The server itself, its position, its standbys, and whom it streams from. */
final class Replication {
    private Replication() {}

    private static final long LOW_52_BITS = (1L << 52) - 1;
    private static final Pattern SYNC_COUNT =
            Pattern.compile("(?is)\\s*(?:(?:first|any)\\s+)?(\\d+)\\s*\\(.*");

    static List<Collector> collectors() {
        return List.of(position(), senders(), server(), receiver(), synchronous());
    }

    // S01

    private static final Metric STATIC =
            Metric.gauge(
                    "pg_static", "Version of the server; always 1.", "version", "short_version");

    private static Collector server() {
        return Collector.of("S01", Tier.NORMAL)
                .upstream("postmaster")
                .sql(
                        12,
                        """
                        SELECT version() AS version, current_setting('server_version') AS short_version,
                          extract(epoch FROM pg_postmaster_start_time()) AS start_ts,
                          extract(epoch FROM clock_timestamp()) - extract(epoch FROM c.checkpoint_time) AS checkpoint_age_s,
                          c.timeline_id, (current_setting('data_checksums')='on')::int AS checksums
                        FROM pg_control_checkpoint() c
                        """)
                .reads(
                        (rows, _, out) ->
                                out.info(
                                        STATIC,
                                        rows.first().text("version"),
                                        rows.first().text("short_version")),
                        STATIC)
                .rows(
                        Table.by()
                                .gauge(
                                        "pg_postmaster_start_time_seconds",
                                        "start_ts",
                                        "When the server started, in seconds since 1970.")
                                .gauge(
                                        "matriarch_timeline",
                                        "timeline_id",
                                        "Timeline of the last checkpoint.")
                                .gauge(
                                        "matriarch_data_checksums_enabled",
                                        "checksums",
                                        "1 if data pages carry checksums.")
                                .gauge(
                                        "matriarch_checkpoint_age_seconds",
                                        "checkpoint_age_s",
                                        "Time since the last checkpoint began."))
                .done();
    }

    // S02 and S03 in one: so a promotion is seen at once, whoever asked first

    private static final Metric IS_REPLICA =
            Metric.gauge("pg_replication_is_replica", "1 if the server is in recovery.");
    private static final Metric LAG =
            Metric.gauge(
                    "pg_replication_lag_seconds",
                    "Time since the last replayed commit, 0 if all that was received is replayed.");
    private static final Metric LAST_REPLAY =
            Metric.gauge(
                    "pg_replication_last_replay_seconds", "Time since the last replayed commit.");
    private static final Metric XLOG =
            Metric.gauge(
                    "pg_xlog_location_bytes", "Position of the WAL, of which the low 52 bits.");
    private static final Metric INSERTED =
            Native.counter("wal_insert_bytes_total", "Position up to which WAL is written.");
    private static final Metric PAUSED =
            Native.gauge("replay_paused", "1 if replay is paused; on standbys.");

    static final String POSITION_ID = "S02";

    private static Collector position() {
        return Collector.of(POSITION_ID, Tier.FAST)
                .upstream("replication")
                .sql(
                        12,
                        """
                        SELECT r::int AS recovery,
                          CASE WHEN NOT r THEN pg_wal_lsn_diff(pg_current_wal_insert_lsn(),'0/0') END AS insert_b,
                          CASE WHEN r THEN pg_wal_lsn_diff(pg_last_wal_receive_lsn(),'0/0') END AS receive_b,
                          CASE WHEN r THEN pg_wal_lsn_diff(pg_last_wal_replay_lsn(),'0/0') END AS replay_b,
                          CASE WHEN r THEN pg_is_wal_replay_paused()::int END AS paused,
                          CASE WHEN NOT r OR pg_last_wal_receive_lsn()=pg_last_wal_replay_lsn() THEN 0
                            ELSE greatest(0,extract(epoch FROM clock_timestamp()-pg_last_xact_replay_timestamp())) END AS lag_s,
                          CASE WHEN r THEN greatest(0,extract(epoch FROM clock_timestamp()-pg_last_xact_replay_timestamp())) END AS last_replay_s
                        FROM pg_is_in_recovery() r
                        """)
                .reads(Replication::position, IS_REPLICA, LAG, LAST_REPLAY, XLOG, INSERTED, PAUSED)
                .done();
    }

    private static void position(Rows rows, Moment moment, Samples out) {
        var row = rows.first();
        boolean recovery = row.yes("recovery");
        double received = row.number("receive_b");
        double replayed = row.number("replay_b");
        // A standby that restores from the archive alone receives nothing.
        double written =
                recovery
                        ? Double.isNaN(received) ? replayed : Math.max(received, replayed)
                        : row.number("insert_b");
        if (!Double.isNaN(written)) moment.memory().written(moment.now(), new Lsn((long) written));
        out.add(IS_REPLICA, recovery ? 1 : 0)
                .add(LAG, row.number("lag_s"))
                .add(LAST_REPLAY, row.number("last_replay_s"))
                .add(INSERTED, row.number("insert_b"))
                .add(PAUSED, row.number("paused"));
        double location = recovery ? replayed : written;
        if (!Double.isNaN(location)) out.add(XLOG, (long) location & LOW_52_BITS);
    }

    // S04

    private static final String[] SENDER = {
        "application_name", "client_addr", "state", "slot_name"
    };
    private static final Metric STAGE_BYTES =
            Native.gauge(
                    "replication_stage_bytes",
                    "WAL a standby has not: not sent (pending), sent and not written (network),"
                            + " not flushed (flush), not replayed (replay), and all of it (total).",
                    "standby",
                    "stage");
    private static final Metric STAGE_SECONDS =
            Native.gauge(
                    "replication_stage_seconds",
                    "How long recent WAL took until the standby wrote, flushed and replayed it;"
                            + " absent while nothing is written.",
                    "standby",
                    "stage");
    private static final Metric CLOCK_LAG =
            Native.gauge(
                    "replication_clock_lag_seconds",
                    "Age of the oldest WAL a standby has not replayed, by the LSN clock.",
                    "standby");
    private static final Metric STATE =
            Native.gauge(
                    "replication_state", "1 for the state a standby is in.", "standby", "state");
    private static final Metric SYNC_STATE =
            Native.gauge(
                    "replication_sync_state",
                    "1 for what a standby counts as.",
                    "standby",
                    "sync_state");
    private static final Metric RATE =
            Native.gauge(
                    "replay_rate_bytes_per_second",
                    "WAL a standby replayed per second, over the last minute.",
                    "standby");
    private static final Metric ETA =
            Native.gauge(
                    "catchup_eta_seconds",
                    "When a standby will have caught up at the rates of the last minute; absent if"
                            + " it does not gain.",
                    "standby");

    private static Collector senders() {
        return Collector.of("S04", Tier.FAST)
                .on(PRIMARY)
                .upstream("stat_replication")
                .sql(
                        12,
                        """
                        SELECT r.application_name, coalesce(host(r.client_addr),'local') AS client_addr, r.state, r.sync_state,
                          coalesce(s.slot_name,'') AS slot_name, pg_wal_lsn_diff(pg_current_wal_lsn(),'0/0') AS current_b,
                          pg_wal_lsn_diff(pg_current_wal_lsn(),r.sent_lsn) AS pending_b, pg_wal_lsn_diff(r.sent_lsn,r.write_lsn) AS network_b,
                          pg_wal_lsn_diff(r.write_lsn,r.flush_lsn) AS flush_b, pg_wal_lsn_diff(r.flush_lsn,r.replay_lsn) AS replay_b,
                          pg_wal_lsn_diff(pg_current_wal_lsn(),r.replay_lsn) AS total_b,
                          extract(epoch FROM r.write_lag) AS write_lag_s, extract(epoch FROM r.flush_lag) AS flush_lag_s,
                          extract(epoch FROM r.replay_lag) AS replay_lag_s,
                          extract(epoch FROM clock_timestamp()-r.reply_time) AS reply_age_s, age(r.backend_xmin) AS feedback_xmin_age
                        FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid=r.pid
                        """)
                .rows(
                        Table.by(SENDER)
                                .gauge(
                                        "pg_stat_replication_pg_wal_lsn_diff",
                                        "total_b",
                                        "WAL the standby has not replayed.")
                                .gauge(
                                        "pg_stat_replication_pg_current_wal_lsn_bytes",
                                        "current_b",
                                        "Position of the primary's WAL."))
                .rows(
                        Table.by("standby=application_name")
                                .gauge(
                                        "matriarch_replication_reply_age_seconds",
                                        "reply_age_s",
                                        "Time since a standby's last message.")
                                .gauge(
                                        "matriarch_replication_feedback_xmin_age",
                                        "feedback_xmin_age",
                                        "Transactions since the oldest one a standby's queries"
                                                + " need."))
                .reads(
                        Replication::sender,
                        STAGE_BYTES,
                        STAGE_SECONDS,
                        CLOCK_LAG,
                        STATE,
                        SYNC_STATE,
                        RATE,
                        ETA)
                .done();
    }

    private static void sender(Rows rows, Moment moment, Samples out) {
        for (var row : rows.rows()) {
            String standby = row.text("application_name");
            for (String stage : List.of("pending", "network", "flush", "replay", "total"))
                out.add(STAGE_BYTES, Math.max(0, row.number(stage + "_b")), standby, stage);
            for (String stage : List.of("write", "flush", "replay"))
                out.add(STAGE_SECONDS, row.number(stage + "_lag_s"), standby, stage);
            out.info(STATE, standby, row.text("state"));
            out.info(SYNC_STATE, standby, row.text("sync_state"));
            double behind = row.number("total_b");
            if (Double.isNaN(behind)) continue; // a base backup: it replays nothing
            double replayed = row.number("current_b") - behind;
            catchUp(standby, replayed, behind, moment, out);
        }
    }

    private static void catchUp(
            String standby, double replayed, double behind, Moment moment, Samples out) {
        var clock = moment.memory().clock();
        if (clock.runs()) {
            var lag = clock.lag(new Lsn((long) replayed), moment.now());
            out.add(CLOCK_LAG, lag.toMillis() / 1e3, standby);
        }
        var window = moment.memory().minute("replay " + standby);
        window.note(moment.now(), replayed);
        out.add(RATE, window.rate(), standby);
        double gain = window.rate() - moment.memory().window("wal").rate();
        if (gain > 0 && behind > 0) out.add(ETA, behind / gain, standby);
        else if (behind <= 0) out.add(ETA, 0, standby);
    }

    // S06

    private static final Metric RECEIVER_UP =
            Native.gauge("receiver_up", "1 if the standby streams from its upstream.");

    private static Collector receiver() {
        return Collector.of("S06", Tier.NORMAL)
                .on(STANDBY)
                .upstream("stat_wal_receiver")
                .sql(12, 12, receiverSql("received_lsn"))
                .sql(13, receiverSql("flushed_lsn"))
                .rows(receiverTable())
                .rows(
                        Table.by()
                                .gauge(
                                        "matriarch_receiver_message_age_seconds",
                                        "msg_age_s",
                                        "Time since the last message of the upstream."))
                .reads(
                        (rows, _, out) ->
                                out.add(
                                        RECEIVER_UP,
                                        rows.first().text("status").equals("streaming") ? 1 : 0),
                        RECEIVER_UP)
                .done();
    }

    private static String receiverSql(String flushed) {
        return """
        SELECT status, coalesce(slot_name,'') AS slot_name, coalesce(sender_host,'') AS upstream_host,
          pg_wal_lsn_diff(receive_start_lsn,'0/0') AS start_b, receive_start_tli,
          pg_wal_lsn_diff(%s,'0/0') AS flushed_b, received_tli,
          extract(epoch FROM last_msg_send_time) AS send_ts, extract(epoch FROM last_msg_receipt_time) AS receipt_ts,
          pg_wal_lsn_diff(latest_end_lsn,'0/0') AS end_b, extract(epoch FROM latest_end_time) AS end_ts,
          substring(slot_name FROM 'repmgr_slot_([0-9]*)') AS upstream_node,
          extract(epoch FROM clock_timestamp()-last_msg_receipt_time) AS msg_age_s
        FROM pg_stat_wal_receiver
        """
                .formatted(flushed);
    }

    private static Table receiverTable() {
        String of = "pg_stat_wal_receiver_";
        return Table.by("upstream_host", "slot_name", "status")
                .counter(of + "receive_start_lsn", "start_b", "Position streaming began at.")
                .gauge(of + "receive_start_tli", "receive_start_tli", "Timeline it began on.")
                .counter(of + "flushed_lsn", "flushed_b", "Position received and flushed.")
                .gauge(of + "received_tli", "received_tli", "Timeline of what is received.")
                .counter(
                        of + "last_msg_send_time",
                        "send_ts",
                        "When the upstream sent its last message, in seconds since 1970.")
                .counter(
                        of + "last_msg_receipt_time",
                        "receipt_ts",
                        "When it was received, in seconds since 1970.")
                .counter(of + "latest_end_lsn", "end_b", "Position last told to the upstream.")
                .counter(
                        of + "latest_end_time",
                        "end_ts",
                        "When it was told, in seconds since 1970.")
                .gauge(of + "upstream_node", "upstream_node", "Number of the node by repmgr.");
    }

    // S42

    private static final Metric SYNC_REQUIRED =
            Native.gauge(
                    "replication_sync_required",
                    "How many synchronous standbys a commit waits for.");
    private static final Metric SYNC_AVAILABLE =
            Native.gauge(
                    "replication_sync_available",
                    "How many standbys that count as synchronous stream.");

    private static Collector synchronous() {
        return Collector.of("S42", Tier.NORMAL)
                .on(PRIMARY)
                .sql(
                        12,
                        """
                        SELECT current_setting('synchronous_standby_names') AS names,
                          (SELECT count(*) FROM pg_stat_replication WHERE state='streaming' AND sync_state IN ('sync','quorum')) AS sync_now
                        """)
                .reads(
                        (rows, _, out) ->
                                out.add(SYNC_REQUIRED, syncRequired(rows.first().text("names")))
                                        .add(SYNC_AVAILABLE, rows.first().number("sync_now")),
                        SYNC_REQUIRED,
                        SYNC_AVAILABLE)
                .done();
    }

    /**
     * How many standbys {@code synchronous_standby_names} asks for.
     *
     * @see <a
     *     href="https://www.postgresql.org/docs/current/runtime-config-replication.html">synchronous_standby_names</a>
     */
    static int syncRequired(String names) {
        if (names.isBlank()) return 0;
        var counted = SYNC_COUNT.matcher(names);
        return counted.matches() ? Integer.parseInt(counted.group(1)) : 1;
    }
}
