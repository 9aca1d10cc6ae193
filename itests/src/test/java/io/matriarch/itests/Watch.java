package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;

/** Ledger and probe around one fault: opened before it, asked after the cluster has healed. */
final class Watch implements AutoCloseable {
    private final Cluster cluster;
    private final String fault;
    private final Node before;
    private final Ledger ledger;
    private final WriterProbe probe;

    private Watch(Cluster cluster, String fault) throws SQLException {
        this.cluster = cluster;
        this.fault = fault;
        this.before = cluster.awaitHealthy();
        this.probe = WriterProbe.open(cluster);
        this.ledger = Ledger.open(cluster, "ledger_" + fault.replace(' ', '_'));
        ledger.measureFromNow();
    }

    /**
     * @param fault in a few words; the name of the figures
     */
    static Watch over(Cluster cluster, String fault) throws SQLException {
        return new Watch(cluster, fault);
    }

    /** Who led when the watch began. */
    Node before() {
        return before;
    }

    Ledger ledger() {
        return ledger;
    }

    /**
     * Waits for health, prints the figures and holds the promise: never two writers. Rows lost by
     * asynchronous replication are told, not judged.
     *
     * @return acknowledged rows that are gone
     */
    int healed() throws SQLException {
        ledger.awaitMore(50);
        Node leader = cluster.awaitHealthy();
        int acknowledged = ledger.acknowledged();
        Duration gap = ledger.longestGap();
        // A leader may have been lost unnoticed so far: the read goes to whoever leads in the end.
        int lost =
                Await.value(
                        "the final read",
                        () -> ledger.lostOn(cluster.awaitHealthy()),
                        cluster::describe);
        probe.close();
        System.out.printf(
                "[measured] pg%d %s: write gap %d ms (no server wrote for %d ms), lost %d of %d acknowledged rows, two writers %d ms, leader %s -> %s, client errors %d, reigns %s%n",
                cluster.postgresVersion(),
                fault,
                gap.toMillis(),
                probe.reigns().longestVacancy().toMillis(),
                lost,
                acknowledged,
                probe.reigns().overlap().toMillis(),
                before,
                leader,
                ledger.errors(),
                probe.reigns());
        assertThat(probe.reigns().overlap())
                .as("time with two writable servers after '%s': %s", fault, probe.reigns())
                .isZero();
        return lost;
    }

    @Override
    public void close() {
        probe.close();
        ledger.close();
    }
}
