package io.matriarch.backup.engine.sql;

import io.matriarch.api.Code;
import io.matriarch.api.Lsn;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.engine.BackupServer;
import io.matriarch.backup.format.Manifest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL 12 to 18 over a connection of its own: the bundle that minds the server opens one for
 * each question, and a backup's has to last.
 */
public final class PgServer implements BackupServer {
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final Duration ANSWER = Duration.ofSeconds(60);

    /** A checkpoint that is not to be fast takes up to checkpoint_timeout, at most a day. */
    private static final Duration CHECKPOINT = Duration.ofHours(25);

    private static final int BACKUP_FUNCTIONS_RENAMED = 15;
    private static final int CANCEL_TRIES = 50;
    private static final long CANCEL_NANOS = 100_000_000;
    private static final String CANCELLED = "57014";
    private static final String DENIED = "42501";
    private static final String CONNECTION_CLASS = "08";
    private static final String GOING_DOWN = "57P0";
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

    private final ServerAccess access;
    private final Connection connection;
    private final Facts facts;
    private volatile @Nullable Statement running;
    private volatile boolean cancelled;

    private PgServer(ServerAccess access, Connection connection, Facts facts) {
        this.access = access;
        this.connection = connection;
        this.facts = facts;
    }

    public static PgServer open(ServerAccess access) throws MatriarchException {
        try {
            var connection = connect(access);
            try {
                return new PgServer(access, connection, facts(connection));
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw failed("cannot begin a session with PostgreSQL at " + access, e);
        }
    }

    /**
     * Ends the WAL segment a primary writes, so that it is archived.
     *
     * @throws MatriarchException it is a standby, or does not answer
     */
    public static void switchWal(ServerAccess access) throws MatriarchException {
        try (var connection = connect(access);
                var statement = connection.createStatement()) {
            statement.execute("SELECT pg_switch_wal()");
        } catch (SQLException e) {
            throw failed("cannot end the WAL segment of " + access, e);
        }
    }

    /** A session for a few questions; an answer may take a minute. */
    static Connection connect(ServerAccess access) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", access.user());
        if (!access.password().isEmpty()) properties.setProperty("password", access.password());
        properties.setProperty("connectTimeout", String.valueOf(CONNECT.toSeconds()));
        properties.setProperty("loginTimeout", String.valueOf(CONNECT.toSeconds()));
        properties.setProperty("ApplicationName", "Matriarch backup");
        properties.setProperty("assumeMinServerVersion", "12");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty(
                "options",
                "-c search_path=pg_catalog -c statement_timeout=0 -c synchronous_commit=local");
        access.options()
                .forEach((name, value) -> {
                    var jdbc = LIBPQ_TO_JDBC.get(name);
                    if (jdbc != null) properties.setProperty(jdbc, value);
                });
        var database = URLEncoder.encode(access.database(), StandardCharsets.UTF_8);
        var url = "jdbc:postgresql://" + access.address() + "/" + database;
        var connection = new org.postgresql.Driver().connect(url, properties);
        if (connection == null) throw new SQLException("the driver does not know " + url, "08001");
        connection.setNetworkTimeout(Runnable::run, (int) ANSWER.toMillis());
        return connection;
    }

    private static Facts facts(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row =
                        one(
                                statement,
                                """
                                SELECT current_setting('server_version_num')::int AS version,
                                       current_setting('data_directory') AS directory,
                                       pg_is_in_recovery() AS recovery,
                                       current_setting('archive_mode') AS archive_mode\
                                """)) {
            return new Facts(
                    row.getInt("version"),
                    row.getString("directory"),
                    row.getBoolean("recovery"),
                    row.getString("archive_mode"));
        }
    }

    private static ResultSet one(Statement statement, String sql) throws SQLException {
        var rows = statement.executeQuery(sql);
        if (!rows.next()) throw new SQLException("no answer to " + sql, "02000");
        return rows;
    }

    @Override
    public Facts facts() {
        return facts;
    }

    /** Reads from the single row of an answer. */
    private interface Reading<T> {
        T from(ResultSet row) throws SQLException;
    }

    private <T> T ask(String what, String sql, Duration patience, Reading<T> reading)
            throws MatriarchException {
        try (var statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, (int) patience.toMillis());
            running = statement;
            if (cancelled) throw new SQLException("the backup was cancelled", CANCELLED);
            try (var row = one(statement, sql)) {
                return reading.from(row);
            }
        } catch (SQLException e) {
            throw failed("cannot " + what + " at " + access, e);
        } finally {
            running = null;
        }
    }

    @Override
    public Started start(String label, boolean fast) throws MatriarchException {
        String text = "'" + label.replace("'", "''") + "'";
        String call =
                facts.major() >= BACKUP_FUNCTIONS_RENAMED
                        ? "pg_backup_start(%s, fast => %b)".formatted(text, fast)
                        : "pg_start_backup(%s, %b, false)".formatted(text, fast);
        return ask(
                "start a backup",
                "SELECT extract(epoch FROM clock_timestamp())::bigint AS at, " + call + " AS lsn",
                CHECKPOINT,
                row ->
                        new Started(
                                Lsn.parse(row.getString("lsn")),
                                Instant.ofEpochSecond(row.getLong("at"))));
    }

    @Override
    public Optional<String> currentSegment() throws MatriarchException {
        if (facts.inRecovery()) return Optional.empty();
        return ask(
                "ask for the current WAL segment",
                "SELECT pg_walfile_name(pg_current_wal_insert_lsn()) AS segment",
                ANSWER,
                row -> Optional.of(row.getString("segment")));
    }

    @Override
    public Ended stop() throws MatriarchException {
        String call =
                facts.major() >= BACKUP_FUNCTIONS_RENAMED
                        ? "pg_backup_stop(wait_for_archive => false)"
                        : "pg_stop_backup(false, false)";
        return ask(
                "end the backup",
                "SELECT lsn, labelfile, spcmapfile,"
                        + " extract(epoch FROM clock_timestamp())::bigint AS at FROM "
                        + call,
                ANSWER,
                row ->
                        new Ended(
                                Lsn.parse(row.getString("lsn")),
                                Instant.ofEpochSecond(row.getLong("at")),
                                row.getString("labelfile"),
                                Optional.ofNullable(row.getString("spcmapfile")).orElse("")));
    }

    @Override
    public Map<String, String> tablespaces() throws MatriarchException {
        return list(
                "list the tablespaces",
                "SELECT oid::text AS key, spcname AS name FROM pg_tablespace"
                        + " WHERE spcname NOT IN ('pg_default', 'pg_global') ORDER BY oid",
                row -> row.getString("name"));
    }

    @Override
    public Map<String, Manifest.Database> databases() throws MatriarchException {
        return list(
                "list the databases",
                "SELECT datname AS key, oid::bigint AS oid,"
                        + " (SELECT oid::bigint FROM pg_database WHERE datname = 'template0') AS last"
                        + " FROM pg_database ORDER BY datname",
                row -> new Manifest.Database(row.getLong("oid"), row.getLong("last")));
    }

    private <T> Map<String, T> list(String what, String sql, Reading<T> reading)
            throws MatriarchException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var list = new LinkedHashMap<String, T>();
            while (rows.next()) list.put(rows.getString("key"), reading.from(rows));
            return list;
        } catch (SQLException e) {
            throw failed("cannot " + what + " at " + access, e);
        }
    }

    @Override
    public State state() throws MatriarchException {
        return ask(
                "ask how the server fares",
                """
                SELECT pg_is_in_recovery() AS recovery,
                       CASE WHEN pg_is_in_recovery()
                            THEN (SELECT received_tli FROM pg_stat_wal_receiver)
                            ELSE (SELECT timeline_id FROM pg_control_checkpoint()) END AS timeline,
                       CASE WHEN pg_is_in_recovery()
                            THEN pg_wal_lsn_diff(pg_last_wal_receive_lsn(),
                                                 pg_last_wal_replay_lsn())::bigint END AS lag\
                """,
                ANSWER,
                row ->
                        new State(
                                row.getBoolean("recovery"),
                                Optional.ofNullable(row.getString("timeline"))
                                        .map(Integer::parseInt),
                                Optional.ofNullable(row.getString("lag"))
                                        .map(lag -> Math.max(0, Long.parseLong(lag)))));
    }

    @Override
    public Optional<Duration> commitLatency() throws MatriarchException {
        if (facts.inRecovery()) return Optional.empty();
        long start = System.nanoTime();
        ask(
                "time a commit",
                "SELECT pg_logical_emit_message(true, 'matriarch', '')",
                ANSWER,
                row -> row.getString(1));
        return Optional.of(Duration.ofNanos(System.nanoTime() - start));
    }

    /**
     * Ends what the server is asked for, also if it is just about to be asked, or does not care:
     * {@code pg_backup_start} waits for a checkpoint, and {@code pg_backup_stop} for a disk that
     * may be full. A server whose session ends forgets the backup.
     */
    @Override
    public void cancel() {
        cancelled = true;
        for (int tries = 0; running != null && tries < CANCEL_TRIES; tries++) {
            var statement = running;
            try {
                if (statement != null) statement.cancel();
            } catch (SQLException e) {
                break; // the server cannot be reached for it
            }
            LockSupport.parkNanos(CANCEL_NANOS);
        }
        if (running == null) return;
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            throw new IllegalStateException("ending a connection", e);
        }
    }

    private static MatriarchException failed(String what, SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (state.equals(DENIED) || state.startsWith("28"))
            return new MatriarchException(
                    Code.POSTGRES_DENIED,
                    what + ": " + e.getMessage(),
                    "compare user and password under postgresql.authentication.superuser with the"
                            + " server's roles and its pg_hba.conf",
                    e);
        boolean lost = state.startsWith(CONNECTION_CLASS) || state.startsWith(GOING_DOWN);
        return new MatriarchException(
                Code.BACKUP,
                what + ": " + e.getMessage(),
                lost
                        ? "the server was stopped, restarted or failed over: a backup does not"
                                + " survive that, so make it again"
                        : "SQLSTATE " + state,
                e);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException("closing a connection", e);
        }
    }
}
