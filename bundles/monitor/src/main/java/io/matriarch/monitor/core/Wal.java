package io.matriarch.monitor.core;

import static io.matriarch.monitor.core.Collector.Where.PRIMARY;

import io.matriarch.api.Lsn;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import java.util.List;

/** WAL: written, kept, archived; checkpoints. */
final class Wal {
    private Wal() {}

    private static final double MILLIS = 1e-3;

    static List<Collector> collectors() {
        return List.of(
                archiver(),
                ready(),
                unarchived(),
                directory(),
                checkpoints(),
                checkpointsDone(),
                written(),
                prefetch(),
                summarizer());
    }

    // S07

    private static final Metric LAST_ARCHIVE_AGE =
            Metric.gauge(
                    "pg_stat_archiver_last_archive_age",
                    "Seconds since the last segment was archived.");
    private static final Metric ARCHIVED =
            Metric.counter("pg_stat_archiver_archived_count", "Segments archived.");
    private static final Metric FAILED =
            Metric.counter("pg_stat_archiver_failed_count", "Failed tries to archive a segment.");
    private static final Metric FAILING =
            Native.gauge(
                    "archive_failing",
                    "1 if the last try to archive a segment failed; absent without archiving.");
    private static final Metric RATIO =
            Native.gauge(
                    "archive_throughput_ratio",
                    "WAL archived per WAL written in the last five minutes; below 1 the archive"
                            + " falls behind.");
    private static final Metric DRAIN =
            Native.gauge(
                    "archive_drain_eta_seconds",
                    "When the archive will have caught up at the rates of the last five minutes; -1"
                            + " while it falls behind.");

    private static Collector archiver() {
        return Collector.of("S07", Tier.NORMAL)
                .upstream("stat_archiver")
                .sql(
                        12,
                        """
                        SELECT archived_count, failed_count, (current_setting('archive_mode')<>'off')::int AS archiving,
                          extract(epoch FROM clock_timestamp()-last_archived_time) AS last_archive_age_s,
                          (coalesce(last_failed_time,'-infinity')>coalesce(last_archived_time,'-infinity'))::int AS failing_now,
                          (SELECT setting::bigint FROM pg_settings WHERE name='wal_segment_size') AS segment_b
                        FROM pg_stat_archiver
                        """)
                .reads(Wal::archiver, ARCHIVED, FAILED, LAST_ARCHIVE_AGE, FAILING, RATIO, DRAIN)
                .done();
    }

    private static void archiver(Rows rows, Moment moment, Samples out) {
        var row = rows.first();
        out.add(ARCHIVED, row.number("archived_count"))
                .add(FAILED, row.number("failed_count"))
                .add(LAST_ARCHIVE_AGE, row.number("last_archive_age_s"));
        if (!row.yes("archiving")) return;
        out.add(FAILING, row.number("failing_now"));
        var archived = moment.memory().window("archived");
        archived.note(moment.now(), row.number("archived_count") * row.number("segment_b"));
        var written = moment.memory().window("wal");
        if (written.growth() > 0) out.add(RATIO, archived.growth() / written.growth());
        double waiting = moment.memory().unarchived();
        double gain = archived.rate() - written.rate();
        // Less than a segment waits for being full, not for the archive.
        if (waiting < row.number("segment_b")) out.add(DRAIN, 0);
        else if (!Double.isNaN(gain) && !Double.isNaN(waiting))
            out.add(DRAIN, gain > 0 ? waiting / gain : -1);
    }

    // S08

    private static Collector ready() {
        return Collector.of("S08", Tier.NORMAL)
                .sql(
                        12,
                        """
                        SELECT count(*) AS ready, coalesce(extract(epoch FROM clock_timestamp()-min(modification)),0) AS oldest_s
                        FROM pg_ls_archive_statusdir() WHERE name ~ '^[0-9A-F]{24}\\.ready$'
                        """)
                .rows(
                        Table.by()
                                .gauge(
                                        "matriarch_archive_ready_segments",
                                        "ready",
                                        "Full segments that wait for the archive.")
                                .gauge(
                                        "matriarch_archive_oldest_ready_seconds",
                                        "oldest_s",
                                        "How long the oldest of them has waited; 0 if none waits."))
                .done();
    }

    // S09

    private static final Metric UNARCHIVED =
            Native.gauge(
                    "archive_unarchived_bytes",
                    "WAL written since the end of the last archived segment, with the segment being"
                            + " written.");
    static final Metric RPO_SECONDS =
            Native.gauge(
                    "rpo_seconds",
                    "How much time of writes would be missing if only the repository were left; best:"
                            + " of all repositories.",
                    "repo");
    static final Metric RPO_BYTES =
            Native.gauge(
                    "rpo_bytes",
                    "How much WAL would be missing if only the repository were left.",
                    "repo");
    private static final String BEST = "best";

    private static Collector unarchived() {
        return Collector.of("S09", Tier.NORMAL)
                .on(PRIMARY)
                .sql(
                        12,
                        """
                        SELECT (current_setting('archive_mode')<>'off')::int AS archiving,
                          ('x'||substr(pg_walfile_name(pg_current_wal_lsn()),1,8))::bit(32)::int AS timeline,
                          CASE WHEN a.last_archived_wal ~ '^[0-9A-F]{24}$'
                            AND substr(a.last_archived_wal,1,8) = substr(pg_walfile_name(pg_current_wal_lsn()),1,8) THEN
                            (('x'||substr(a.last_archived_wal,9,8))::bit(32)::bigint << 32) + (('x'||substr(a.last_archived_wal,17,8))::bit(32)::bigint + 1) * g.sz
                          END AS archived_b, pg_wal_lsn_diff(pg_current_wal_lsn(),'0/0') AS current_b
                        FROM pg_stat_archiver a, (SELECT setting::bigint AS sz FROM pg_settings WHERE name='wal_segment_size') g
                        """)
                .reads(Wal::unarchived, UNARCHIVED, RPO_SECONDS, RPO_BYTES)
                .done();
    }

    private static void unarchived(Rows rows, Moment moment, Samples out) {
        var row = rows.first();
        // A history or backup file may have been the last one archived: then what was before holds.
        double archived =
                moment.memory().archived(row.number("timeline"), row.number("archived_b"));
        if (!row.yes("archiving") || Double.isNaN(archived)) {
            moment.memory().unarchived(Double.NaN);
            return;
        }
        double bytes = Math.max(0, row.number("current_b") - archived);
        moment.memory().unarchived(bytes);
        out.add(UNARCHIVED, bytes).add(RPO_BYTES, bytes, BEST);
        var clock = moment.memory().clock();
        if (clock.runs())
            out.add(
                    RPO_SECONDS,
                    clock.lag(new Lsn((long) archived), moment.now()).toMillis() / 1e3,
                    BEST);
    }

    // S10

    private static Collector directory() {
        return Collector.of("S10", Tier.NORMAL)
                .upstream("wal")
                .sql(
                        12,
                        """
                        SELECT count(*) AS segments, coalesce(sum(size),0) AS bytes, coalesce(extract(epoch FROM clock_timestamp()-min(modification)),0) AS oldest_s
                        FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'
                        """)
                .rows(
                        Table.by()
                                .gauge("pg_wal_segments", "segments", "Segments in pg_wal.")
                                .gauge("pg_wal_size_bytes", "bytes", "Size of pg_wal.")
                                .gauge(
                                        "matriarch_wal_dir_segments",
                                        "segments",
                                        "Segments in pg_wal.")
                                .gauge("matriarch_wal_dir_bytes", "bytes", "Size of pg_wal.")
                                .gauge(
                                        "matriarch_wal_dir_oldest_age_seconds",
                                        "oldest_s",
                                        "Time since the oldest segment in pg_wal was written."))
                .done();
    }

    // S11

    private static final Metric CHECKPOINTS =
            Native.counter(
                    "checkpoints_total",
                    "Checkpoints because of checkpoint_timeout (timed), because of WAL or on"
                            + " request (requested); on 18 and newer also those done.",
                    "kind");

    private static Collector checkpoints() {
        return Collector.of("S11", Tier.SLOW)
                .upstream("stat_bgwriter")
                .sql(
                        12,
                        16,
                        """
                        SELECT checkpoints_timed, checkpoints_req, checkpoint_write_time, checkpoint_sync_time, buffers_checkpoint,
                          buffers_clean, maxwritten_clean, buffers_backend, buffers_backend_fsync, buffers_alloc,
                          extract(epoch FROM stats_reset) AS reset_ts
                        FROM pg_stat_bgwriter
                        """)
                .sql(
                        17,
                        """
                        SELECT c.num_timed AS checkpoints_timed, c.num_requested AS checkpoints_req, c.write_time AS checkpoint_write_time,
                          c.sync_time AS checkpoint_sync_time, c.buffers_written AS buffers_checkpoint,
                          b.buffers_clean, b.maxwritten_clean, b.buffers_alloc, extract(epoch FROM b.stats_reset) AS reset_ts,
                          c.num_timed, c.num_requested, c.restartpoints_timed, c.restartpoints_req, c.restartpoints_done,
                          c.write_time, c.sync_time, c.buffers_written, extract(epoch FROM c.stats_reset) AS checkpointer_reset_ts
                        FROM pg_stat_checkpointer c, pg_stat_bgwriter b
                        """)
                .rows(writer("_total"))
                .rows(writer("")) // the names boards made for older exporters look for
                .rows(checkpointer())
                .rows(
                        Table.by()
                                .counter(
                                        "matriarch_checkpoint_write_seconds_total",
                                        "checkpoint_write_time",
                                        MILLIS,
                                        "Time checkpoints spent writing files.")
                                .counter(
                                        "matriarch_checkpoint_sync_seconds_total",
                                        "checkpoint_sync_time",
                                        MILLIS,
                                        "Time checkpoints spent bringing files to disk."))
                .reads(
                        (rows, _, out) ->
                                out.add(
                                                CHECKPOINTS,
                                                rows.first().number("checkpoints_timed"),
                                                "timed")
                                        .add(
                                                CHECKPOINTS,
                                                rows.first().number("checkpoints_req"),
                                                "requested"),
                        CHECKPOINTS)
                .done();
    }

    private static Table writer(String suffix) {
        String of = "pg_stat_bgwriter_";
        return Table.by()
                .counter(
                        of + "checkpoints_timed" + suffix,
                        "checkpoints_timed",
                        "Checkpoints because of checkpoint_timeout.")
                .counter(
                        of + "checkpoints_req" + suffix,
                        "checkpoints_req",
                        "Checkpoints because of WAL or on request.")
                .counter(
                        of + "checkpoint_write_time" + suffix,
                        "checkpoint_write_time",
                        "Milliseconds checkpoints spent writing files.")
                .counter(
                        of + "checkpoint_sync_time" + suffix,
                        "checkpoint_sync_time",
                        "Milliseconds checkpoints spent bringing files to disk.")
                .counter(
                        of + "buffers_checkpoint" + suffix,
                        "buffers_checkpoint",
                        "Buffers written by checkpoints.")
                .counter(
                        of + "buffers_clean" + suffix,
                        "buffers_clean",
                        "Buffers written by the background writer.")
                .counter(
                        of + "maxwritten_clean" + suffix,
                        "maxwritten_clean",
                        "Rounds of the background writer ended because it had written too many.")
                .counter(
                        of + "buffers_backend" + suffix,
                        "buffers_backend",
                        "Buffers written by sessions; up to PostgreSQL 16.")
                .counter(
                        of + "buffers_backend_fsync" + suffix,
                        "buffers_backend_fsync",
                        "Times a session had to bring files to disk itself; up to PostgreSQL 16.")
                .counter(of + "buffers_alloc" + suffix, "buffers_alloc", "Buffers allocated.")
                .counter(
                        of + "stats_reset" + suffix,
                        "reset_ts",
                        "When these were last reset, in seconds since 1970.");
    }

    private static Table checkpointer() {
        String of = "pg_stat_checkpointer_";
        return Table.by()
                .counter(
                        of + "num_timed_total",
                        "num_timed",
                        "Checkpoints because of checkpoint_timeout; from PostgreSQL 17.")
                .counter(
                        of + "num_requested_total",
                        "num_requested",
                        "Checkpoints because of WAL or on request.")
                .counter(
                        of + "restartpoints_timed_total",
                        "restartpoints_timed",
                        "Restartpoints because of checkpoint_timeout.")
                .counter(
                        of + "restartpoints_req_total",
                        "restartpoints_req",
                        "Restartpoints because of WAL or on request.")
                .counter(
                        of + "restartpoints_done_total",
                        "restartpoints_done",
                        "Restartpoints carried out.")
                .counter(of + "write_time_total", "write_time", "Milliseconds spent writing files.")
                .counter(
                        of + "sync_time_total",
                        "sync_time",
                        "Milliseconds spent bringing files to disk.")
                .counter(of + "buffers_written_total", "buffers_written", "Buffers written.")
                .counter(
                        of + "stats_reset_total",
                        "checkpointer_reset_ts",
                        "When these were last reset, in seconds since 1970.");
    }

    private static Collector checkpointsDone() {
        return Collector.of("S11b", Tier.SLOW)
                .sql(18, "SELECT num_done FROM pg_stat_checkpointer")
                .reads(
                        (rows, _, out) ->
                                out.add(CHECKPOINTS, rows.first().number("num_done"), "done"),
                        CHECKPOINTS)
                .done();
    }

    // S12

    private static Collector written() {
        return Collector.of("S12", Tier.SLOW)
                .sql(
                        14,
                        17,
                        "SELECT wal_records, wal_fpi, wal_bytes, wal_buffers_full, wal_write_time,"
                                + " wal_sync_time FROM pg_stat_wal")
                .sql(
                        18,
                        """
                        SELECT w.wal_records, w.wal_fpi, w.wal_bytes, w.wal_buffers_full, i.wal_write_time, i.wal_sync_time FROM pg_stat_wal w,
                          (SELECT sum(write_time) AS wal_write_time, sum(fsync_time) AS wal_sync_time FROM pg_stat_io WHERE object='wal' AND context='normal') i
                        """)
                .rows(
                        Table.by()
                                .counter(
                                        "matriarch_wal_records_total",
                                        "wal_records",
                                        "WAL records.")
                                .counter(
                                        "matriarch_wal_fpi_total",
                                        "wal_fpi",
                                        "Whole pages in the WAL.")
                                .counter(
                                        "matriarch_wal_bytes_total",
                                        "wal_bytes",
                                        "Size of the WAL.")
                                .counter(
                                        "matriarch_wal_buffers_full_total",
                                        "wal_buffers_full",
                                        "Times WAL was written because its buffers were full.")
                                .counter(
                                        "matriarch_wal_write_seconds_total",
                                        "wal_write_time",
                                        MILLIS,
                                        "Time spent writing WAL; needs track_wal_io_timing.")
                                .counter(
                                        "matriarch_wal_sync_seconds_total",
                                        "wal_sync_time",
                                        MILLIS,
                                        "Time spent bringing WAL to disk; needs"
                                                + " track_wal_io_timing."))
                .done();
    }

    // S33, S35

    private static Collector prefetch() {
        var table = Table.by();
        for (String column :
                List.of("prefetch", "hit", "skip_init", "skip_new", "skip_fpw", "skip_rep"))
            table.counter(
                    "matriarch_recovery_prefetch_" + column + "_total",
                    column,
                    "Blocks of WAL replay by what prefetching did: " + column + ".");
        table.gauge(
                        "matriarch_recovery_prefetch_wal_distance_bytes",
                        "wal_distance",
                        "How far prefetching looks ahead.")
                .gauge(
                        "matriarch_recovery_prefetch_block_distance",
                        "block_distance",
                        "How many blocks it looks ahead.")
                .gauge(
                        "matriarch_recovery_prefetch_io_depth",
                        "io_depth",
                        "How many of its reads are under way.");
        return Collector.of("S33", Tier.SLOW)
                .on(Collector.Where.STANDBY)
                .sql(
                        15,
                        "SELECT prefetch, hit, skip_init, skip_new, skip_fpw, skip_rep, wal_distance,"
                                + " block_distance, io_depth FROM pg_stat_recovery_prefetch")
                .rows(table)
                .done();
    }

    private static Collector summarizer() {
        return Collector.of("S35", Tier.SLOW)
                .on(PRIMARY)
                .sql(
                        17,
                        """
                        SELECT CASE WHEN current_setting('summarize_wal')='on'
                          THEN pg_wal_lsn_diff(pg_current_wal_lsn(),summarized_lsn) END AS behind_b
                        FROM pg_get_wal_summarizer_state()
                        """)
                .rows(
                        Table.by()
                                .gauge(
                                        "matriarch_wal_summarizer_behind_bytes",
                                        "behind_b",
                                        "WAL not summarized yet; absent if summarize_wal is off."))
                .done();
    }
}
