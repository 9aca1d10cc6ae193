package io.matriarch.config.core;

import static io.matriarch.config.core.Key.of;

import java.util.List;

/** What is measured, how often, and for whom. */
final class MonitorKeys {
    private MonitorKeys() {}

    static List<Key> all() {
        return List.of(
                interval(
                        "fast",
                        "1",
                        "Positions of the WAL and standbys; it is the resolution of lags in seconds."),
                interval("normal", "10", "Sessions, slots, archive, receiver, disks."),
                interval("slow", "60", "Counters of databases, WAL, checkpoints, I/O; settings."),
                interval(
                        "hourly",
                        "3600",
                        "Sizes, and what has to be asked in each database: tables, sequences,"
                                + " statements."),
                of(
                                "monitor.tables",
                                Type.BOOL,
                                "Whether each database is asked for its tables, sequences, indexes and"
                                        + " statements.")
                        .fallback("true"),
                of(
                        "monitor.exclude_databases",
                        Type.TEXTS,
                        "Databases that are not asked for their tables."),
                of(
                                "monitor.compat.postgres_exporter",
                                Type.BOOL,
                                "Whether /metrics also has the names of postgres_exporter.")
                        .fallback("true"),
                of(
                                "monitor.compat.patroni",
                                Type.BOOL,
                                "Whether /metrics also has the names of Patroni.")
                        .fallback("true"),
                of(
                                "monitor.compat.patroni_master",
                                Type.BOOL,
                                "Whether patroni_primary is also there as patroni_master, the name"
                                        + " before Patroni 4.")
                        .fallback("false"),
                of(
                        "monitor.metrics_token",
                        Type.SECRET,
                        "If set, GET /metrics is answered only with the header Authorization:"
                                + " Bearer TOKEN."),
                of(
                        "monitor.pgbouncer.address",
                        Type.ADDRESS,
                        "Port of the PgBouncer beside this node, on a loopback address; its console"
                                + " is asked for figures. None is asked if absent."),
                of("monitor.pgbouncer.username", Type.TEXT, "One of its stats_users.")
                        .fallback("the user of postgresql.authentication.monitor"),
                of(
                                "monitor.pgbouncer.password",
                                Type.SECRET,
                                "Password of that user, as its auth_file has it.")
                        .fallback("the password of postgresql.authentication.monitor"),
                of(
                        "monitor.haproxy.url",
                        Type.TEXT,
                        "Statistics of the HAProxy beside this node as CSV, such as"
                                + " http://127.0.0.1:7000/;csv. None is asked if absent."),
                of(
                                "monitor.history_days",
                                Type.INT,
                                "How long the main series are kept on this node: 2.3 MB for the"
                                        + " last day and 0.4 MB for each further one.")
                        .range(1, 90, "days")
                        .fallback("7"),
                of(
                                "monitor.objectives.rpo",
                                Type.INT,
                                "How much time of writes may be missing after a restore; for alerts.")
                        .range(1, 604_800, "s"),
                of(
                                "monitor.objectives.rto",
                                Type.INT,
                                "How long it may take until clients can write again; for alerts.")
                        .range(1, 604_800, "s"));
    }

    private static Key interval(String tier, String fallback, String what) {
        return of("monitor.intervals." + tier, Type.INT, what)
                .range(1, 86_400, "s")
                .fallback(fallback);
    }
}
