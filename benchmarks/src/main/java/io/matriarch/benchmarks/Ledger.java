package io.matriarch.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that writes all the time, one row per commit, and keeps book of what was acknowledged.
 * It reconnects by itself to whichever node accepts writes, as an application with a multi-host
 * connection string does. A commit whose answer never came counts neither as written nor as lost.
 */
final class Ledger implements AutoCloseable {
    private static final Duration RHYTHM = Duration.ofMillis(2);
    private static final Duration RETRY = Duration.ofMillis(10);
    private static final long MOST_ROWS = 5_000_000;

    /** What happened since {@link #mark}. */
    record Figures(
            long acknowledged, long lost, double longestGapMillis, long errors, String lastError) {}

    private final String url;
    private final Properties login;
    private final Set<Long> acknowledged = new HashSet<>();
    private final Thread writer;
    private volatile boolean ended;
    private long nextId = 1;
    private long lastAckNanos = System.nanoTime();
    private long longestGapNanos;
    private long errors;
    private String lastError = "";

    /**
     * @param nodes {@code host:port,host:port,…}
     */
    Ledger(String nodes, Properties login) throws SQLException {
        this.url =
                "jdbc:postgresql://"
                        + nodes
                        + "/postgres?targetServerType=primary&hostRecheckSeconds=0&connectTimeout=2&socketTimeout=3";
        this.login = login;
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(
                    "create table if not exists matriarch_ledger (id bigint primary key, at timestamptz default now())");
            statement.execute("truncate matriarch_ledger");
        }
        writer = Thread.ofPlatform().name("ledger").start(this::write);
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url, login);
    }

    private void write() {
        while (!ended && nextId < MOST_ROWS) {
            try (var connection = connect();
                    var insert =
                            connection.prepareStatement(
                                    "insert into matriarch_ledger (id) values (?)")) {
                while (!ended && nextId < MOST_ROWS) {
                    long id = nextId++;
                    insert.setLong(1, id);
                    insert.executeUpdate();
                    acknowledge(id);
                    LockSupport.parkNanos(RHYTHM.toNanos());
                }
            } catch (SQLException e) {
                failed(e);
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    private synchronized void acknowledge(long id) {
        long now = System.nanoTime();
        acknowledged.add(id);
        longestGapNanos = Math.max(longestGapNanos, now - lastAckNanos);
        lastAckNanos = now;
    }

    private synchronized void failed(SQLException e) {
        errors++;
        lastError = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /** What comes next is measured alone. */
    synchronized void mark() {
        longestGapNanos = 0;
        lastAckNanos = System.nanoTime();
        errors = 0;
        lastError = "";
    }

    synchronized long count() {
        return acknowledged.size();
    }

    /**
     * Counts the acknowledged rows the present primary does not have. Writing goes on: what is
     * acknowledged after the count has begun is not part of it.
     */
    Figures figures() throws SQLException {
        Set<Long> missing;
        long sofar;
        synchronized (this) {
            missing = new HashSet<>(acknowledged);
            sofar = missing.size();
        }
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select id from matriarch_ledger")) {
            while (rows.next()) missing.remove(rows.getLong(1));
        }
        synchronized (this) {
            acknowledged.removeAll(missing); // counted once
            long open = System.nanoTime() - lastAckNanos;
            return new Figures(
                    sofar,
                    missing.size(),
                    Math.max(longestGapNanos, open) / 1e6,
                    errors,
                    lastError);
        }
    }

    @Override
    public void close() {
        ended = true;
        try {
            writer.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
