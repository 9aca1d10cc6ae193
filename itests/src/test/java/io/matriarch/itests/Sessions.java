package io.matriarch.itests;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Clients that do as some do: forget transactions, wait for each other, are too many. */
final class Sessions implements AutoCloseable {
    private final Node node;
    private final List<Connection> open = new ArrayList<>();

    Sessions(Node node) {
        this.node = node;
    }

    private Connection connect() throws SQLException {
        var connection =
                java.sql.DriverManager.getConnection(
                        Node.url(List.of(node), "").replace("socketTimeout=3", "socketTimeout=600"),
                        Node.login());
        synchronized (open) {
            open.add(connection);
        }
        return connection;
    }

    void idle(int count) throws SQLException {
        for (int i = 0; i < count; i++) connect();
    }

    /** A transaction that did this, and is left open. */
    void forgotten(String sql) throws SQLException {
        var connection = connect();
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Runs until it is closed; how it ends is not asked. */
    void running(String... sql) throws SQLException {
        var connection = connect();
        connection.setAutoCommit(false);
        Thread.ofVirtual()
                .start(() -> {
                    try (var statement = connection.createStatement()) {
                        for (var each : sql) statement.execute(each);
                    } catch (SQLException e) {
                        // It was ended by close(), or by the fault itself: both are meant.
                        org.slf4j.LoggerFactory.getLogger(Sessions.class)
                                .debug("a session ended", e);
                    }
                });
    }

    @Override
    public void close() {
        synchronized (open) {
            for (var each : open)
                try {
                    each.abort(Runnable::run);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            open.clear();
        }
        try {
            node.sql(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename ="
                            + " 'postgres' AND application_name LIKE 'PostgreSQL JDBC%' AND pid <>"
                            + " pg_backend_pid()");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
