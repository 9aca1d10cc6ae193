package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import java.util.List;

/** What the server counts by database, and where its I/O goes. */
final class Databases {
    private Databases() {}

    private static final double MILLIS = 1e-3;

    /** Below it a ratio says nothing. */
    private static final double LEAST_BLOCKS = 1_000;

    static List<Collector> collectors() {
        return List.of(
                statistics(),
                conflicts(),
                ages(),
                sizes(),
                wraparound(),
                io(),
                slru(),
                aio(),
                tablespaces(),
                temporary());
    }

    // S14

    private static final Metric HIT_RATIO =
            Native.gauge(
                    "cache_hit_ratio",
                    "Blocks found in shared buffers per block read, over five minutes; absent below"
                            + " 1000 blocks.",
                    "datname");

    private static Collector statistics() {
        return Collector.of("S14", Tier.SLOW)
                .upstream("stat_database")
                .sql(12, 13, statisticsSql(""))
                .sql(14, statisticsSql(", active_time"))
                .rows(compatible())
                .rows(
                        Table.by("datname")
                                .counter("matriarch_deadlocks_total", "deadlocks", "Deadlocks.")
                                .counter(
                                        "matriarch_temp_bytes_total",
                                        "temp_bytes",
                                        "What statements wrote to temporary files.")
                                .counter(
                                        "matriarch_temp_files_total",
                                        "temp_files",
                                        "Temporary files statements made.")
                                .counter(
                                        "matriarch_checksum_failures_total",
                                        "checksum_failures",
                                        "Pages read whose checksum was wrong; absent without"
                                                + " checksums."))
                .reads(Databases::hitRatio, HIT_RATIO)
                .done();
    }

    private static String statisticsSql(String further) {
        return """
        SELECT datid, coalesce(datname,'') AS datname, numbackends, xact_commit, xact_rollback, blks_read, blks_hit, tup_returned, tup_fetched,
          tup_inserted, tup_updated, tup_deleted, conflicts, temp_files, temp_bytes, deadlocks, checksum_failures,
          blk_read_time, blk_write_time, extract(epoch FROM stats_reset) AS reset_ts%s
        FROM pg_stat_database
        """
                .formatted(further);
    }

    private static Table compatible() {
        var table =
                Table.by("datid", "datname")
                        .gauge("pg_stat_database_numbackends", "numbackends", "Sessions.");
        for (String column :
                List.of(
                        "xact_commit:Transactions committed.",
                        "xact_rollback:Transactions rolled back.",
                        "blks_read:Blocks read from outside shared buffers.",
                        "blks_hit:Blocks found in shared buffers.",
                        "tup_returned:Rows read by scans.",
                        "tup_fetched:Rows fetched by index scans.",
                        "tup_inserted:Rows inserted.",
                        "tup_updated:Rows updated.",
                        "tup_deleted:Rows deleted.",
                        "conflicts:Queries cancelled on a standby.",
                        "temp_files:Temporary files made.",
                        "temp_bytes:Bytes written to temporary files.",
                        "deadlocks:Deadlocks.",
                        "blk_read_time:Milliseconds spent reading blocks; needs track_io_timing.",
                        "blk_write_time:Milliseconds spent writing blocks; needs track_io_timing.")) {
            String[] parts = column.split(":", 2);
            table.counter("pg_stat_database_" + parts[0], parts[0], parts[1]);
        }
        return table.counter(
                        "pg_stat_database_stats_reset",
                        "reset_ts",
                        "When these were last reset, in seconds since 1970.")
                .counter(
                        "pg_stat_database_active_time_seconds_total",
                        "active_time",
                        MILLIS,
                        "Time spent executing statements; from PostgreSQL 14.");
    }

    private static void hitRatio(Rows rows, Moment moment, Samples out) {
        for (var row : rows.rows()) {
            String database = row.text("datname");
            if (database.isEmpty()) continue; // shared objects
            var hits = moment.memory().window("hit " + database);
            var reads = moment.memory().window("read " + database);
            hits.note(moment.now(), row.number("blks_hit"));
            reads.note(moment.now(), row.number("blks_read"));
            double blocks = hits.growth() + reads.growth();
            if (blocks >= LEAST_BLOCKS) out.add(HIT_RATIO, hits.growth() / blocks, database);
        }
    }

    // S15

    private static final List<String> KINDS =
            List.of("tablespace", "lock", "snapshot", "bufferpin", "deadlock");
    private static final Metric CONFLICTS =
            Native.counter(
                    "recovery_conflicts_total",
                    "Queries a standby cancelled because replay could not wait for them.",
                    "datname",
                    "kind");

    private static Collector conflicts() {
        var table = Table.by("datid", "datname");
        for (String kind : KINDS)
            table.counter(
                    "pg_stat_database_conflicts_confl_" + kind,
                    "confl_" + kind,
                    "Queries a standby cancelled because of: " + kind + ".");
        String sql =
                "SELECT datid, datname, confl_tablespace, confl_lock, confl_snapshot, confl_bufferpin,"
                        + " confl_deadlock%s FROM pg_stat_database_conflicts";
        return Collector.of("S15", Tier.SLOW)
                .upstream("stat_database_conflicts")
                .sql(12, 15, sql.formatted(""))
                .sql(16, sql.formatted(", confl_active_logicalslot"))
                .rows(table)
                .reads(
                        (rows, _, out) -> {
                            for (var row : rows.rows()) {
                                for (String kind : KINDS) conflict(row, kind, out);
                                conflict(row, "active_logicalslot", out);
                            }
                        },
                        CONFLICTS)
                .done();
    }

    private static void conflict(Rows.Row row, String kind, Samples out) {
        out.add(CONFLICTS, row.number("confl_" + kind), row.text("datname"), kind);
    }

    // S16

    private static Collector ages() {
        return Collector.of("S16", Tier.SLOW)
                .upstream("database_wraparound")
                .sql(
                        12,
                        "SELECT datname, age(datfrozenxid) AS xid_age, mxid_age(datminmxid) AS"
                                + " mxid_age, datconnlimit FROM pg_database WHERE datallowconn")
                .rows(
                        Table.by("datname")
                                .gauge(
                                        "pg_database_connection_limit",
                                        "datconnlimit",
                                        "Connections a database may have; -1 is any number.")
                                .gauge(
                                        "pg_database_wraparound_age_datfrozenxid_seconds",
                                        "xid_age",
                                        "Transactions since the oldest row not frozen (not"
                                                + " seconds).")
                                .gauge(
                                        "pg_database_wraparound_age_datminmxid_seconds",
                                        "mxid_age",
                                        "The same of multixacts (not seconds)."))
                .done();
    }

    private static Collector sizes() {
        return Collector.of("S16 sizes", Tier.HOURLY)
                .upstream("database")
                .sql(
                        12,
                        "SELECT datname, pg_database_size(oid) AS bytes FROM pg_database WHERE"
                                + " datallowconn")
                .rows(
                        Table.by("datname")
                                .gauge("pg_database_size_bytes", "bytes", "Size of the database."))
                .done();
    }

    // S17

    private static Collector wraparound() {
        return Collector.of("S17", Tier.SLOW)
                .sql(
                        12,
                        """
                        SELECT max(age(datfrozenxid)) AS xid_age, max(mxid_age(datminmxid)) AS mxid_age,
                          100.0*max(age(datfrozenxid))/2146483647 AS xid_pct, 100.0*max(mxid_age(datminmxid))/2146483647 AS mxid_pct,
                          100.0*max(age(datfrozenxid))/current_setting('autovacuum_freeze_max_age')::numeric AS emergency_pct
                        FROM pg_database WHERE datallowconn
                        """)
                .rows(
                        Table.by()
                                .gauge(
                                        "matriarch_xid_age",
                                        "xid_age",
                                        "Transactions since the oldest row not frozen.")
                                .gauge(
                                        "matriarch_mxid_age",
                                        "mxid_age",
                                        "Multixacts since the oldest one needed.")
                                .gauge(
                                        "matriarch_xid_used_percent",
                                        "xid_pct",
                                        "Transaction ids used of those there are; the server stops"
                                                + " shortly before 100.")
                                .gauge(
                                        "matriarch_mxid_used_percent",
                                        "mxid_pct",
                                        "Multixact ids used of those there are.")
                                .gauge(
                                        "matriarch_freeze_emergency_percent",
                                        "emergency_pct",
                                        "The age as a share of autovacuum_freeze_max_age."))
                .done();
    }

    // S13

    private static final String[] IO = {"backend_type", "object", "context", "op"};
    private static final Metric IO_OPS = Native.counter("io_ops_total", "I/O operations.", IO);
    private static final Metric IO_BYTES = Native.counter("io_bytes_total", "Bytes of I/O.", IO);
    private static final Metric IO_SECONDS =
            Native.counter("io_seconds_total", "Time of I/O; needs track_io_timing.", IO);
    private static final List<String> OPS =
            List.of("read", "write", "writeback", "extend", "hit", "eviction", "reuse", "fsync");

    private static Collector io() {
        String sql =
                """
                SELECT backend_type, object, context, reads AS read, %s AS read_b, read_time AS read_ms, writes AS write, %s AS write_b,
                  write_time AS write_ms, writebacks AS writeback, extends AS extend, %s AS extend_b, extend_time AS extend_ms,
                  hits AS hit, evictions AS eviction, reuses AS reuse, fsyncs AS fsync, fsync_time AS fsync_ms
                FROM pg_stat_io
                """;
        return Collector.of("S13", Tier.SLOW)
                .sql(16, 17, sql.formatted("reads*op_bytes", "writes*op_bytes", "extends*op_bytes"))
                .sql(18, sql.formatted("read_bytes", "write_bytes", "extend_bytes"))
                .reads(Databases::io, IO_OPS, IO_BYTES, IO_SECONDS)
                .done();
    }

    private static void io(Rows rows, Moment moment, Samples out) {
        for (var row : rows.rows())
            for (String op : OPS) {
                String[] labels = {
                    row.text("backend_type"), row.text("object"), row.text("context"), op
                };
                some(IO_OPS, row.number(op), labels, out);
                some(IO_BYTES, row.number(op + "_b"), labels, out);
                some(IO_SECONDS, row.number(op + "_ms") * MILLIS, labels, out);
            }
    }

    /** Most of the rows never move, and would be most of the page. */
    private static void some(Metric metric, double value, String[] labels, Samples out) {
        if (value > 0) out.add(metric, value, labels);
    }

    // S34, S43

    private static Collector slru() {
        var table = Table.by("name");
        for (String column :
                List.of(
                        "blks_zeroed",
                        "blks_hit",
                        "blks_read",
                        "blks_written",
                        "blks_exists",
                        "flushes",
                        "truncates"))
            table.counter(
                    "matriarch_slru_" + column + "_total",
                    column,
                    "Simple caches of the server: " + column + ".");
        return Collector.of("S34", Tier.SLOW)
                .sql(
                        13,
                        "SELECT name, blks_zeroed, blks_hit, blks_read, blks_written, blks_exists,"
                                + " flushes, truncates FROM pg_stat_slru")
                .rows(table)
                .done();
    }

    private static Collector aio() {
        return Collector.of("S43", Tier.SLOW)
                .sql(18, "SELECT state, operation, count(*) AS n FROM pg_aios GROUP BY 1,2")
                .rows(
                        Table.by("state", "operation")
                                .gauge(
                                        "matriarch_aio_in_flight",
                                        "n",
                                        "Asynchronous I/O under way; from PostgreSQL 18."))
                .done();
    }

    // S39, S40

    private static Collector tablespaces() {
        return Collector.of("S39", Tier.HOURLY)
                .sql(12, "SELECT spcname, pg_tablespace_size(oid) AS bytes FROM pg_tablespace")
                .rows(
                        Table.by("tablespace=spcname")
                                .gauge(
                                        "matriarch_tablespace_bytes",
                                        "bytes",
                                        "Size of the tablespace."))
                .done();
    }

    private static Collector temporary() {
        return Collector.of("S40", Tier.SLOW)
                .sql(12, "SELECT coalesce(sum(size),0) AS bytes FROM pg_ls_tmpdir()")
                .rows(
                        Table.by()
                                .gauge(
                                        "matriarch_temp_current_bytes",
                                        "bytes",
                                        "Size of the temporary files there are."))
                .done();
    }
}
