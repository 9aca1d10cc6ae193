package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("a cluster of three nodes and three store members")
@ParameterizedClass(name = "PostgreSQL {0}")
@MethodSource("postgresVersions")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterStartsAndHealsIT {
    private static final int FIRST = 1;
    private static final int LAST = Integer.MAX_VALUE;

    @Parameter private int postgresVersion;
    private Cluster cluster;

    static IntStream postgresVersions() {
        return Versions.asked();
    }

    @BeforeEach
    void aHealthyCluster() {
        if (cluster != null && !usable()) {
            cluster.close();
            cluster = null;
        }
        if (cluster == null) {
            long begun = System.nanoTime();
            cluster = Cluster.of("heal", postgresVersion).start();
            Node leader = cluster.awaitHealthy();
            System.out.printf(
                    "[measured] pg%d start: three members running after %d ms, leader %s%n",
                    postgresVersion, (System.nanoTime() - begun) / 1_000_000, leader);
        }
    }

    /** A test that failed may leave a broken cluster behind; the next one gets a fresh one. */
    private boolean usable() {
        try {
            cluster.undoFaults();
            cluster.awaitHealthy();
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    @AfterParameterizedClassInvocation
    void removeCluster() {
        if (cluster != null) {
            cluster.close();
            cluster = null;
        }
    }

    @Test
    @Order(FIRST)
    @DisplayName("starts from nothing: one leads, two stream, and rows arrive on the standbys")
    void startsFromNothing() throws Exception {
        Node leader = cluster.awaitHealthy();
        try (var ledger = Ledger.open(cluster, "first_rows")) {
            ledger.awaitMore(50);
            assertThat(ledger.lostOn(leader)).isZero();
            int rows = ledger.acknowledged();
            for (Node standby : cluster.others(leader)) {
                Await.until(
                        rows + " rows on " + standby,
                        () ->
                                Integer.parseInt(standby.sql("select count(*) from first_rows"))
                                        >= rows,
                        cluster::describe);
            }
        }
    }

    @Test
    @DisplayName("heals after the postmaster of the leader is killed")
    void postmasterKilled() throws Exception {
        try (var watch = Watch.over(cluster, "postmaster killed")) {
            long old = watch.before().postmasterPid();
            watch.before().killPostmaster();
            Await.until(
                    "another postmaster",
                    () ->
                            cluster.nodes().stream()
                                    .anyMatch(n ->
                                            Cluster.primary(n)
                                                    && (n != watch.before()
                                                            || n.postmasterPid() != old)),
                    cluster::describe);
            watch.healed();
        }
    }

    @Test
    @DisplayName("heals after the leader's node is killed and comes back")
    void nodeKilled() throws Exception {
        try (var watch = Watch.over(cluster, "node killed")) {
            watch.before().box().kill();
            cluster.awaitOtherLeader(watch.before());
            watch.ledger().awaitMore(50);
            watch.before().box().start();
            watch.healed();
        }
    }

    @Test
    @DisplayName("an agent killed and not restarted: its server stops before another one leads")
    void agentKilledForGood() throws Exception {
        try (var watch = Watch.over(cluster, "agent killed for good")) {
            watch.before().holdAgent(true);
            watch.before().killAgent();
            cluster.awaitOtherLeader(watch.before());
            assertThat(Cluster.primary(watch.before())).isFalse();
            watch.ledger().awaitMore(50);
            watch.before().holdAgent(false);
            watch.healed();
        }
    }

    @Test
    @DisplayName("heals after the agent is killed and started again at once")
    void agentKilledAndRestarted() throws Exception {
        try (var watch = Watch.over(cluster, "agent killed and restarted")) {
            watch.before().killAgent();
            Await.until("the agent is back", watch.before()::agentRuns, cluster::describe);
            watch.healed();
        }
    }

    @Test
    @DisplayName("an agent out of memory ends at once, is started again, and the cluster heals")
    void agentOutOfMemory() throws Exception {
        try (var watch = Watch.over(cluster, "agent out of memory")) {
            String before = watch.before().lastEnding();
            Glutton.into(watch.before());
            Await.until(
                    "the agent to end by a signal, which a supervisor takes for a crash",
                    () -> {
                        String ending = watch.before().lastEnding();
                        return !ending.equals(before) && ending.endsWith("status 137");
                    },
                    cluster::describe);
            Await.until("the agent is back", watch.before()::agentRuns, cluster::describe);
            watch.healed();
        }
    }

    @Test
    @DisplayName("a leader asked to shut down hands over, stops PostgreSQL and ends with status 0")
    void shutDownByRest() throws Exception {
        try (var watch = Watch.over(cluster, "shut down by REST")) {
            watch.before().holdAgent(true);
            var answer = watch.before().post("/api/v1/shutdown", "");
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            Await.until(
                    "the agent to end",
                    () -> watch.before().lastEnding().endsWith("status 0"),
                    cluster::describe);
            assertThat(Cluster.primary(watch.before())).isFalse();
            cluster.awaitOtherLeader(watch.before());
            watch.ledger().awaitMore(50);
            watch.before().holdAgent(false);
            assertThat(watch.healed()).as("acknowledged rows that are gone").isZero();
        }
    }

    @Test
    @DisplayName("an agent stopped by SIGSTOP: its server stops before another one leads")
    void agentStopped() throws Exception {
        try (var watch = Watch.over(cluster, "agent stopped by SIGSTOP")) {
            watch.before().stopAgentBySignal();
            try {
                cluster.awaitOtherLeader(watch.before());
                assertThat(Cluster.primary(watch.before())).isFalse();
                watch.ledger().awaitMore(50);
            } finally {
                watch.before().continueAgent();
            }
            watch.healed();
        }
    }

    @Test
    @DisplayName("a leader cut off from its peers and the store, which clients still reach")
    void leaderPartitioned() throws Exception {
        try (var watch = Watch.over(cluster, "leader partitioned")) {
            watch.before().partitionFrom(cluster.peersOf(watch.before()));
            try {
                cluster.awaitOtherLeader(watch.before());
                watch.ledger().awaitMore(50);
            } finally {
                watch.before().heal();
            }
            watch.healed();
        }
    }

    @Test
    @DisplayName("a node frozen as a whole, then thawed, does not write again as the old leader")
    void nodeFrozen() throws Exception {
        try (var watch = Watch.over(cluster, "node frozen")) {
            watch.before().box().freeze();
            try {
                cluster.awaitOtherLeader(watch.before());
                watch.ledger().awaitMore(50);
            } finally {
                watch.before().box().thaw();
            }
            watch.healed();
        }
    }

    @Test
    @DisplayName("serves on when the store's leader is killed")
    void storeLeaderKilled() throws Exception {
        try (var watch = Watch.over(cluster, "store leader killed")) {
            EtcdMember old = cluster.etcdLeader();
            old.box().kill();
            Await.until(
                    "another leader of the store",
                    () ->
                            cluster.etcd().stream()
                                    .anyMatch(e -> e != old && e.healthy() && e.leads()),
                    cluster::describe);
            watch.ledger().awaitMore(50);
            old.box().start();
            watch.healed();
        }
    }

    @Test
    @DisplayName("the whole store away: serves on in failsafe mode, else becomes read-only in time")
    void wholeStoreAway() throws Exception {
        boolean failsafe = Boolean.TRUE.equals(cluster.config("failsafe_mode"));
        try (var watch = Watch.over(cluster, "whole store away")) {
            cluster.etcd().forEach(e -> e.box().kill());
            if (failsafe) {
                // Rows of far more than one lease, by the ledger's own rhythm.
                watch.ledger().awaitMore(2_000);
                assertThat(Cluster.primary(watch.before())).isTrue();
            } else {
                Await.until(
                        "no writable server while nobody can hold a lease",
                        () -> cluster.nodes().stream().noneMatch(Cluster::primary),
                        cluster::describe);
            }
            cluster.etcd().forEach(e -> e.box().start());
            Await.until(
                    "the store is back",
                    () -> cluster.etcd().stream().allMatch(EtcdMember::healthy),
                    cluster::describe);
            watch.healed();
        }
    }

    @Test
    @DisplayName("comes back by itself when everything lost power at once")
    void everythingRestarted() throws Exception {
        try (var watch = Watch.over(cluster, "everything restarted")) {
            cluster.nodes().forEach(n -> n.box().kill());
            cluster.etcd().forEach(e -> e.box().kill());
            cluster.etcd().forEach(e -> e.box().start());
            cluster.nodes().forEach(n -> n.box().start());
            watch.healed();
        }
    }

    @Test
    @Order(LAST)
    @DisplayName("refuses a data directory of another cluster and leaves it as it is")
    void foreignDataDirectory() throws Exception {
        Node leader = cluster.awaitHealthy();
        Node guest = cluster.others(leader).getFirst();
        guest.holdAgent(true);
        guest.killAgent();
        guest.box()
                .sh(
                        "pid=$(head -n 1 %1$s/postmaster.pid 2>/dev/null); [ -z \"$pid\" ] || { kill -INT $pid; while kill -0 $pid 2>/dev/null; do sleep 0.1; done; }; mv %1$s %1$s.own"
                                .formatted(Node.DATA))
                .orThrow();
        guest.box()
                .run("postgres", guest.bin() + "/initdb -D " + Node.DATA + " -A trust >/dev/null")
                .orThrow();
        String before = fingerprint(guest);
        guest.holdAgent(false);
        Await.until(
                "the agent to end with the code for data directories (7)",
                () ->
                        guest.box()
                                        .sh("grep 'status 7$' /var/log/matriarch/supervisor.log")
                                        .status()
                                == 0,
                cluster::describe);
        guest.holdAgent(true);
        assertThat(fingerprint(guest)).isEqualTo(before);
        assertThat(guest.reasonsOfEnding())
                .as("names the directory and what is wrong with it")
                .contains(Node.DATA)
                .containsIgnoringCase("system id")
                .contains("exit code 7");
        Await.until(
                "the others to serve on",
                () -> cluster.others(guest).stream().anyMatch(Cluster::primary),
                cluster::describe);

        Await.until("the agent to be ended", () -> !guest.agentRuns(), cluster::describe);
        guest.box().sh("rm -rf %1$s && mv %1$s.own %1$s".formatted(Node.DATA)).orThrow();
        guest.holdAgent(false);
        cluster.awaitHealthy();
    }

    private static String fingerprint(Node node) {
        return node.box()
                .sh(
                        "cd %s && find . -type f -printf '%%p %%s\\n' | sort | sha256sum; sha256sum global/pg_control"
                                .formatted(Node.DATA))
                .orThrow();
    }
}
