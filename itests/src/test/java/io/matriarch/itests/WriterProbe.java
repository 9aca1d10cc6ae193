package io.matriarch.itests;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tries to write on every node all the time and knows afterwards for how long two servers accepted
 * writes at once.
 *
 * <p>A <em>reign</em> is one node writing on one timeline: from its first acknowledged write to the
 * moment its last successful one was sent, both of this JVM's clock, so that a reign is never taken
 * for longer than it was. Two reigns must not overlap.
 */
final class WriterProbe implements AutoCloseable {
    private static final Duration RHYTHM = Duration.ofMillis(50);
    private static final Duration MOST_TIME = Duration.ofMinutes(20);
    private static final String WRITE =
            "insert into writer_probe values (1) returning"
                    + " substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)";

    private record Key(String node, String timeline) {}

    /** Times of {@link System#nanoTime()}. */
    private record Reign(Key key, long firstAck, long lastSent, int writes) {
        private Reign longer(long sent) {
            return new Reign(key, firstAck, sent, writes + 1);
        }

        private Duration overlap(Reign other) {
            long nanos = Math.min(lastSent, other.lastSent) - Math.max(firstAck, other.firstAck);
            return nanos > 0 ? Duration.ofNanos(nanos) : Duration.ZERO;
        }
    }

    private final Map<Key, Reign> reigns = new HashMap<>();
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
        Await.until("the probe to write somewhere", () -> probe.count() > 0, () -> "no write");
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
            record(new Key(node.name(), rows.getString(1)), sent, System.nanoTime());
        }
    }

    private synchronized void record(Key key, long sent, long acknowledged) {
        reigns.merge(key, new Reign(key, acknowledged, sent, 1), (reign, _) -> reign.longer(sent));
    }

    private synchronized int count() {
        return reigns.size();
    }

    /** The sum over all pairs of reigns. */
    synchronized Duration twoWriters() {
        var all = List.copyOf(reigns.values());
        var sum = Duration.ZERO;
        for (int i = 0; i < all.size(); i++) {
            for (int j = i + 1; j < all.size(); j++) {
                sum = sum.plus(all.get(i).overlap(all.get(j)));
            }
        }
        return sum;
    }

    /** Who wrote, on which timeline, how often. */
    synchronized String reigns() {
        return reigns.values().stream()
                .sorted((a, b) -> Long.compare(a.firstAck, b.firstAck))
                .map(r -> r.key.node + "/" + r.key.timeline + " " + r.writes)
                .toList()
                .toString();
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
