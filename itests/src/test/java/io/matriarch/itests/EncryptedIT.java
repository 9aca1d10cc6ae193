package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.DriverManager;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@DisplayName("a cluster in which everything is encrypted and everybody shows a certificate")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EncryptedIT {
    private Cluster cluster;

    @BeforeAll
    void startCluster() {
        cluster = Cluster.of("tls", Versions.newest()).encrypted().start();
        cluster.awaitHealthy();
    }

    @AfterAll
    void removeCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @DisplayName("nobody is served in the clear, and nobody unknown changes anything")
    void strangers() throws Exception {
        Node leader = cluster.awaitHealthy();
        assertThat(
                        leader.sql(
                                "select bool_and(s.ssl) from pg_stat_replication r join pg_stat_ssl s using (pid)"))
                .as("every standby streams by TLS")
                .isEqualTo("t");
        assertThatThrownBy(() ->
                        DriverManager.getConnection(
                                        Node.url(List.of(leader), "&sslmode=disable"), Node.login())
                                .close())
                .hasMessageContaining("no encryption");
        var clear = new Node(leader.box(), cluster.postgresVersion(), Optional.empty());
        assertThatThrownBy(() -> clear.get("/patroni")).isInstanceOf(IOException.class);

        var stranger =
                new Node(
                        leader.box(),
                        cluster.postgresVersion(),
                        Optional.of(cluster.authority().stranger()));
        assertThat(stranger.get("/primary").status()).as("health checks need none").isEqualTo(200);
        var refused = stranger.request("PATCH", "/config", "{\"ttl\": 7}");
        assertThat(refused.status()).as(refused.body()).isEqualTo(403);
        assertThat(refused.body()).contains("client certificate required");
        assertThat(cluster.config("ttl")).isNotEqualTo(7);

        var etcd = cluster.etcd().getFirst();
        assertThat(
                        etcd.box()
                                .sh(
                                        "ETCDCTL_API=3 etcdctl --command-timeout=3s --endpoints https://127.0.0.1:%d --cacert %s get /service/"
                                                .formatted(EtcdMember.PORT, Authority.CA))
                                .status())
                .as("the store without a certificate")
                .isNotZero();
    }

    @Test
    @DisplayName("the node of the primary dies: another leads, and the old one comes back")
    void failsOver() throws Exception {
        try (var watch = Watch.over(cluster, "node killed under TLS")) {
            Node old = watch.before();
            old.box().kill();
            Node next = cluster.awaitOtherLeader(old);
            old.box().start();
            watch.healed();
            assertThat(cluster.awaitHealthy()).isSameAs(next);
        }
    }

    @Test
    @DisplayName("matriarchctl and Debian's patronictl list and switch over by TLS")
    void tools() throws Exception {
        Node first = cluster.awaitHealthy();
        Node second = cluster.others(first).getFirst();
        String ours = "/opt/matriarch/bin/matriarchctl --config " + Node.CONFIG;
        assertThat(first.box().run("postgres", ours + " list").orThrow())
                .contains(first.name(), second.name(), "Leader", "streaming");
        second.box()
                .run("postgres", "%s switchover --candidate %s --force".formatted(ours, second))
                .orThrow();
        assertThat(cluster.awaitHealthy()).isSameAs(second);

        String stock = "patronictl -c " + Node.CONFIG;
        assertThat(first.box().run("postgres", stock + " list").orThrow())
                .contains(first.name(), second.name(), "Leader", "streaming");
        assertThat(
                        first.box()
                                .run(
                                        "postgres",
                                        "%s switchover %s --leader %s --candidate %s --force"
                                                .formatted(stock, NodeConfig.SCOPE, second, first))
                                .orThrow())
                .contains("Successfully switched over");
        assertThat(cluster.awaitHealthy()).isSameAs(first);
    }
}
