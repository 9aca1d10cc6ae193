package io.matriarch.itests;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client that writes all the time and keeps book: which rows the server acknowledged, when, and
 * what it did not.
 *
 * <p>It reconnects by itself, as an application does, to whichever node accepts writes. A row whose
 * commit was not answered counts neither as written nor as lost.
 */
final class Ledger implements AutoCloseable {
    private static final Duration RHYTHM = Duration.ofMillis(4);
    private static final Duration RETRY = Duration.ofMillis(20);
    private static final int MOST_ROWS = 400_000;
    private static final Duration MOST_TIME = Duration.ofMinutes(20);

    private final List<Node> nodes;
    private final String table;
    private final Set<Long> acknowledged = new HashSet<>();
    private final AtomicInteger errors = new AtomicInteger();
    private final Thread writer;
    private volatile boolean ended;
    private volatile String lastError = "none";
    private long nextId = 1;
    private long lastAckNanos;
    private long longestGapNanos;

    private Ledger(List<Node> nodes, String table) {
        this.nodes = nodes;
        this.table = table;
        this.lastAckNanos = System.nanoTime();
        this.writer = Thread.ofPlatform().name("ledger-" + table).start(this::write);
    }

    /** Creates an empty table on the leader and begins to write; returns when rows arrive. */
    static Ledger open(Cluster cluster, String table) throws SQLException {
        Node leader = cluster.awaitHealthy();
        try (var connection = leader.sql();
                var statement = connection.createStatement()) {
            statement.execute("drop table if exists " + table);
            statement.execute("create table " + table + " (id bigint primary key)");
        }
        var ledger = new Ledger(cluster.nodes(), table);
        ledger.awaitMore(20);
        return ledger;
    }

    private void write() {
        long deadline = System.nanoTime() + MOST_TIME.toNanos();
        while (!ended && nextId < MOST_ROWS && System.nanoTime() - deadline < 0) {
            try (var connection = connect()) {
                writeBy(connection);
            } catch (SQLException e) {
                errors.incrementAndGet();
                lastError = String.valueOf(e.getMessage());
                Await.pause(RETRY);
            }
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                Node.url(nodes, "&targetServerType=primary&hostRecheckSeconds=0"), Node.login());
    }

    private void writeBy(Connection connection) throws SQLException {
        try (var insert = connection.prepareStatement("insert into " + table + " values (?)")) {
            while (!ended && nextId < MOST_ROWS) {
                long id = nextId++;
                insert.setLong(1, id);
                insert.executeUpdate();
                acknowledge(id);
                Await.pause(RHYTHM);
            }
        }
    }

    private synchronized void acknowledge(long id) {
        long now = System.nanoTime();
        acknowledged.add(id);
        longestGapNanos = Math.max(longestGapNanos, now - lastAckNanos);
        lastAckNanos = now;
    }

    synchronized int acknowledged() {
        return acknowledged.size();
    }

    /** Errors the client saw: broken and refused connections, failed statements. */
    int errors() {
        return errors.get();
    }

    String lastError() {
        return lastError;
    }

    /** Longest time between two acknowledged commits, including the one under way. */
    synchronized Duration longestGap() {
        long open = ended ? 0 : System.nanoTime() - lastAckNanos;
        return Duration.ofNanos(Math.max(longestGapNanos, open));
    }

    /** Forgets the gaps so far: what comes next is measured alone. */
    synchronized void measureFromNow() {
        longestGapNanos = 0;
        lastAckNanos = System.nanoTime();
    }

    /** Waits until this many more rows are acknowledged than now. */
    void awaitMore(int rows) {
        int wanted = acknowledged() + rows;
        Await.until(
                wanted + " acknowledged rows",
                () -> acknowledged() >= wanted,
                () -> acknowledged() + " rows, " + errors + " errors, the last: " + lastError);
    }

    /** Ends the writing, then counts acknowledged rows that the leader does not have. */
    int lostOn(Node leader) throws SQLException {
        return judgeOn(leader).lost();
    }

    /** Ends the writing, then compares what the leader has with the book. */
    SetModel judgeOn(Node leader) throws SQLException {
        close();
        var read = new ArrayList<Long>();
        try (var connection = leader.sql();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select id from " + table)) {
            while (rows.next()) {
                read.add(rows.getLong(1));
            }
        }
        return SetModel.judge(nextId - 1, acknowledged, read);
    }

    @Override
    public void close() {
        ended = true;
        try {
            writer.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (writer.isAlive()) {
            throw new IllegalStateException("the writer does not end: " + lastError);
        }
    }
}
