package io.matriarch.monitor.sql;

import io.matriarch.monitor.core.Rows;
import io.matriarch.postgres.api.HostPort;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection that only reads, waits for no lock, and where nothing may last long. Its settings
 * are set after connecting: so {@code reset_val} still tells what holds for others.
 */
public final class Session implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final Map<String, String> LIBPQ_TO_JDBC =
            Map.of(
                    "sslmode", "sslmode",
                    "sslcert", "sslcert",
                    "sslkey", "sslkey",
                    "sslpassword", "sslpassword",
                    "sslrootcert", "sslrootcert",
                    "sslnegotiation", "sslNegotiation",
                    "gssencmode", "gssEncMode",
                    "channel_binding", "channelBinding");
    private static final Duration CONNECT = Duration.ofSeconds(3);

    /** Longer than any statement_timeout, for a server that does not even answer. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private final int majorVersion;

    private Session(Connection connection) throws SQLException {
        this.connection = connection;
        majorVersion = connection.getMetaData().getDatabaseMajorVersion();
    }

    public static Session open(HostPort address, Login login, String database, Duration timeout)
            throws SQLException {
        String url =
                "jdbc:postgresql://"
                        + address
                        + "/"
                        + URLEncoder.encode(database, StandardCharsets.UTF_8);
        Connection connection = new org.postgresql.Driver().connect(url, properties(login));
        if (connection == null) throw new SQLException("the driver does not know " + url, "08001");
        try {
            var session = new Session(connection);
            session.restrict(timeout);
            return session;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static Properties properties(Login login) {
        var properties = new Properties();
        properties.setProperty("user", login.username());
        if (!login.password().isEmpty()) properties.setProperty("password", login.password());
        properties.setProperty("connectTimeout", String.valueOf(CONNECT.toSeconds()));
        properties.setProperty("loginTimeout", String.valueOf(CONNECT.toSeconds()));
        properties.setProperty("ApplicationName", "matriarch_collector");
        properties.setProperty("assumeMinServerVersion", "12");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("preparedStatementCacheQueries", "0"); // we keep them ourselves
        login.options()
                .forEach((name, value) -> {
                    String jdbc = LIBPQ_TO_JDBC.get(name);
                    if (jdbc != null) properties.setProperty(jdbc, value);
                });
        return properties;
    }

    private void restrict(Duration timeout) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, (int) timeout.plus(GRACE).toMillis());
        execute(
                "SET search_path=pg_catalog; SET statement_timeout="
                        + timeout.toMillis()
                        + "; SET lock_timeout=500; SET idle_in_transaction_session_timeout=30000;"
                        + " SET default_transaction_read_only=on; SET jit=off;"
                        + " SET max_parallel_workers_per_gather=0");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Where an extension's views are looked for, beside the system's. */
    public void searchAlso(String schema) throws SQLException {
        execute("SET search_path=pg_catalog, \"" + schema.replace("\"", "\"\"") + "\"");
    }

    public int majorVersion() {
        return majorVersion;
    }

    /** Asks; the statement is kept prepared, as the same ones are asked again and again. */
    public Rows ask(String sql) throws SQLException {
        var statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        try (ResultSet result = statement.executeQuery()) {
            return rows(result);
        }
    }

    private static Rows rows(ResultSet result) throws SQLException {
        ResultSetMetaData meta = result.getMetaData();
        var columns = new ArrayList<String>();
        boolean[] numbers = new boolean[meta.getColumnCount()];
        for (int i = 0; i < numbers.length; i++) {
            columns.add(meta.getColumnLabel(i + 1));
            numbers[i] = isNumber(meta.getColumnType(i + 1));
        }
        var names = List.copyOf(columns);
        var rows = new ArrayList<Rows.Row>();
        while (result.next()) {
            @Nullable Object[] cells = new @Nullable Object[numbers.length];
            for (int i = 0; i < numbers.length; i++) cells[i] = cell(result, i + 1, numbers[i]);
            rows.add(new Rows.Row(names, cells));
        }
        return new Rows(names, rows);
    }

    private static @Nullable Object cell(ResultSet result, int column, boolean number)
            throws SQLException {
        if (!number) return result.getString(column);
        double value = result.getDouble(column);
        return result.wasNull() ? null : value;
    }

    private static boolean isNumber(int type) {
        return switch (type) {
            case Types.SMALLINT,
                    Types.INTEGER,
                    Types.BIGINT,
                    Types.NUMERIC,
                    Types.REAL,
                    Types.DOUBLE ->
                    true;
            default -> false;
        };
    }

    /** Breaks off what runs, from another thread. */
    public void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("a connection given up ends with its own time-out", e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
