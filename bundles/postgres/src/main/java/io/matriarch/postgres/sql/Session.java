package io.matriarch.postgres.sql;

import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.core.Account;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** One connection, over TCP (PgJDBC knows no Unix sockets), where nothing may last for ever. */
public final class Session implements AutoCloseable {
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

    private final Connection connection;

    private Session(Connection connection) {
        this.connection = connection;
    }

    /**
     * For ordinary queries. Writes of ours wait for no standby: a hanging one must not hang the
     * agent.
     *
     * @param timeout for connecting, and then for each statement
     */
    public static Session open(HostPort address, String database, Account account, Duration timeout)
            throws SQLException {
        var properties = properties(account, timeout);
        properties.setProperty(
                "options",
                "-c statement_timeout="
                        + Math.max(1, timeout.toMillis())
                        + " -c search_path=pg_catalog -c synchronous_commit=local");
        return connect(address, database, properties, timeout);
    }

    /** For the commands of the replication protocol. */
    public static Session replication(HostPort address, Account account, Duration timeout)
            throws SQLException {
        var properties = properties(account, timeout);
        properties.setProperty("replication", "true");
        properties.setProperty("preferQueryMode", "simple");
        return connect(address, "", properties, timeout);
    }

    private static Session connect(
            HostPort address, String database, Properties properties, Duration timeout)
            throws SQLException {
        String url = "jdbc:postgresql://" + address + "/" + encode(database);
        Connection connection = new org.postgresql.Driver().connect(url, properties);
        if (connection == null) throw new SQLException("the driver does not know " + url, "08001");
        var session = new Session(connection);
        session.limit(timeout);
        return session;
    }

    private static Properties properties(Account account, Duration timeout) {
        var properties = new Properties();
        String seconds = String.valueOf(Math.max(1, timeout.toSeconds()));
        properties.setProperty("user", account.username());
        if (!account.password().isEmpty()) properties.setProperty("password", account.password());
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("socketTimeout", seconds);
        properties.setProperty("ApplicationName", "Matriarch");
        properties.setProperty("assumeMinServerVersion", "12");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("gssEncMode", "disable");
        account.options()
                .forEach((name, value) -> {
                    String jdbc = LIBPQ_TO_JDBC.get(name);
                    if (jdbc != null) properties.setProperty(jdbc, value);
                });
        return properties;
    }

    private static String encode(String text) {
        return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
    }

    /** How long an answer may take from now on; the connection is lost if it takes longer. */
    public void limit(Duration timeout) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, (int) Math.max(1, timeout.toMillis()));
    }

    /** Each row as a map from column to text; NULL is absent. */
    public List<Map<String, String>> rows(String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) statement.setObject(i + 1, arguments[i]);
            try (ResultSet result = statement.executeQuery()) {
                return rows(result);
            }
        }
    }

    /** As {@link #rows}, for commands that are no SQL. */
    public List<Map<String, String>> command(String command) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(command)) {
            return rows(result);
        }
    }

    private static List<Map<String, String>> rows(ResultSet result) throws SQLException {
        var rows = new ArrayList<Map<String, String>>();
        var columns = result.getMetaData();
        while (result.next()) {
            var row = new LinkedHashMap<String, String>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                String value = result.getString(i);
                if (value != null) row.put(columns.getColumnLabel(i), value);
            }
            rows.add(row);
        }
        return rows;
    }

    public void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Sets a password; what goes over the wire, and into logs, is the SCRAM verifier. */
    void password(Account account) throws SQLException {
        connection
                .unwrap(org.postgresql.PGConnection.class)
                .alterUserPassword(account.username(), account.password().toCharArray(), null);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
