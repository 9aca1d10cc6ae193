package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.itests.Node.Program;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Debian's Patroni and our agent in one cluster, synchronous, with a client that writes all the
 * time. A Patroni leader is never killed without its server: nothing would stop that one.
 *
 * <p>{@code -Dmatriarch.mixed=all} runs more, and the reverse, two of ours beside one Patroni.
 */
@DisplayName("a cluster of Patroni and Matriarch members")
@ParameterizedClass(name = "Patroni on {0}")
@MethodSource("patroniNodes")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MixedClusterIT {
    private static final int POSTGRES = 17;
    private static final Duration LEASE = Duration.ofSeconds(20);

    @Parameter private String patroni;
    private Cluster cluster;

    static Stream<String> patroniNodes() {
        return System.getProperty("matriarch.mixed", "some").equals("all")
                ? Stream.of("n1,n2", "n1")
                : Stream.of("n1,n2");
    }

    @BeforeEach
    void aHealthyCluster() throws Exception {
        if (cluster != null && !usable()) {
            cluster.close();
            cluster = null;
        }
        if (cluster == null) {
            start();
        }
    }

    private boolean usable() {
        try {
            cluster.undoFaults();
            cluster.awaitHealthy();
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    /** Patroni makes the cluster; the others join when it runs. */
    private void start() {
        cluster =
                Cluster.of("mixed" + patroni.length(), POSTGRES)
                        .etcdMembers(1)
                        .patroni(patroni.split(","))
                        .dcs(
                                "ttl: " + LEASE.toSeconds(),
                                "loop_wait: 2",
                                "retry_timeout: 3",
                                "failsafe_mode: true",
                                "synchronous_mode: true",
                                "synchronous_node_count: 2")
                        .held()
                        .start();
        Node first = cluster.node("n1");
        first.holdAgent(false);
        Await.until(first + " leads", () -> Cluster.primary(first), cluster::describe);
        cluster.others(first).forEach(node -> node.holdAgent(false));
        cluster.awaitHealthy();
    }

    @AfterParameterizedClassInvocation
    void removeCluster() {
        if (cluster != null) {
            cluster.close();
            cluster = null;
        }
    }

    private String ctl(String arguments) {
        return cluster.node("n1")
                .box()
                .sh("patronictl -c " + Node.CONFIG + " " + arguments)
                .orThrow();
    }

    private Node one(Program program) {
        return cluster.nodes().stream()
                .filter(node -> node.program() == program)
                .findFirst()
                .orElseThrow();
    }

    /** The value of this key of the cluster as JSON. */
    private Map<String, Object> store(String key) throws IOException {
        String value =
                cluster.etcd()
                        .getFirst()
                        .ctl("get --print-value-only /service/" + NodeConfig.SCOPE + "/" + key)
                        .orThrow();
        return JSON.std.mapFrom(value);
    }

    /** Every standby has every acknowledged commit, and the store says so. */
    private void awaitAllInSync() {
        Node leader = cluster.awaitHealthy();
        Await.until(
                "all standbys in the key sync",
                () -> {
                    var sync = store("sync");
                    var voters = List.of(String.valueOf(sync.get("sync_standby")).split(","));
                    return leader.name().equals(sync.get("leader"))
                            && cluster.others(leader).stream()
                                    .allMatch(node -> voters.contains(node.name()));
                },
                cluster::describe);
    }

    private void leadBy(Program program) {
        awaitAllInSync();
        Node leader = cluster.awaitHealthy();
        if (leader.program() != program) {
            switchOver(leader, one(program));
        }
    }

    private void switchOver(Node from, Node to) {
        assertThat(
                        ctl(
                                "switchover %s --leader %s --candidate %s --force"
                                        .formatted(NodeConfig.SCOPE, from, to)))
                .contains("Successfully switched over to \"" + to + "\"");
        assertThat(cluster.awaitHealthy()).isSameAs(to);
    }

    @Test
    @Order(1)
    @DisplayName("the members of either kind stream, and the leader keeps a slot for each")
    void joins() throws Exception {
        awaitAllInSync();
        Node leader = cluster.awaitHealthy();
        assertThat(leader).isSameAs(cluster.node("n1"));
        var roles = new LinkedHashMap<String, String>();
        Cluster.table(leader).forEach(row -> roles.put(row.name(), row.role()));
        assertThat(roles)
                .isEqualTo(Map.of("n1", "leader", "n2", "sync_standby", "n3", "sync_standby"));
        // A standby that takes up new settings connects anew; its slot is free for that moment.
        Await.until(
                "every standby to stream from its slot",
                () ->
                        leader.sql(
                                        "select string_agg(slot_name, ',' order by 1) from pg_replication_slots where active")
                                .equals("n2,n3"),
                cluster::describe);
        for (Node asked : cluster.nodes()) {
            assertThat(Cluster.table(asked))
                    .as("the table as %s tells it", asked)
                    .extracting(Cluster.Row::name)
                    .containsExactly("n1", "n2", "n3");
        }
    }

    @Test
    @Order(2)
    @DisplayName("patronictl switches over from Patroni to Matriarch and back, and nothing is lost")
    void switchesOver() throws Exception {
        leadBy(Program.PATRONI);
        try (var watch = Watch.over(cluster, "mixed switchover there and back")) {
            Node ours = one(Program.MATRIARCH);
            switchOver(watch.before(), ours);
            watch.ledger().awaitMore(50);
            awaitAllInSync();
            switchOver(ours, watch.before());
            assertThat(watch.healed()).as("acknowledged rows that are gone").isZero();
        }
    }

    @Test
    @Order(3)
    @DisplayName(
            "a Patroni leader is killed with its machine: another member leads, nothing is lost")
    void patroniLeaderKilled() throws Exception {
        killLeader(Program.PATRONI, "mixed patroni leader killed");
    }

    @Test
    @Order(4)
    @DisplayName(
            "a Matriarch leader is killed with its machine: another member leads, nothing is lost")
    void matriarchLeaderKilled() throws Exception {
        killLeader(Program.MATRIARCH, "mixed matriarch leader killed");
    }

    private void killLeader(Program program, String fault) throws Exception {
        leadBy(program);
        try (var watch = Watch.over(cluster, fault)) {
            awaitAllInSync();
            watch.before().box().kill();
            cluster.awaitOtherLeader(watch.before());
            watch.ledger().awaitMore(50);
            watch.before().box().start();
            assertThat(watch.healed()).as("acknowledged rows that are gone").isZero();
        }
    }

    @Test
    @Order(5)
    @EnabledIfSystemProperty(named = "matriarch.mixed", matches = "all")
    @DisplayName("in pause an agent of either kind ends and starts, and no server notices")
    void pausesAndResumes() throws Exception {
        for (Program program : Program.values()) {
            leadBy(program);
            try (var watch = Watch.over(cluster, "mixed pause under " + program)) {
                ctl("pause " + NodeConfig.SCOPE + " --wait");
                var postmasters = new LinkedHashMap<Node, Long>();
                for (Node node : cluster.nodes()) {
                    postmasters.put(node, node.postmasterPid());
                    node.endAgent();
                    assertThat(node.sql("select 1")).isEqualTo("1");
                    node.holdAgent(false);
                    Await.until(
                            "the agent of " + node + " to answer",
                            () -> node.get("/patroni").status() == 200,
                            cluster::describe);
                }
                cluster.awaitHealthy();
                ctl("resume " + NodeConfig.SCOPE + " --wait");
                assertThat(cluster.awaitHealthy()).isSameAs(watch.before());
                assertThat(watch.healed()).as("acknowledged rows that are gone").isZero();
                postmasters.forEach((node, pid) -> assertThat(node.postmasterPid()).isEqualTo(pid));
            }
        }
    }

    @Test
    @Order(6)
    @EnabledIfSystemProperty(named = "matriarch.mixed", matches = "all")
    @DisplayName("with the store away a leader of either kind serves on by the others' consent")
    void storeAway() throws Exception {
        for (Program program : Program.values()) {
            leadBy(program);
            try (var watch = Watch.over(cluster, "mixed store away under " + program)) {
                Node leader = watch.before();
                cluster.etcd().getFirst().box().kill();
                Await.until(
                        "failsafe mode on " + leader,
                        () ->
                                Boolean.TRUE.equals(
                                        leader.get("/patroni")
                                                .json()
                                                .get("failsafe_mode_is_active")),
                        cluster::describe);
                Await.until(
                        leader + " to be without the store for longer than its lease",
                        () ->
                                leader.get("/patroni").json().get("dcs_last_seen")
                                                instanceof Number seen
                                        && Instant.ofEpochSecond(seen.longValue())
                                                .plus(LEASE)
                                                .isBefore(Instant.now()),
                        cluster::describe);
                watch.ledger().awaitMore(50);
                assertThat(Cluster.primary(leader)).isTrue();
                cluster.etcd().getFirst().box().start();
                Await.until(
                        "the store is back", cluster.etcd().getFirst()::healthy, cluster::describe);
                assertThat(cluster.awaitHealthy()).isSameAs(leader);
                assertThat(watch.healed()).as("acknowledged rows that are gone").isZero();
            }
        }
    }

    @Test
    @Order(7)
    @EnabledIfSystemProperty(named = "matriarch.mixed", matches = "all")
    @DisplayName("in quorum mode leaders of either kind are killed, and nothing is lost")
    void quorum() throws Exception {
        ctl(
                "edit-config "
                        + NodeConfig.SCOPE
                        + " --force -s synchronous_mode=quorum -s synchronous_node_count=1");
        for (Program program : Program.values()) {
            awaitQuorum();
            leadBy(program);
            try (var watch = Watch.over(cluster, "mixed quorum leader killed " + program)) {
                awaitQuorum();
                watch.before().box().kill();
                cluster.awaitOtherLeader(watch.before());
                watch.ledger().awaitMore(50);
                watch.before().box().start();
                assertThat(watch.healed()).as("acknowledged rows that are gone").isZero();
            }
        }
    }

    private void awaitQuorum() {
        awaitAllInSync();
        Await.until(
                "a quorum of one of two",
                () -> Integer.valueOf(1).equals(store("sync").get("quorum")),
                cluster::describe);
    }
}
