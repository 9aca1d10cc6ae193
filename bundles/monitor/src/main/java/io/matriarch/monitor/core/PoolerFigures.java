package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What PgBouncer's {@code SHOW} tells of its pools, as figures. */
public final class PoolerFigures {
    /** More pools than these become one: a page stays bounded, however many users there are. */
    static final int MOST_POOLS = 200;

    private static final double MICROS = 1e6;

    public static final Metric UP =
            Native.gauge("pgbouncer_up", "1 if the PgBouncer beside this node answers.");
    private static final Metric CLIENTS =
            Native.gauge(
                    "pgbouncer_client_connections",
                    "Clients of a pool, by state: active (linked to a server or idle), waiting (for"
                            + " a server).",
                    "database",
                    "user",
                    "state");
    private static final Metric SERVERS =
            Native.gauge(
                    "pgbouncer_server_connections",
                    "Connections of a pool to PostgreSQL, by state: active, idle, used, tested,"
                            + " login.",
                    "database",
                    "user",
                    "state");
    private static final Metric WAIT =
            Native.gauge(
                    "pgbouncer_max_wait_seconds",
                    "How long the first client in a pool's queue has waited.",
                    "database",
                    "user");
    private static final Metric SIZE =
            Native.gauge(
                    "pgbouncer_pool_size",
                    "Connections to PostgreSQL a pool of that database may have.",
                    "database");
    private static final Metric CURRENT =
            Native.gauge(
                    "pgbouncer_database_connections",
                    "Connections to PostgreSQL for that database.",
                    "database");
    private static final Metric PAUSED =
            Native.gauge("pgbouncer_database_paused", "1 if it is paused.", "database");
    private static final Metric DISABLED =
            Native.gauge("pgbouncer_database_disabled", "1 if it is disabled.", "database");

    /** A column of {@code SHOW STATS}, and what a second is in it. */
    private record Stat(String column, double divisor, Metric metric) {}

    private static final List<Stat> STATS =
            List.of(
                    stat("total_xact_count", 1, "transactions_total", "Transactions."),
                    stat("total_query_count", 1, "queries_total", "Queries."),
                    stat("total_received", 1, "received_bytes_total", "Received from clients."),
                    stat("total_sent", 1, "sent_bytes_total", "Sent to clients."),
                    stat(
                            "total_xact_time",
                            MICROS,
                            "transaction_seconds_total",
                            "Time in transactions, waiting in them included."),
                    stat(
                            "total_query_time",
                            MICROS,
                            "query_seconds_total",
                            "Time PostgreSQL worked on queries."),
                    stat(
                            "total_wait_time",
                            MICROS,
                            "wait_seconds_total",
                            "Time clients waited for a server."));

    private PoolerFigures() {}

    private static Stat stat(String column, double divisor, String name, String help) {
        return new Stat(column, divisor, Native.counter("pgbouncer_" + name, help, "database"));
    }

    public static List<Metric> metrics() {
        var all =
                new ArrayList<>(
                        List.of(UP, CLIENTS, SERVERS, WAIT, SIZE, CURRENT, PAUSED, DISABLED));
        STATS.forEach(stat -> all.add(stat.metric()));
        return List.copyOf(all);
    }

    /**
     * A column that this version of PgBouncer has not is left out.
     *
     * @param pools of {@code SHOW POOLS}
     * @param databases of {@code SHOW DATABASES}
     * @param stats of {@code SHOW STATS}
     */
    public static void tell(Rows pools, Rows databases, Rows stats, Samples out) {
        out.add(UP, 1);
        var named = Set.of("database", "user", "pool_mode");
        for (var row : pools.capped(MOST_POOLS, "cl_active", named).rows()) {
            var database = row.text("database");
            if (own(database)) continue;
            var user = row.text("user");
            for (var state : List.of("active", "waiting"))
                out.add(CLIENTS, row.number("cl_" + state), database, user, state);
            for (var state : List.of("active", "idle", "used", "tested", "login"))
                out.add(SERVERS, row.number("sv_" + state), database, user, state);
            out.add(
                    WAIT,
                    row.number("maxwait") + fraction(row.number("maxwait_us")),
                    database,
                    user);
        }
        for (var row : first(databases)) {
            var database = row.text("name");
            if (own(database)) continue;
            out.add(SIZE, row.number("pool_size"), database)
                    .add(CURRENT, row.number("current_connections"), database)
                    .add(PAUSED, row.number("paused"), database)
                    .add(DISABLED, row.number("disabled"), database);
        }
        for (var row : first(stats)) {
            var database = row.text("database");
            if (own(database)) continue;
            for (var stat : STATS)
                out.add(stat.metric(), row.number(stat.column()) / stat.divisor(), database);
        }
    }

    private static double fraction(double micros) {
        return Double.isNaN(micros) ? 0 : micros / MICROS;
    }

    private static List<Rows.Row> first(Rows rows) {
        return rows.rows().subList(0, Math.min(MOST_POOLS, rows.rows().size()));
    }

    /** The console itself counts as a database. */
    private static boolean own(String database) {
        return database.equals("pgbouncer");
    }
}
