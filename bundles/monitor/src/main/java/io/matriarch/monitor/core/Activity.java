package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Sessions, locks, transactions, autovacuum. */
final class Activity {
    private Activity() {}

    private static final int MOST_SERIES = 200;

    static List<Collector> collectors() {
        return List.of(
                activity(),
                sessions(),
                blocked(),
                locks(),
                prepared(),
                horizon(),
                autovacuum(),
                workers(),
                vacuum(),
                tls(),
                roles());
    }

    // S18

    private static final String[] ACTIVITY = {
        "datname",
        "state",
        "usename",
        "application_name",
        "backend_type",
        "wait_event_type",
        "wait_event"
    };

    private static Collector activity() {
        var table =
                Table.by(ACTIVITY)
                        .gauge("pg_stat_activity_count", "n", "Sessions in that state.")
                        .gauge(
                                "pg_stat_activity_max_tx_duration",
                                "max_tx_s",
                                "Seconds the longest transaction of them has lasted.");
        return Collector.of("S18", Tier.SLOW)
                .upstream("stat_activity")
                .sql(
                        12,
                        """
                        SELECT d.datname, s.state, coalesce(a.usename,'') AS usename, coalesce(a.application_name,'') AS application_name,
                          coalesce(a.backend_type,'') AS backend_type, coalesce(a.wait_event_type,'') AS wait_event_type,
                          coalesce(a.wait_event,'') AS wait_event, coalesce(a.n,0) AS n, coalesce(a.max_tx_s,0) AS max_tx_s
                        FROM (VALUES ('active'),('idle'),('idle in transaction'),('idle in transaction (aborted)'),
                          ('fastpath function call'),('disabled')) s(state)
                        CROSS JOIN (SELECT datname FROM pg_database WHERE datallowconn) d
                        LEFT JOIN (SELECT datname, state, usename, application_name, backend_type, wait_event_type, wait_event,
                            count(*) AS n, max(extract(epoch FROM clock_timestamp()-xact_start)) AS max_tx_s
                          FROM pg_stat_activity WHERE pid<>pg_backend_pid() GROUP BY 1,2,3,4,5,6,7) a
                          ON a.state=s.state AND a.datname=d.datname
                        """)
                .reads(
                        (rows, moment, out) ->
                                table.read(
                                        rows.capped(MOST_SERIES, "n", Set.of(ACTIVITY)),
                                        moment,
                                        out),
                        table.metrics().toArray(Metric[]::new))
                .done();
    }

    // S19

    private static final Metric USED =
            Native.gauge(
                    "connections_used_ratio", "Client sessions per connection clients may have.");

    private static Collector sessions() {
        return Collector.of("S19", Tier.NORMAL)
                .upstream("long_running_transactions")
                .sql(
                        12,
                        """
                        SELECT count(*) FILTER (WHERE backend_type='client backend') AS clients,
                          count(*) FILTER (WHERE state='active' AND backend_type='client backend') AS active,
                          count(*) FILTER (WHERE state LIKE 'idle in transaction%') AS idle_tx,
                          coalesce(max(extract(epoch FROM clock_timestamp()-state_change)) FILTER (WHERE state LIKE 'idle in transaction%'),0) AS idle_tx_max_s,
                          coalesce(max(extract(epoch FROM clock_timestamp()-query_start)) FILTER (WHERE state='active' AND backend_type='client backend'),0) AS query_max_s,
                          coalesce(max(extract(epoch FROM clock_timestamp()-xact_start)) FILTER (WHERE backend_type='client backend'),0) AS tx_max_s,
                          count(*) FILTER (WHERE xact_start IS NOT NULL AND backend_type='client backend') AS transactions,
                          current_setting('max_connections')::int AS max_conn,
                          current_setting('superuser_reserved_connections')::int + coalesce(current_setting('reserved_connections',true),'0')::int AS reserved
                        FROM pg_stat_activity WHERE pid<>pg_backend_pid()
                        """)
                .rows(
                        Table.by()
                                .gauge(
                                        "pg_long_running_transactions",
                                        "transactions",
                                        "Client transactions that are open.")
                                .gauge(
                                        "pg_long_running_transactions_oldest_timestamp_seconds",
                                        "tx_max_s",
                                        "Seconds the oldest of them has lasted.")
                                .gauge("matriarch_connections", "clients", "Client sessions.")
                                .gauge("matriarch_connections_max", "max_conn", "max_connections.")
                                .gauge(
                                        "matriarch_connections_reserved",
                                        "reserved",
                                        "Connections clients without privileges cannot have.")
                                .gauge(
                                        "matriarch_sessions_active",
                                        "active",
                                        "Client sessions that run a statement.")
                                .gauge(
                                        "matriarch_sessions_idle_in_tx",
                                        "idle_tx",
                                        "Sessions that are idle in an open transaction.")
                                .gauge(
                                        "matriarch_oldest_transaction_seconds",
                                        "tx_max_s",
                                        "How long the oldest client transaction has lasted.")
                                .gauge(
                                        "matriarch_oldest_query_seconds",
                                        "query_max_s",
                                        "How long the oldest statement has run.")
                                .gauge(
                                        "matriarch_oldest_idle_in_tx_seconds",
                                        "idle_tx_max_s",
                                        "How long the longest idle session in a transaction has"
                                                + " been idle."))
                .reads(
                        (rows, _, out) -> {
                            var row = rows.first();
                            double usable = row.number("max_conn") - row.number("reserved");
                            if (usable > 0) out.add(USED, row.number("clients") / usable);
                        },
                        USED)
                .done();
    }

    // S20

    private static Collector blocked() {
        return Collector.of("S20", Tier.NORMAL)
                .sql(
                        12,
                        13,
                        "SELECT count(*) AS blocked, coalesce(max(extract(epoch FROM"
                                + " clock_timestamp()-state_change)),0) AS longest_s FROM"
                                + " pg_stat_activity WHERE wait_event_type='Lock'")
                .sql(
                        14,
                        "SELECT count(DISTINCT pid) AS blocked, coalesce(max(extract(epoch FROM"
                                + " clock_timestamp()-waitstart)),0) AS longest_s FROM pg_locks"
                                + " WHERE NOT granted")
                .rows(
                        Table.by()
                                .gauge(
                                        "matriarch_blocked_sessions",
                                        "blocked",
                                        "Sessions that wait for a lock.")
                                .gauge(
                                        "matriarch_blocked_longest_seconds",
                                        "longest_s",
                                        "How long the longest of them has waited."))
                .done();
    }

    // S21

    private static final List<String> MODES =
            List.of(
                    "accesssharelock",
                    "rowsharelock",
                    "rowexclusivelock",
                    "shareupdateexclusivelock",
                    "sharelock",
                    "sharerowexclusivelock",
                    "exclusivelock",
                    "accessexclusivelock",
                    "sireadlock");
    private static final Metric LOCKS =
            Metric.gauge("pg_locks_count", "Locks held or waited for.", "datname", "mode");

    private static Collector locks() {
        return Collector.of("S21", Tier.SLOW)
                .upstream("locks")
                .sql(
                        12,
                        """
                        SELECT d.datname, lower(l.mode) AS mode, count(l.mode) AS n
                        FROM pg_database d LEFT JOIN pg_locks l ON l.database=d.oid WHERE d.datallowconn GROUP BY 1,2
                        """)
                .reads(Activity::locks, LOCKS)
                .done();
    }

    private static void locks(Rows rows, Moment moment, Samples out) {
        var databases = new HashSet<String>();
        for (var row : rows.rows()) {
            databases.add(row.text("datname"));
            if (!row.text("mode").isEmpty())
                out.add(LOCKS, row.number("n"), row.text("datname"), row.text("mode"));
        }
        for (String database : databases)
            for (String mode : MODES) out.add(LOCKS, 0, database, mode); // the larger one stays
    }

    // S22, S23

    private static Collector prepared() {
        return Collector.of("S22", Tier.NORMAL)
                .sql(
                        12,
                        "SELECT count(*) AS n, coalesce(max(extract(epoch FROM"
                                + " clock_timestamp()-prepared)),0) AS oldest_s FROM pg_prepared_xacts")
                .rows(
                        Table.by()
                                .gauge(
                                        "matriarch_prepared_transactions",
                                        "n",
                                        "Prepared transactions that wait for their end.")
                                .gauge(
                                        "matriarch_prepared_oldest_seconds",
                                        "oldest_s",
                                        "How long the oldest of them has waited."))
                .done();
    }

    private static Collector horizon() {
        return Collector.of("S23", Tier.SLOW)
                .sql(
                        12,
                        """
                        SELECT holder, holder_id, xmin_age FROM (
                          SELECT 'session'::text AS holder, pid::text AS holder_id, greatest(age(backend_xmin),age(backend_xid)) AS xmin_age
                            FROM pg_stat_activity WHERE backend_type<>'walsender' AND pid<>pg_backend_pid()
                          UNION ALL SELECT 'standby_feedback', application_name, age(backend_xmin) FROM pg_stat_replication
                          UNION ALL SELECT 'slot', slot_name, greatest(age(xmin),age(catalog_xmin)) FROM pg_replication_slots
                          UNION ALL SELECT 'prepared', gid, age(transaction) FROM pg_prepared_xacts) h
                        WHERE xmin_age IS NOT NULL ORDER BY xmin_age DESC LIMIT 5
                        """)
                .rows(
                        Table.by("holder", "holder_id")
                                .gauge(
                                        "matriarch_xmin_horizon_age",
                                        "xmin_age",
                                        "Transactions since the oldest one whose rows must be kept,"
                                                + " and who needs them; the oldest five."))
                .done();
    }

    // S24, S25

    private static Collector autovacuum() {
        return Collector.of("S24", Tier.SLOW)
                .sql(
                        12,
                        """
                        SELECT count(*) FILTER (WHERE backend_type='autovacuum worker') AS workers, current_setting('autovacuum_max_workers')::int AS max_workers,
                          count(*) FILTER (WHERE backend_type='autovacuum worker' AND query LIKE '%to prevent wraparound%') AS wraparound_workers,
                          coalesce(max(extract(epoch FROM clock_timestamp()-xact_start)) FILTER (WHERE backend_type='autovacuum worker'),0) AS longest_s
                        FROM pg_stat_activity
                        """)
                .rows(
                        Table.by()
                                .gauge(
                                        "matriarch_autovacuum_workers",
                                        "workers",
                                        "Autovacuum workers that run.")
                                .gauge(
                                        "matriarch_autovacuum_workers_max",
                                        "max_workers",
                                        "autovacuum_max_workers.")
                                .gauge(
                                        "matriarch_autovacuum_wraparound_workers",
                                        "wraparound_workers",
                                        "Of them, those that work against wraparound.")
                                .gauge(
                                        "matriarch_autovacuum_longest_seconds",
                                        "longest_s",
                                        "How long the longest of them has run."))
                .done();
    }

    private static Collector workers() {
        return Collector.of("S24b", Tier.SLOW)
                .upstream("stat_activity_autovacuum")
                .sql(
                        12,
                        """
                        SELECT split_part(query,'.',2) AS relname, max(extract(epoch FROM xact_start)) AS start_ts
                        FROM pg_stat_activity WHERE query LIKE 'autovacuum:%' AND backend_type='autovacuum worker' GROUP BY 1
                        """)
                .rows(
                        Table.by("relname")
                                .gauge(
                                        "pg_stat_activity_autovacuum_timestamp_seconds",
                                        "start_ts",
                                        "When autovacuum began with the table, in seconds since"
                                                + " 1970."))
                .done();
    }

    private static final Metric PHASE =
            Metric.gauge(
                    "pg_stat_progress_vacuum_phase",
                    "1 for the phase a vacuum is in.",
                    "datname",
                    "relname",
                    "phase");

    private static Collector vacuum() {
        return Collector.of("S25", Tier.SLOW)
                .upstream("stat_progress_vacuum")
                .sql(12, 16, vacuumSql("max_dead_tuples, num_dead_tuples"))
                .sql(
                        17,
                        vacuumSql(
                                "max_dead_tuple_bytes AS max_dead_tuples, num_dead_item_ids AS"
                                        + " num_dead_tuples"))
                .rows(
                        Table.by("datname", "relname")
                                .gauge(
                                        "pg_stat_progress_vacuum_heap_blks",
                                        "heap_blks_total",
                                        "Blocks of the table.")
                                .gauge(
                                        "pg_stat_progress_vacuum_heap_blks_scanned",
                                        "heap_blks_scanned",
                                        "Blocks scanned.")
                                .gauge(
                                        "pg_stat_progress_vacuum_heap_blks_vacuumed",
                                        "heap_blks_vacuumed",
                                        "Blocks vacuumed.")
                                .gauge(
                                        "pg_stat_progress_vacuum_index_vacuums",
                                        "index_vacuum_count",
                                        "Rounds over the indexes.")
                                .gauge(
                                        "pg_stat_progress_vacuum_max_dead_tuples",
                                        "max_dead_tuples",
                                        "Room for dead rows; in bytes from PostgreSQL 17.")
                                .gauge(
                                        "pg_stat_progress_vacuum_num_dead_tuples",
                                        "num_dead_tuples",
                                        "Dead rows found since the last round over the indexes."))
                .reads(
                        (rows, _, out) ->
                                rows.rows()
                                        .forEach(row ->
                                                out.info(
                                                        PHASE,
                                                        row.text("datname"),
                                                        row.text("relname"),
                                                        row.text("phase"))),
                        PHASE)
                .done();
    }

    private static String vacuumSql(String dead) {
        // The name of a table of another database is not known here: its number has to do.
        return """
        SELECT datname, CASE WHEN datname=current_database() THEN relid::regclass::text ELSE relid::text END AS relname, phase,
          heap_blks_total, heap_blks_scanned, heap_blks_vacuumed, index_vacuum_count, %s
        FROM pg_stat_progress_vacuum
        """
                .formatted(dead);
    }

    // S41

    private static Collector tls() {
        return Collector.of("S41", Tier.SLOW)
                .sql(
                        12,
                        "SELECT count(*) FILTER (WHERE ssl) AS tls, count(*) FILTER (WHERE NOT ssl) AS"
                                + " plain FROM pg_stat_ssl")
                .rows(
                        Table.by()
                                .gauge("matriarch_ssl_sessions", "tls", "Sessions over TLS.")
                                .gauge(
                                        "matriarch_plain_sessions",
                                        "plain",
                                        "Sessions without TLS, also local ones."))
                .done();
    }

    private static Collector roles() {
        return Collector.of("roles", Tier.SLOW)
                .upstream("roles")
                .sql(12, "SELECT rolname, rolconnlimit FROM pg_roles")
                .rows(
                        Table.by("rolname")
                                .gauge(
                                        "pg_roles_connection_limit",
                                        "rolconnlimit",
                                        "Connections a role may have; -1 is any number."))
                .done();
    }
}
