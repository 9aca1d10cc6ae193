package io.matriarch.postgres.sql;

import io.matriarch.api.SystemId;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.core.Account;
import io.matriarch.postgres.core.History;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Commands of the replication protocol. */
public final class ReplicationQueries {
    /** Answer of {@code IDENTIFY_SYSTEM}. */
    public record Identity(SystemId systemId, int timeline) {}

    private ReplicationQueries() {}

    public static Identity identify(HostPort address, Account account, Duration timeout)
            throws SQLException {
        try (var session = Session.replication(address, account, timeout)) {
            return identify(session);
        }
    }

    public static Identity identify(Session session) throws SQLException {
        Map<String, String> row = session.command("IDENTIFY_SYSTEM").getFirst();
        return new Identity(
                new SystemId(row.getOrDefault("systemid", "")),
                Integer.parseInt(row.getOrDefault("timeline", "0")));
    }

    /** The history of {@code timeline}; empty on timeline 1, which has none. */
    public static List<History.Line> history(Session session, int timeline) throws SQLException {
        if (timeline <= 1) return List.of();
        String content =
                session.command("TIMELINE_HISTORY " + timeline)
                        .getFirst()
                        .getOrDefault("content", "");
        try {
            return History.parse(content);
        } catch (IllegalArgumentException e) {
            throw new SQLException("history of timeline " + timeline + " is unreadable", e);
        }
    }
}
