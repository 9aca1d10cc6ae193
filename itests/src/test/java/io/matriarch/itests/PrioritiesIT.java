package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Named after the features of Patroni's acceptance tests that they stand for. */
@DisplayName("In a cluster whose members have priorities")
class PrioritiesIT {
    private static final int POSTGRES = 17;

    @Test
    @DisplayName(
            "the standby of higher sync_priority is waited for, the one of higher failover_priority"
                    + " takes over, permanent slots are there, and vip-manager moves the address")
    void priorities() throws Exception {
        try (var cluster =
                Cluster.of("ranks", POSTGRES)
                        .etcdMembers(1)
                        .dcs(
                                "  parameters:",
                                "    wal_level: logical",
                                "    sync_replication_slots: on",
                                "    hot_standby_feedback: on",
                                "synchronous_mode: on",
                                // Nobody shall take over but when asked to.
                                "ttl: 40",
                                "loop_wait: 2",
                                "retry_timeout: 15",
                                "slots:",
                                "  place: {type: physical}",
                                "  feed: {type: logical, database: postgres, plugin: test_decoding}")
                        .held()
                        .start()) {
            Node first = cluster.node("n1");
            Node waitedFor = cluster.node("n2");
            Node successor = cluster.node("n3");
            first.holdAgent(false);
            Await.until("n1 to lead", () -> Cluster.primary(first), cluster::describe);
            tags(waitedFor, "{sync_priority: 9, failover_priority: 1}");
            tags(successor, "{sync_priority: 1, failover_priority: 9}");
            cluster.others(first).forEach(node -> node.holdAgent(false));
            cluster.awaitHealthy();

            Await.until(
                    "commits to wait for n2 alone",
                    () ->
                            waitedFor.get("/synchronous").status() == 200
                                    && successor.get("/asynchronous").status() == 200,
                    cluster::describe);

            first.request("PATCH", "/config", "{\"synchronous_mode\":false}");
            Await.until(
                    "commits to wait for nobody",
                    () ->
                            successor.get("/synchronous").status() == 503
                                    && waitedFor.get("/synchronous").status() == 503
                                    && first.sql("show synchronous_standby_names").isEmpty(),
                    cluster::describe);
            for (var node : cluster.others(first)) {
                Await.until(
                        "the physical permanent slot on " + node,
                        () -> slot(node, "slot_name = 'place'").equals("1"),
                        cluster::describe);
                Await.until(
                        "a copy of the logical one on " + node,
                        () -> {
                            // Its reader goes on: a standby has no WAL from before it was made.
                            first.sql("select pg_log_standby_snapshot()");
                            first.sql(
                                    "select count(*) from"
                                            + " pg_logical_slot_get_changes('feed', null, null)");
                            return slot(node, "slot_name = 'feed' and synced and not temporary")
                                    .equals("1");
                        },
                        cluster::describe);
            }
            execute(first, "CREATE TABLE fed AS SELECT 7 AS n");
            String address = first.address().replaceFirst("[0-9]+$", "99");
            for (var node : cluster.nodes()) vipManager(cluster, node, address);
            awaitAddress(cluster, first, address);

            first.endAgent();
            assertThat(cluster.awaitOtherLeader(first)).as("who took over").isEqualTo(successor);
            awaitAddress(cluster, successor, address);
            assertThat(slot(successor, "slot_name = 'place'")).isEqualTo("1");
            assertThat(
                            successor.sql(
                                    "select string_agg(data, ' ') from"
                                            + " pg_logical_slot_peek_changes('feed', null, null)"))
                    .as("what a reader of the logical slot gets from the new leader")
                    .contains("fed", "7");
        }
    }

    /** Debian's vip-manager, which looks at the leader key in the store. */
    private static void vipManager(Cluster cluster, Node node, String address) {
        node.box()
                .sh(
                        ("setsid vip-manager --ip %s --netmask 24 --interface eth0 --dcs-type etcd"
                                        + " --dcs-endpoints http://%s --trigger-key /service/%s/leader"
                                        + " --trigger-value %s >/var/log/matriarch/vip.log 2>&1 &")
                                .formatted(
                                        address,
                                        cluster.etcd().getFirst().endpoint(),
                                        NodeConfig.SCOPE,
                                        node.name()))
                .orThrow();
    }

    /**
     * Clients who use the address reach this node, which accepts writes, and nobody else has it.
     */
    private static void awaitAddress(Cluster cluster, Node node, String address) {
        Await.until(
                node + " alone to have the address " + address,
                () ->
                        has(node, address)
                                && cluster.others(node).stream()
                                        .noneMatch(other -> has(other, address)),
                () -> cluster.describe() + logs(cluster));
        Await.until(
                "a client to reach the leader by " + address,
                () -> {
                    var login = Node.login();
                    try (var connection =
                                    DriverManager.getConnection(
                                            "jdbc:postgresql://" + address + "/postgres", login);
                            var rows =
                                    connection
                                            .createStatement()
                                            .executeQuery("select pg_is_in_recovery()")) {
                        return rows.next() && !rows.getBoolean(1);
                    }
                },
                () -> cluster.describe() + logs(cluster));
    }

    private static boolean has(Node node, String address) {
        return node.box().sh("ip -4 addr show eth0").output().contains(address + "/");
    }

    private static String logs(Cluster cluster) {
        return cluster.nodes().stream()
                .map(node -> node.box().sh("tail -n 5 /var/log/matriarch/vip.log").output())
                .collect(Collectors.joining("\n"));
    }

    private static void tags(Node node, String tags) {
        node.box().sh("echo 'tags: " + tags + "' >> " + Node.CONFIG).orThrow();
    }

    private static void execute(Node node, String statement) throws SQLException {
        try (var connection = node.sql();
                var run = connection.createStatement()) {
            run.execute(statement);
        }
    }

    private static String slot(Node node, String condition) throws SQLException {
        return node.sql("select count(*) from pg_replication_slots where " + condition);
    }
}
