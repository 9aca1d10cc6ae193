package io.matriarch.postgres.control;

import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.Upstream;
import io.matriarch.postgres.core.Account;
import io.matriarch.postgres.sql.Session;
import java.sql.SQLException;
import java.time.Duration;

/** Which of the places an upstream may be at is meant. */
final class Servers {
    private Servers() {}

    /**
     * The one that accepts writes, as libpq chooses by {@code target_session_attrs=read-write};
     * where none does, the last that answered. One alone is not asked.
     *
     * @param deadline for all of them together
     * @throws SQLException none answered; what the last of them said
     */
    static HostPort writable(Upstream upstream, Account account, Duration deadline)
            throws SQLException {
        var places = upstream.addresses();
        if (places.size() == 1) return places.getFirst();
        HostPort standby = null;
        SQLException silent = null;
        for (var place : places) {
            try (var session =
                    Session.open(
                            place,
                            upstream.database(),
                            account,
                            deadline.dividedBy(places.size()))) {
                if (!inRecovery(session)) return place;
                standby = place;
            } catch (SQLException e) {
                silent = e;
            }
        }
        if (standby != null) return standby;
        throw silent == null ? new SQLException("no server of " + places + " answered") : silent;
    }

    static boolean inRecovery(Session session) throws SQLException {
        return session.rows("SELECT pg_is_in_recovery() AS r")
                .getFirst()
                .getOrDefault("r", "t")
                .startsWith("t");
    }
}
