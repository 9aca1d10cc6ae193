package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import java.util.HashSet;
import java.util.List;

/** What has to be asked in each database: tables, indexes, sequences, statements. */
final class Tables {
    private Tables() {}

    static final String TABLES_ID = "S26";
    static final String BLOCKS_ID = "S27";

    /** The largest by pages, which costs no look at their files; catalogs are left out. */
    private static final String LARGEST =
            "SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid=c.relnamespace WHERE c.relkind"
                    + " IN ('r','m') AND c.relpersistence<>'t' AND n.nspname NOT IN"
                    + " ('pg_catalog','information_schema') ORDER BY c.relpages DESC, c.oid LIMIT 100";

    static List<Collector> collectors() {
        return List.of(tables(), blocks(), sequences(), indexes(), statements(), evictions());
    }

    // S26

    private static final Metric DEAD =
            Native.gauge(
                    "tables_dead_ratio_max",
                    "The largest share of dead rows in a table of more than 10000 rows.",
                    "datname");
    private static final Metric OVERDUE =
            Native.gauge(
                    "tables_over_vacuum_threshold",
                    "Tables with more dead rows than autovacuum waits for, of the 100 largest.",
                    "datname");
    private static final Metric VACUUM_AGE =
            Native.gauge(
                    "table_vacuum_age_seconds_max",
                    "Time since the vacuum that is longest ago, of tables over their threshold.",
                    "datname");
    private static final double LEAST_ROWS = 10_000;

    private static Collector tables() {
        return Collector.of(TABLES_ID, Tier.HOURLY)
                .inEachDatabase()
                .upstream("stat_user_tables")
                .sql(
                        12,
                        """
                        WITH largest AS (%s)
                        SELECT current_database() AS datname, s.schemaname, s.relname, s.seq_scan, s.seq_tup_read, coalesce(s.idx_scan,0) AS idx_scan,
                          coalesce(s.idx_tup_fetch,0) AS idx_tup_fetch, s.n_tup_ins, s.n_tup_upd, s.n_tup_del, s.n_tup_hot_upd, s.n_live_tup, s.n_dead_tup, s.n_mod_since_analyze,
                          coalesce(extract(epoch FROM s.last_vacuum),0) AS last_vacuum, coalesce(extract(epoch FROM s.last_autovacuum),0) AS last_autovacuum,
                          coalesce(extract(epoch FROM s.last_analyze),0) AS last_analyze, coalesce(extract(epoch FROM s.last_autoanalyze),0) AS last_autoanalyze,
                          s.vacuum_count, s.autovacuum_count, s.analyze_count, s.autoanalyze_count,
                          pg_indexes_size(s.relid) AS index_b, pg_table_size(s.relid) AS table_b,
                          coalesce((SELECT option_value::float8 FROM pg_options_to_table(c.reloptions) WHERE option_name='autovacuum_vacuum_threshold'),
                            current_setting('autovacuum_vacuum_threshold')::float8)
                          + greatest(c.reltuples,0) * coalesce((SELECT option_value::float8 FROM pg_options_to_table(c.reloptions)
                            WHERE option_name='autovacuum_vacuum_scale_factor'), current_setting('autovacuum_vacuum_scale_factor')::float8) AS threshold
                        FROM pg_stat_user_tables s JOIN pg_class c ON c.oid=s.relid WHERE s.relid IN (SELECT oid FROM largest)
                        ORDER BY c.relpages DESC, c.oid
                        """
                                .formatted(LARGEST))
                .largest(tableFigures())
                .reads(Tables::vacuums, DEAD, OVERDUE, VACUUM_AGE)
                .done();
    }

    private static Table tableFigures() {
        var table = Table.by("datname", "schemaname", "relname");
        for (String column :
                List.of(
                        "seq_scan:Sequential scans.",
                        "seq_tup_read:Rows read by sequential scans.",
                        "idx_scan:Index scans.",
                        "idx_tup_fetch:Rows fetched by index scans.",
                        "n_tup_ins:Rows inserted.",
                        "n_tup_upd:Rows updated.",
                        "n_tup_del:Rows deleted.",
                        "n_tup_hot_upd:Rows updated without a new index entry.",
                        "vacuum_count:Vacuums by hand.",
                        "autovacuum_count:Vacuums by autovacuum.",
                        "analyze_count:Analyzes by hand.",
                        "autoanalyze_count:Analyzes by autovacuum.")) {
            String[] parts = column.split(":", 2);
            table.counter("pg_stat_user_tables_" + parts[0], parts[0], parts[1]);
        }
        for (String column :
                List.of(
                        "n_live_tup:Live rows, estimated.",
                        "n_dead_tup:Dead rows, estimated.",
                        "n_mod_since_analyze:Rows changed since the last analyze.",
                        "last_vacuum:When it was last vacuumed by hand, in seconds since 1970; 0: never.",
                        "last_autovacuum:When autovacuum last vacuumed it, likewise.",
                        "last_analyze:When it was last analyzed by hand, likewise.",
                        "last_autoanalyze:When autovacuum last analyzed it, likewise.")) {
            String[] parts = column.split(":", 2);
            table.gauge("pg_stat_user_tables_" + parts[0], parts[0], parts[1]);
        }
        return table.gauge(
                        "pg_stat_user_tables_index_size_bytes", "index_b", "Size of its indexes.")
                .gauge("pg_stat_user_tables_table_size_bytes", "table_b", "Size without indexes.");
    }

    private static void vacuums(Rows rows, Moment moment, Samples out) {
        double dead = 0;
        double overdue = 0;
        double age = 0;
        double now = moment.now().toEpochMilli() / 1e3;
        String ours = "table\n" + moment.database() + "\n"; // what no sane name has in it
        var waiting = new HashSet<String>();
        for (var row : rows.rows()) {
            double all = row.number("n_live_tup") + row.number("n_dead_tup");
            if (all >= LEAST_ROWS) dead = Math.max(dead, row.number("n_dead_tup") / all);
            if (!(row.number("n_dead_tup") > row.number("threshold"))) continue;
            overdue++;
            double last = Math.max(row.number("last_vacuum"), row.number("last_autovacuum"));
            // One never vacuumed counts from when we first saw it wait.
            if (last <= 0) {
                String table = ours + row.text("schemaname") + "." + row.text("relname");
                waiting.add(table);
                last = moment.memory().since(table, moment.now()).toEpochMilli() / 1e3;
            }
            age = Math.max(age, now - last);
        }
        moment.memory()
                .only(ours, waiting); // tables come and go; what is kept of them does not grow
        out.add(DEAD, dead, moment.database())
                .add(OVERDUE, overdue, moment.database())
                .add(VACUUM_AGE, Math.max(0, age), moment.database());
    }

    // S27

    private static Collector blocks() {
        var table = Table.by("datname", "schemaname", "relname");
        for (String of : List.of("heap", "idx", "toast", "tidx"))
            for (String way : List.of("read", "hit"))
                table.counter(
                        "pg_statio_user_tables_%s_blocks_%s".formatted(of, way),
                        of + "_blks_" + way,
                        "Blocks of its %s %s."
                                .formatted(
                                        of,
                                        way.equals("hit")
                                                ? "found in shared buffers"
                                                : "read from outside shared buffers"));
        return Collector.of(BLOCKS_ID, Tier.HOURLY)
                .inEachDatabase()
                .upstream("statio_user_tables")
                .sql(
                        12,
                        """
                        WITH largest AS (%s)
                        SELECT current_database() AS datname, s.schemaname, s.relname, heap_blks_read, heap_blks_hit, idx_blks_read, idx_blks_hit,
                          toast_blks_read, toast_blks_hit, tidx_blks_read, tidx_blks_hit
                        FROM pg_statio_user_tables s JOIN pg_class c ON c.oid=s.relid WHERE s.relid IN (SELECT oid FROM largest)
                        ORDER BY c.relpages DESC, c.oid
                        """
                                .formatted(LARGEST))
                .largest(table)
                .done();
    }

    // S30, S31

    private static Collector sequences() {
        return Collector.of("S30", Tier.HOURLY)
                .inEachDatabase()
                .sql(
                        12,
                        """
                        SELECT current_database() AS datname, schemaname, sequencename,
                          100.0*(last_value-least(start_value,min_value))/nullif(max_value-least(start_value,min_value),0) AS used_pct
                        FROM pg_sequences WHERE NOT cycle AND increment_by>0 AND last_value IS NOT NULL ORDER BY 4 DESC NULLS LAST LIMIT 20
                        """)
                .rows(
                        Table.by("datname", "schema=schemaname", "sequence=sequencename")
                                .gauge(
                                        "matriarch_sequence_used_percent",
                                        "used_pct",
                                        "Values used of those a sequence has; the 20 fullest of a"
                                                + " database. Needs pg_read_all_data."))
                .done();
    }

    private static Collector indexes() {
        return Collector.of("S31", Tier.HOURLY)
                .inEachDatabase()
                .sql(
                        12,
                        "SELECT current_database() AS datname, count(*) AS n FROM pg_index WHERE NOT"
                                + " indisvalid OR NOT indisready")
                .rows(
                        Table.by("datname")
                                .gauge(
                                        "matriarch_indexes_invalid",
                                        "n",
                                        "Indexes that are not valid or not ready."))
                .done();
    }

    // S28: in the database where the extension is, for all databases

    private static Collector statements() {
        return Collector.of("S28", Tier.HOURLY)
                .inEachDatabase()
                .upstream("stat_statements")
                .sql(12, 12, statementsSql("total_time", "blk_read_time", "blk_write_time"))
                .sql(13, 16, statementsSql("total_exec_time", "blk_read_time", "blk_write_time"))
                .sql(
                        17,
                        statementsSql(
                                "total_exec_time", "shared_blk_read_time", "shared_blk_write_time"))
                .rows(
                        Table.by("user", "datname", "queryid")
                                .counter("pg_stat_statements_calls_total", "calls", "Executions.")
                                .counter(
                                        "pg_stat_statements_seconds_total",
                                        "exec_s",
                                        "Time spent executing.")
                                .counter(
                                        "pg_stat_statements_rows_total",
                                        "rows",
                                        "Rows returned or changed.")
                                .counter(
                                        "pg_stat_statements_block_read_seconds_total",
                                        "read_s",
                                        "Time spent reading blocks.")
                                .counter(
                                        "pg_stat_statements_block_write_seconds_total",
                                        "write_s",
                                        "Time spent writing blocks."))
                .done();
    }

    private static String statementsSql(String exec, String read, String write) {
        return """
        SELECT u.rolname AS "user", d.datname, s.queryid::text AS queryid, sum(s.calls) AS calls, sum(s.%s)/1000 AS exec_s, sum(s.rows) AS rows,
          sum(s.%s)/1000 AS read_s, sum(s.%s)/1000 AS write_s
        FROM pg_stat_statements s JOIN pg_roles u ON u.oid=s.userid JOIN pg_database d ON d.oid=s.dbid
        WHERE s.queryid IS NOT NULL GROUP BY 1,2,3 ORDER BY exec_s DESC LIMIT 50
        """
                .formatted(exec, read, write);
    }

    private static Collector evictions() {
        return Collector.of("S28b", Tier.HOURLY)
                .inEachDatabase()
                .sql(14, "SELECT dealloc FROM pg_stat_statements_info")
                .rows(
                        Table.by()
                                .counter(
                                        "matriarch_statements_evictions_total",
                                        "dealloc",
                                        "Times pg_stat_statements forgot its least used statements."))
                .done();
    }
}
