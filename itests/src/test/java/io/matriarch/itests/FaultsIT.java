package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.itests.FaultSchedule.Fault;
import io.matriarch.itests.FaultSchedule.Trouble;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A cluster under seeded random faults, with a client that keeps book. For minutes by default, for
 * as long as one likes by {@code -Dmatriarch.faults=N}; {@code matriarch.seed}, {@code
 * matriarch.mode} (async, on, strict, quorum) and {@code matriarch.nodes} say which. The report
 * lies in {@code target/faults-MODE-SEED.md}.
 */
@DisplayName("Under random faults")
class FaultsIT {
    private final int count = Integer.getInteger("matriarch.faults", 4);
    private final int nodes = Integer.getInteger("matriarch.nodes", 3);
    private final String mode = System.getProperty("matriarch.mode", "on");
    private final int version = Versions.newest();
    private final long seed = seed();

    private static long seed() {
        String asked = System.getProperty("matriarch.seed", "");
        return asked.isBlank() ? new Random().nextInt(1_000_000) : Long.parseLong(asked.strip());
    }

    @Test
    @DisplayName("nothing is lost beyond what the mode allows, nobody writes twice, all come back")
    void promisesAreKept() throws Exception {
        var schedule = FaultSchedule.draw(seed, count, nodes);
        var report = new FaultReport(schedule, mode, nodes, version);
        var cluster =
                Cluster.of("faults" + mode, version).nodes(nodes).dcs(Modes.settings(mode)).start();
        try (cluster) {
            for (var trouble : schedule.troubles()) {
                report.begins(trouble);
                report.ended(befall(cluster, trouble));
            }
        } finally {
            System.out.println("[measured] " + report.write());
        }
        assertThat(report.twoWriters()).as("time with two writers, %s", report).isZero();
        assertThat(report.invented()).as("rows that nobody wrote, %s", report).isZero();
        if (mode.equals("async")) {
            assertThat(report.mostLostBytes())
                    .as("lost bytes of WAL after one trouble, %s", report)
                    .isLessThanOrEqualTo(FaultReport.LOSS_BOUND);
        } else {
            assertThat(report.lost()).as("acknowledged rows that are gone, %s", report).isZero();
        }
    }

    /** Nobody helps the cluster: what is undone is the fault alone. */
    private FaultReport.Round befall(Cluster cluster, Trouble trouble) throws Exception {
        Node before = cluster.awaitHealthy();
        try (var probe =
                        Await.value("a probe", () -> WriterProbe.open(cluster), cluster::describe);
                var ledger =
                        Await.value(
                                "a client",
                                () -> Ledger.open(cluster, "appended"),
                                cluster::describe)) {
            long perRow = mode.equals("async") ? bytesPerRow(before, ledger) : 0;
            ledger.measureFromNow();
            for (var fault : trouble.faults()) {
                strike(cluster, before, fault);
            }
            Await.pause(trouble.lasts());
            long undone = System.nanoTime();
            cluster.undoFaults();
            cluster.awaitHealthy();
            var healed = Duration.ofNanos(System.nanoTime() - undone);
            ledger.awaitMore(20);
            Node after = cluster.awaitHealthy();
            var gap = ledger.longestGap();
            int acknowledged = ledger.acknowledged();
            var verdict =
                    Await.value(
                            "the final read",
                            () -> ledger.judgeOn(cluster.awaitHealthy()),
                            cluster::describe);
            probe.close();
            return new FaultReport.Round(
                    before.name(),
                    after.name(),
                    acknowledged,
                    verdict,
                    perRow,
                    gap,
                    probe.reigns().overlap(),
                    healed);
        }
    }

    private static long bytesPerRow(Node leader, Ledger ledger) throws SQLException {
        long position = position(leader);
        int rows = ledger.acknowledged();
        ledger.awaitMore(100);
        return (position(leader) - position) / (ledger.acknowledged() - rows);
    }

    private static long position(Node node) throws SQLException {
        return Long.parseLong(
                node.sql("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"));
    }

    private static void strike(Cluster cluster, Node leader, Fault fault) throws IOException {
        var others = cluster.others(leader);
        Node node = fault.place() == 0 ? leader : others.get(fault.place() - 1);
        var store = cluster.etcd().stream().map(member -> member.box().address()).toList();
        var members = cluster.others(node).stream().map(Node::address).toList();
        switch (fault.kind()) {
            case NODE_KILLED -> node.box().kill();
            // In the midst of a switchover there may be none.
            case POSTMASTER_KILLED ->
                    node.box().sh("kill -9 $(head -n 1 " + Node.DATA + "/postmaster.pid)");
            case AGENT_KILLED -> node.killAgent();
            case AGENT_STOPPED -> node.stopAgentBySignal();
            case CUT_FROM_ALL -> node.partitionFrom(cluster.peersOf(node));
            case CUT_FROM_STORE -> node.partitionFrom(store);
            case CUT_FROM_MEMBERS -> node.partitionFrom(members);
            case STORE_MEMBER_KILLED ->
                    cluster.etcd().stream()
                            .skip(fault.place() % cluster.etcd().size())
                            .filter(member -> member.box().running())
                            .findFirst()
                            .ifPresent(member -> member.box().kill());
            case STORE_KILLED ->
                    cluster.etcd().stream()
                            .filter(member -> member.box().running())
                            .forEach(member -> member.box().kill());
            case SWITCHOVER -> switchover(cluster, leader);
        }
    }

    /**
     * It may be refused, or go wrong with another fault that is under way: that is for it to say.
     */
    private static void switchover(Cluster cluster, Node leader) {
        for (Node node : cluster.nodes()) {
            try {
                if (node.box().running()
                        && node.post("/switchover", "{\"leader\": \"" + leader + "\"}").status()
                                < 500) {
                    return;
                }
            } catch (IOException e) {
                System.out.println("switchover not asked of " + node + ": " + e);
            }
        }
    }
}
