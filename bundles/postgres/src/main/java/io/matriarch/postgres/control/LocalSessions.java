package io.matriarch.postgres.control;

import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.core.NodeSettings;
import io.matriarch.postgres.sql.Session;
import io.matriarch.postgres.sql.SqlErrors;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Connections to the server beside us, as superuser, over TCP. */
final class LocalSessions {
    private final NodeSettings node;
    private final Processes processes;

    LocalSessions(NodeSettings node, Processes processes) {
        this.node = node;
        this.processes = processes;
    }

    /**
     * Where it listens: by postmaster.pid, since an adopted server may differ from our settings.
     */
    HostPort address() {
        var file = processes.pidFile();
        int port = file.map(f -> f.port()).filter(p -> p > 0).orElse(node.port());
        List<String> hosts =
                file.map(f -> f.host())
                        .filter(host -> !host.isEmpty())
                        .map(List::of)
                        .orElse(node.listenHosts());
        return new HostPort(NodeSettings.reachableHost(hosts), port);
    }

    Session open(String database, Duration timeout) throws SQLException {
        return Session.open(address(), database, node.superuser(), timeout);
    }

    interface Work<T> {
        T with(Session session) throws SQLException;
    }

    /** Does {@code work} in a connection of its own. */
    <T> T call(String what, String database, Duration timeout, Work<T> work)
            throws PostgresException {
        try (var session = open(database, timeout)) {
            return work.with(session);
        } catch (SQLException e) {
            throw SqlErrors.explain(what, e);
        }
    }

    <T> T call(String what, Duration timeout, Work<T> work) throws PostgresException {
        return call(what, node.database(), timeout, work);
    }
}
