package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What HAProxy's statistics tell, as figures.
 *
 * @see <a href="https://docs.haproxy.org/2.8/management.html#9.1">HAProxy's CSV format</a>
 */
public final class ProxyFigures {
    /** More lines than these are not told: a page stays bounded. */
    static final int MOST_LINES = 400;

    public static final Metric UP =
            Native.gauge("haproxy_up", "1 if the HAProxy beside this node answers.");
    private static final Metric SERVER_UP =
            Native.gauge(
                    "haproxy_server_up",
                    "1 if HAProxy sends connections to that server; a standby is not up behind a"
                            + " proxy for the primary.",
                    "proxy",
                    "server");
    private static final Metric SERVER_SESSIONS =
            Native.gauge("haproxy_server_sessions", "Sessions now.", "proxy", "server");
    private static final Metric SERVER_TOTAL =
            Native.counter("haproxy_server_sessions_total", "Sessions so far.", "proxy", "server");
    private static final Metric SERVER_QUEUE =
            Native.gauge(
                    "haproxy_server_queue",
                    "Requests that wait for this server.",
                    "proxy",
                    "server");
    private static final Metric CHECK_FAILURES =
            Native.counter(
                    "haproxy_server_check_failures_total",
                    "Failed checks, counted while the server was up.",
                    "proxy",
                    "server");
    private static final Metric CONNECTION_ERRORS =
            Native.counter(
                    "haproxy_server_connection_errors_total",
                    "Connections to the server that failed.",
                    "proxy",
                    "server");
    private static final Metric CHANGED =
            Native.gauge(
                    "haproxy_server_last_change_seconds",
                    "Since the server went up or down.",
                    "proxy",
                    "server");
    private static final Metric ACTIVE =
            Native.gauge("haproxy_backend_servers_up", "Servers a backend sends to now.", "proxy");
    private static final Metric QUEUE =
            Native.gauge("haproxy_backend_queue", "Requests that wait for any server.", "proxy");
    private static final Metric SESSIONS =
            Native.gauge("haproxy_frontend_sessions", "Sessions of clients now.", "proxy");
    private static final Metric LIMIT =
            Native.gauge("haproxy_frontend_session_limit", "Most sessions it takes.", "proxy");
    private static final Metric RECEIVED =
            Native.counter(
                    "haproxy_frontend_received_bytes_total", "Received from clients.", "proxy");
    private static final Metric SENT =
            Native.counter("haproxy_frontend_sent_bytes_total", "Sent to clients.", "proxy");

    private ProxyFigures() {}

    public static List<Metric> metrics() {
        return List.of(
                UP,
                SERVER_UP,
                SERVER_SESSIONS,
                SERVER_TOTAL,
                SERVER_QUEUE,
                CHECK_FAILURES,
                CONNECTION_ERRORS,
                CHANGED,
                ACTIVE,
                QUEUE,
                SESSIONS,
                LIMIT,
                RECEIVED,
                SENT);
    }

    /**
     * @throws IllegalArgumentException it is not HAProxy's CSV
     */
    public static Rows rows(String csv) {
        var lines = csv.lines().filter(line -> !line.isBlank()).toList();
        if (lines.isEmpty() || !lines.getFirst().startsWith("# pxname,svname,"))
            throw new IllegalArgumentException(
                    "what it answers is not HAProxy's CSV; its URL ends with \";csv\"");
        var columns = cells(lines.getFirst().substring(2));
        var rows = new ArrayList<Rows.Row>();
        for (var line : lines.subList(1, Math.min(lines.size(), MOST_LINES + 1))) {
            var cells = cells(line);
            @Nullable Object[] known = new @Nullable Object[columns.size()];
            for (int i = 0; i < known.length; i++)
                known[i] = i < cells.size() && !cells.get(i).isEmpty() ? cells.get(i) : null;
            rows.add(new Rows.Row(columns, known));
        }
        return new Rows(columns, rows);
    }

    /** A cell with a comma or a quote in it stands in quotes, and a quote in that is doubled. */
    private static List<String> cells(String line) {
        var cells = new ArrayList<String>();
        var cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            boolean doubled =
                    quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"';
            if (doubled) {
                cell.append('"');
                i++;
            } else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else cell.append(c);
        }
        cells.add(cell.toString());
        return cells;
    }

    public static void tell(Rows rows, Samples out) {
        out.add(UP, 1);
        for (var row : rows.rows()) {
            var proxy = row.text("pxname");
            var name = row.text("svname");
            switch (name) {
                case "FRONTEND" ->
                        out.add(SESSIONS, row.number("scur"), proxy)
                                .add(LIMIT, row.number("slim"), proxy)
                                .add(RECEIVED, row.number("bin"), proxy)
                                .add(SENT, row.number("bout"), proxy);
                case "BACKEND" ->
                        out.add(ACTIVE, row.number("act") + zero(row.number("bck")), proxy)
                                .add(QUEUE, row.number("qcur"), proxy);
                default -> server(row, proxy, name, out);
            }
        }
    }

    private static double zero(double value) {
        return Double.isNaN(value) ? 0 : value;
    }

    /** {@code UP 1/3} is one that is about to be down, and is up until then. */
    private static void server(Rows.Row row, String proxy, String name, Samples out) {
        var status = row.text("status");
        boolean up = status.startsWith("UP") || status.equals("no check");
        if (!status.isEmpty()) out.add(SERVER_UP, up ? 1 : 0, proxy, name);
        out.add(SERVER_SESSIONS, row.number("scur"), proxy, name)
                .add(SERVER_TOTAL, row.number("stot"), proxy, name)
                .add(SERVER_QUEUE, row.number("qcur"), proxy, name)
                .add(CHECK_FAILURES, row.number("chkfail"), proxy, name)
                .add(CONNECTION_ERRORS, row.number("econ"), proxy, name)
                .add(CHANGED, row.number("lastchg"), proxy, name);
    }
}
