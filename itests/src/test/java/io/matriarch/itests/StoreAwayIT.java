package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Also with the machine that runs it under load: the agreement is kept beside everything else. */
@DisplayName("in failsafe mode, with every store member stopped")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoreAwayIT {
    private Cluster cluster;

    @BeforeEach
    void aHealthyCluster() {
        if (cluster == null) cluster = Cluster.of("away", Versions.newest()).start();
        cluster.undoFaults();
        cluster.awaitHealthy();
        Await.until("a list of all members", () -> listed() == 3, cluster::describe);
    }

    @AfterAll
    void end() {
        if (cluster != null) cluster.close();
    }

    private int listed() throws java.io.IOException {
        var reply = cluster.nodes().getFirst().get("/failsafe");
        return reply.status() == 200 ? reply.json().size() : 0;
    }

    private void storeStops() {
        cluster.etcd().forEach(member -> member.box().kill());
    }

    private void storeReturns() {
        cluster.etcd().forEach(member -> member.box().start());
        Await.until(
                "the store is back",
                () -> cluster.etcd().stream().allMatch(EtcdMember::healthy),
                cluster::describe);
    }

    private static boolean active(Node node) throws java.io.IOException {
        return node.get("/patroni").body().contains("\"failsafe_mode_is_active\":true");
    }

    @Test
    @DisplayName("the cluster keeps writing, and nobody else leads when the store is back")
    void keepsWriting() throws Exception {
        try (var watch = Watch.over(cluster, "store away failsafe")) {
            int timeline = cluster.table().getFirst().timeline();
            storeStops();
            for (Node node : cluster.nodes()) {
                Await.until("failsafe on " + node, () -> active(node), cluster::describe);
            }
            watch.ledger().awaitMore(2_000);
            assertThat(Cluster.primary(watch.before())).isTrue();
            storeReturns();
            int lost = watch.healed();
            assertThat(lost).isZero();
            assertThat(cluster.leader()).contains(watch.before());
            assertThat(cluster.table())
                    .allSatisfy(row -> assertThat(row.timeline()).isEqualTo(timeline));
        }
    }

    @Test
    @DisplayName(
            "a member that is cut off ends the writing, and only the store's return brings it back")
    void memberCutOff() throws Exception {
        try (var watch = Watch.over(cluster, "member cut off failsafe")) {
            storeStops();
            Await.until("failsafe", () -> active(watch.before()), cluster::describe);
            watch.ledger().awaitMore(500);
            Node cut = cluster.others(watch.before()).getFirst();
            cut.partitionFrom(cluster.peersOf(cut));
            try {
                Await.until(
                        "no writable server",
                        () -> cluster.nodes().stream().noneMatch(Cluster::primary),
                        cluster::describe);
            } finally {
                cut.heal();
            }
            storeReturns();
            watch.healed();
        }
    }
}
