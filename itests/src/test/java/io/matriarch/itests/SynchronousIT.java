package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("no acknowledged row is lost in synchronous mode")
@ParameterizedClass(name = "{0}")
@MethodSource("modes")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SynchronousIT {
    @Parameter private String mode;

    private Cluster cluster;

    /** {@code -Dmatriarch.modes=on,strict,quorum}. */
    static Stream<String> modes() {
        return Stream.of(System.getProperty("matriarch.modes", "quorum").split(","))
                .map(String::strip);
    }

    @AfterAll
    void end() {
        if (cluster != null) cluster.close();
    }

    @BeforeEach
    void standbysVote() {
        if (cluster == null)
            cluster =
                    Cluster.of("sync" + mode, Versions.newest()).dcs(Modes.settings(mode)).start();
        cluster.undoFaults();
        cluster.awaitHealthy();
        Await.until("standbys that vote", () -> voters() == wanted(), cluster::describe);
    }

    private int wanted() {
        return mode.equals("quorum") ? 2 : 1;
    }

    private long voters() throws java.io.IOException {
        String role = mode.equals("quorum") ? "quorum_standby" : "sync_standby";
        return cluster.table().stream().filter(row -> row.role().equals(role)).count();
    }

    private interface Fault {
        void on(Node leader) throws Exception;
    }

    private void survives(String name, Fault fault, Fault undo) throws Exception {
        try (var watch = Watch.over(cluster, name + " " + mode)) {
            fault.on(watch.before());
            try {
                cluster.awaitOtherLeader(watch.before());
                watch.ledger().awaitMore(50);
            } finally {
                undo.on(watch.before());
            }
            assertThat(watch.healed()).as("acknowledged rows that are gone").isZero();
        }
    }

    @Test
    @DisplayName("when the leader's node is killed")
    void nodeKilled() throws Exception {
        survives("sync node killed", leader -> leader.box().kill(), leader -> leader.box().start());
    }

    @Test
    @DisplayName("when the leader is cut off, although clients still reach it")
    void partitioned() throws Exception {
        survives(
                "sync leader partitioned",
                leader -> leader.partitionFrom(cluster.peersOf(leader)),
                Node::heal);
    }

    @Test
    @DisplayName("when the leader's agent stands still")
    void agentStopped() throws Exception {
        survives("sync agent stopped", Node::stopAgentBySignal, Node::continueAgent);
    }

    @Test
    @DisplayName("when the leader's postmaster is killed")
    void postmasterKilled() throws Exception {
        try (var watch = Watch.over(cluster, "sync postmaster killed " + mode)) {
            watch.before().killPostmaster();
            assertThat(watch.healed()).as("acknowledged rows that are gone").isZero();
        }
    }

    @Test
    @DisplayName("when a standby that commits wait for is killed: writing goes on")
    void standbyKilled() throws Exception {
        try (var watch = Watch.over(cluster, "sync standby killed " + mode)) {
            String role = mode.equals("quorum") ? "quorum_standby" : "sync_standby";
            var name =
                    cluster.table().stream()
                            .filter(row -> row.role().equals(role))
                            .findFirst()
                            .orElseThrow()
                            .name();
            Node standby = cluster.node(name);
            standby.box().kill();
            watch.ledger().awaitMore(200);
            standby.box().start();
            assertThat(watch.healed()).as("acknowledged rows that are gone").isZero();
        }
    }

    @Test
    @DisplayName("when the agent is killed and started again: commits go on waiting")
    void agentRestarted() throws Exception {
        try (var watch = Watch.over(cluster, "sync agent restarted " + mode)) {
            watch.before().killAgent();
            Await.until("the agent is back", watch.before()::agentRuns, cluster::describe);
            Await.until(
                    "a leader whose commits wait",
                    () ->
                            !cluster.leader()
                                    .orElseThrow()
                                    .sql("show synchronous_standby_names")
                                    .isEmpty(),
                    cluster::describe);
            assertThat(watch.healed()).as("acknowledged rows that are gone").isZero();
        }
    }
}
