package io.matriarch.itests;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Tries to write on every node all the time, each by a connection of its own. */
final class WriterProbe implements AutoCloseable {
    private static final Duration RHYTHM = Duration.ofMillis(50);
    private static final Duration MOST_TIME = Duration.ofMinutes(20);
    private static final String WRITE =
            "insert into writer_probe values (1) returning"
                    + " substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)";

    private final Reigns reigns = new Reigns();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;

    private WriterProbe() {}

    static WriterProbe open(Cluster cluster) throws SQLException {
        try (var connection = cluster.awaitHealthy().sql();
                var statement = connection.createStatement()) {
            statement.execute("create table if not exists writer_probe (n int)");
        }
        var probe = new WriterProbe();
        for (Node node : cluster.nodes()) {
            probe.threads.add(
                    Thread.ofPlatform().name("probe-" + node).start(() -> probe.watch(node)));
        }
        Await.until(
                "the probe to write somewhere", () -> !probe.reigns.isEmpty(), () -> "no write");
        return probe;
    }

    private void watch(Node node) {
        long deadline = System.nanoTime() + MOST_TIME.toNanos();
        while (!ended && System.nanoTime() - deadline < 0) {
            try (Connection connection = node.sql();
                    Statement statement = connection.createStatement()) {
                while (!ended) {
                    tryWrite(node, statement);
                    Await.pause(RHYTHM);
                }
            } catch (SQLException e) {
                // Not there, or broken under the write: an unanswered write proves nothing.
                Await.pause(RHYTHM);
            }
        }
    }

    private void tryWrite(Node node, Statement statement) throws SQLException {
        try (var rows = statement.executeQuery("select pg_is_in_recovery()")) {
            rows.next();
            if (rows.getBoolean(1)) {
                return;
            }
        }
        long sent = System.nanoTime();
        try (var rows = statement.executeQuery(WRITE)) {
            rows.next();
            reigns.wrote(node.name(), rows.getString(1), sent, System.nanoTime());
        }
    }

    /** For how long two servers accepted writes at once. */
    Reigns reigns() {
        return reigns;
    }

    @Override
    public void close() {
        ended = true;
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(30));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
