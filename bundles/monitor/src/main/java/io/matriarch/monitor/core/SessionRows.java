package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Sessions;
import io.matriarch.monitor.api.Sessions.ClientSession;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** Sessions one by one: the statement, and what its rows mean. */
public final class SessionRows {
    /**
     * {@code pg_blocking_pids} takes the lock manager's locks, so it is asked only of those that
     * wait for a lock.
     *
     * @see <a
     *     href="https://www.postgresql.org/docs/current/functions-info.html">pg_blocking_pids</a>
     */
    public static final String SQL =
            """
            SELECT s.* FROM (
              SELECT pid, coalesce(datname,'') AS datname, coalesce(usename,'') AS usename,
                coalesce(application_name,'') AS application_name, coalesce(host(client_addr),'local') AS client_addr,
                coalesce(state,'') AS state, coalesce(wait_event_type||':'||wait_event,'') AS wait,
                extract(epoch FROM clock_timestamp()-xact_start) AS tx_s,
                extract(epoch FROM clock_timestamp()-state_change) AS state_s,
                CASE WHEN wait_event_type='Lock' THEN array_to_string(pg_blocking_pids(pid),',') ELSE '' END AS blocked_by,
                left(query,300) AS query
              FROM pg_stat_activity WHERE backend_type='client backend' AND pid<>pg_backend_pid()) s
            ORDER BY blocked_by<>'' DESC, tx_s DESC NULLS LAST, pid LIMIT %d
            """
                    .formatted(Sessions.MOST);

    private SessionRows() {}

    public static List<ClientSession> read(Rows rows) {
        return rows.rows().stream().map(SessionRows::session).toList();
    }

    private static ClientSession session(Rows.Row row) {
        return new ClientSession(
                (int) row.number("pid"),
                row.text("datname"),
                row.text("usename"),
                row.text("application_name"),
                row.text("client_addr"),
                row.text("state"),
                row.text("wait"),
                seconds(row.number("tx_s")),
                seconds(row.number("state_s")),
                pids(row.text("blocked_by")),
                row.text("query"));
    }

    /** A clock that was set back makes a time before it began. */
    private static OptionalDouble seconds(double number) {
        return Double.isNaN(number)
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.max(0, number));
    }

    /** A prepared transaction that blocks has process id 0, and no session. */
    private static List<Integer> pids(String text) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",")).map(Integer::valueOf).distinct().toList();
    }
}
