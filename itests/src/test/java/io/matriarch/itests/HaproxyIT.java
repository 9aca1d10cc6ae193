package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@DisplayName("HAProxy with the health checks OPTIONS /primary and OPTIONS /replica")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HaproxyIT {
    private static final int HOST = 42;
    private static final int PRIMARY = 5000;
    private static final int REPLICA = 5001;
    private static final int TRIES = 12;

    private Cluster cluster;
    private Box proxy;

    @BeforeAll
    void startCluster() {
        cluster = Cluster.of("proxy", Versions.newest()).start();
        proxy =
                Lab.get()
                        .start(
                                "haproxy",
                                Lab.image(17),
                                HOST,
                                Lab.Tuning.NONE,
                                "sh",
                                "-c",
                                "while [ ! -e /run/configured ]; do sleep 0.05; done;"
                                        + " exec haproxy -db -f /etc/haproxy/matriarch.cfg");
        proxy.write("/etc/haproxy/matriarch.cfg", configuration());
        proxy.sh("touch /run/configured").orThrow();
        cluster.awaitHealthy();
    }

    private String configuration() {
        String servers =
                cluster.nodes().stream()
                        .map(n ->
                                "  server %s %s:%d check port %d"
                                        .formatted(
                                                n.name(),
                                                n.address(),
                                                Node.POSTGRES_PORT,
                                                Node.REST_PORT))
                        .collect(Collectors.joining("\n"));
        return """
        global
          maxconn 200
        defaults
          mode tcp
          timeout connect 2s
          timeout client 60s
          timeout server 60s
          timeout check 2s
          option httpchk
          http-check expect status 200
          default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
        listen primary
          bind *:%d
          option httpchk OPTIONS /primary
        %s
        listen replica
          bind *:%d
          balance roundrobin
          option httpchk OPTIONS /replica
        %s
        """
                .formatted(PRIMARY, servers, REPLICA, servers);
    }

    @AfterAll
    void removeCluster() {
        if (proxy != null) {
            Lab.get().remove(proxy);
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    /** The address of the server behind a port, and whether it is in recovery, as one text. */
    private String behind(int port) throws SQLException {
        String url =
                "jdbc:postgresql://%s:%d/postgres?connectTimeout=3&socketTimeout=4"
                        .formatted(proxy.address(), port);
        try (var connection = DriverManager.getConnection(url, Node.login());
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "select host(inet_server_addr()) || ' ' || pg_is_in_recovery()")) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** Whether {@link #TRIES} connections in a row lead where they should. */
    private boolean routesTo(Node leader) throws SQLException {
        for (int i = 0; i < TRIES; i++) {
            if (!behind(PRIMARY).equals(leader.address() + " false")) {
                return false;
            }
            if (!behind(REPLICA).endsWith(" true")) {
                return false;
            }
        }
        return true;
    }

    @Test
    @DisplayName(
            "routes writers to the leader and readers to standbys, before and after a failover")
    void followsTheLeader() throws Exception {
        try (var watch = Watch.over(cluster, "failover behind HAProxy")) {
            Node old = watch.before();
            Await.until("routes to " + old, () -> routesTo(old), cluster::describe);
            old.box().kill();
            Node next = cluster.awaitOtherLeader(old);
            Await.until("routes to " + next, () -> routesTo(next), cluster::describe);
            old.box().start();
            watch.healed();
            Node leader = cluster.awaitHealthy();
            Await.until("routes to " + leader, () -> routesTo(leader), cluster::describe);
        }
    }

    @Test
    @DisplayName("the checks answer 200 on exactly one leader and on every standby")
    void answersTheChecks() throws Exception {
        Node leader = cluster.awaitHealthy();
        for (Node node : cluster.nodes()) {
            boolean leads = node == leader;
            assertThat(node.request("OPTIONS", "/primary", "").status())
                    .as("OPTIONS /primary on " + node)
                    .isEqualTo(leads ? 200 : 503);
            assertThat(node.request("OPTIONS", "/replica", "").status())
                    .as("OPTIONS /replica on " + node)
                    .isEqualTo(leads ? 503 : 200);
            assertThat(node.request("GET", "/replica?lag=10MB", "").status())
                    .as("GET /replica?lag=10MB on " + node)
                    .isEqualTo(leads ? 503 : 200);
        }
    }
}
