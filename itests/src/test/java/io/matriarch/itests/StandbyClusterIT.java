package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A cluster of two beside another of two, in one store: one story, told in order. */
@DisplayName("a standby cluster")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StandbyClusterIT {
    private static final int POSTGRES = 17;
    private static Cluster main;
    private static Cluster standby;

    @BeforeAll
    static void start() throws SQLException {
        main =
                Cluster.of("dr", POSTGRES)
                        .nodes(2)
                        .etcdMembers(1)
                        .dcs(
                                "ttl: 5",
                                "loop_wait: 1",
                                "retry_timeout: 2",
                                "slots: {dr: {type: physical}}")
                        .start();
        main.awaitHealthy().sql().close();
        standby =
                Cluster.of("dr", POSTGRES)
                        .nodes(2)
                        .beside(main, "away")
                        .dcs(
                                // Sooner than after a minute it is seen that a machine is gone.
                                "  parameters: {wal_receiver_timeout: 5s}",
                                "ttl: 5",
                                "loop_wait: 1",
                                "retry_timeout: 2",
                                section())
                        .start();
    }

    @AfterAll
    static void end() {
        if (standby != null) standby.close();
        if (main != null) main.close();
    }

    /** The section that follows {@link #main}. */
    private static String section() {
        return "standby_cluster: {host: '%s', port: 5432, primary_slot_name: dr}"
                .formatted(
                        main.nodes().stream().map(Node::address).collect(Collectors.joining(",")));
    }

    private static String seeBoth() {
        return main.describe() + "\n" + standby.describe();
    }

    private static void write(Node node, String row) throws SQLException {
        try (var connection = node.sql();
                var statement = connection.createStatement()) {
            statement.execute("create table if not exists herd (name text)");
            statement.execute("insert into herd values ('" + row + "')");
        }
    }

    private static void awaitRow(Cluster cluster, String row) {
        for (Node node : cluster.nodes())
            Await.until(
                    "row " + row + " on " + node,
                    () ->
                            node.sql("select count(*) from herd where name = '" + row + "'")
                                    .equals("1"),
                    StandbyClusterIT::seeBoth);
    }

    @Test
    @Order(1)
    @DisplayName("is made as a copy of the other's primary, cascades, and accepts no writes")
    void follows() throws Exception {
        Node leader = standby.awaitFollowing();
        write(main.leader().orElseThrow(), "Echo");
        awaitRow(standby, "Echo");
        assertThat(leader.get("/standby-leader").status()).isEqualTo(200);
        assertThat(leader.get("/primary").status()).isEqualTo(503);
        assertThat(leader.get("/patroni").json()).containsEntry("role", "standby_leader");
        assertThat(leader.get("/metrics").body())
                .containsPattern("patroni_standby_leader\\{[^}]*} 1");
        Node other = standby.others(leader).getFirst();
        assertThat(other.get("/replica").status()).isEqualTo(200);
        for (Node node : standby.nodes()) {
            assertThat(node.sql("select pg_is_in_recovery()")).isEqualTo("t");
        }
        assertThat(other.sql("select sender_host from pg_stat_wal_receiver"))
                .isEqualTo(leader.address());
    }

    @Test
    @Order(2)
    @DisplayName("goes on under another leader when its own is lost, and nobody is promoted")
    void ownLeaderLost() throws Exception {
        Node lost = standby.awaitFollowing();
        lost.box().kill();
        Node other = standby.others(lost).getFirst();
        Await.until(
                other + " to lead the standby cluster",
                () -> other.get("/standby-leader").status() == 200,
                StandbyClusterIT::seeBoth);
        write(main.leader().orElseThrow(), "Tuskless");
        Await.until(
                "the row to arrive under the new leader",
                () -> other.sql("select count(*) from herd").equals("2"),
                StandbyClusterIT::seeBoth);
        assertThat(other.sql("select pg_is_in_recovery()")).isEqualTo("t");
        lost.box().start();
        standby.awaitFollowing();
        awaitRow(standby, "Tuskless");
    }

    @Test
    @Order(3)
    @DisplayName("finds the new primary when the cluster it follows fails over")
    void remoteFailsOver() throws Exception {
        Node old = main.awaitHealthy();
        old.box().kill();
        Node next = main.awaitOtherLeader(old);
        write(next, "Grace");
        awaitRow(standby, "Grace");
        old.box().start();
        main.awaitHealthy();
        standby.awaitFollowing();
    }

    @Test
    @Order(4)
    @DisplayName("is promoted once the other was demoted, and that one follows it")
    void changesSides() throws Exception {
        Node former = main.awaitHealthy();
        write(former, "Torn Ear");
        String there = standby.nodes().stream().map(Node::address).collect(Collectors.joining(","));
        String dry = ctl(former, "demote-cluster --host " + there + " --dry-run").orThrow();
        assertThat(dry).contains("would be done", former.name());
        assertThat(former.sql("select pg_is_in_recovery()")).isEqualTo("f");
        assertThat(ctl(former, "demote-cluster --yes --host " + there).orThrow())
                .contains("is demoted");
        for (Node node : main.nodes()) {
            assertThat(node.sql("select pg_is_in_recovery()")).isEqualTo("t");
        }
        awaitRow(standby, "Torn Ear");
        Node leader = standby.standbyLeader().orElseThrow();
        assertThat(ctl(leader, "promote-cluster --dry-run").orThrow()).contains("is promoted");
        assertThat(ctl(leader, "promote-cluster --yes").orThrow()).contains("is promoted");
        assertThat(leader.sql("select pg_is_in_recovery()")).isEqualTo("f");
        write(leader, "Slit Ear");
        main.awaitFollowing();
        awaitRow(main, "Slit Ear");
        assertThat(main.nodes().getFirst().sql("select count(*) from herd")).isEqualTo("5");
        Await.until(
                "the history to name who went on",
                () -> leader.get("/history").body().contains("\"" + leader.name() + "\""),
                StandbyClusterIT::seeBoth);
    }

    private static Box.Outcome ctl(Node node, String arguments) {
        return node.box()
                .sh(
                        "cd / && /opt/matriarch/bin/matriarchctl --config "
                                + Node.CONFIG
                                + " "
                                + arguments);
    }
}
