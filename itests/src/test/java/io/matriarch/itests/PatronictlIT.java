package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Debian's patronictl on our store and our members")
@ParameterizedClass(name = "PostgreSQL {0}")
@MethodSource("postgresVersions")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PatronictlIT {
    private static final int HOST = 41;
    private static final String CONFIG = "/etc/patronictl.yml";

    @Parameter private int postgresVersion;
    private Cluster cluster;
    private Box console;

    static IntStream postgresVersions() {
        return Versions.asked();
    }

    /** Once per version: the parameter is not known before the first test. */
    @BeforeEach
    void startCluster() {
        if (cluster != null) {
            return;
        }
        cluster = Cluster.of("ctl", postgresVersion).start();
        console =
                Lab.get()
                        .start(
                                "ctl-console" + postgresVersion,
                                Lab.image(17),
                                HOST,
                                Lab.Tuning.NONE,
                                "sleep",
                                "infinity");
        console.write(
                CONFIG,
                """
                scope: %1$s
                etcd3:
                  hosts: %2$s
                restapi:
                  authentication: {username: %3$s, password: %4$s}
                """
                        .formatted(
                                NodeConfig.SCOPE,
                                String.join(
                                        ",",
                                        cluster.etcd().stream().map(EtcdMember::endpoint).toList()),
                                NodeConfig.REST_USER,
                                NodeConfig.REST_PASSWORD));
        cluster.awaitHealthy();
    }

    @AfterParameterizedClassInvocation
    void removeCluster() {
        if (cluster != null) {
            Lab.get().remove(console);
            cluster.close();
            cluster = null;
        }
    }

    private String ctl(String arguments) {
        return console.sh("patronictl -c " + CONFIG + " " + arguments).orThrow();
    }

    private List<Map<String, Object>> list() throws Exception {
        String json = ctl("list " + NodeConfig.SCOPE + " -f json");
        @SuppressWarnings({"unchecked", "rawtypes"})
        List<Map<String, Object>> rows = (List) JSON.std.listFrom(json);
        return rows;
    }

    @Test
    @DisplayName("list shows every member with its role and state")
    void lists() throws Exception {
        Node leader = cluster.awaitHealthy();
        var rows = list();
        assertThat(rows).hasSize(3);
        assertThat(rows)
                .allSatisfy(row -> {
                    boolean leads = row.get("Member").equals(leader.name());
                    assertThat(row)
                            .containsEntry("Role", leads ? "Leader" : "Replica")
                            .containsEntry("State", leads ? "running" : "streaming")
                            .containsEntry("Cluster", NodeConfig.SCOPE);
                    assertThat(row.get("Host"))
                            .isEqualTo(cluster.node((String) row.get("Member")).address());
                });
    }

    @Test
    @DisplayName("topology draws the standbys under the leader")
    void drawsTopology() {
        Node leader = cluster.awaitHealthy();
        String drawn = ctl("topology " + NodeConfig.SCOPE);
        assertThat(drawn).contains("| " + leader.name() + " ");
        for (Node standby : cluster.others(leader)) {
            assertThat(drawn).contains("+ " + standby.name());
        }
    }

    @Test
    @DisplayName("switchover hands over to the candidate, loses nothing, and history tells of it")
    void switchesOver() throws Exception {
        try (var watch = Watch.over(cluster, "patronictl switchover")) {
            Node candidate = cluster.others(watch.before()).getFirst();
            String said =
                    ctl(
                            "switchover %s --leader %s --candidate %s --force"
                                    .formatted(
                                            NodeConfig.SCOPE,
                                            watch.before().name(),
                                            candidate.name()));
            assertThat(said).contains("Successfully switched over to \"" + candidate.name() + "\"");
            assertThat(cluster.awaitHealthy()).isSameAs(candidate);
            assertThat(watch.healed()).as("rows lost in a planned hand-over").isZero();
            Await.until(
                    candidate + " in the history",
                    () ->
                            ctl("history " + NodeConfig.SCOPE + " -f json")
                                    .contains("\"" + candidate.name() + "\""),
                    cluster::describe);
        }
    }

    @Test
    @DisplayName("pause keeps the agents' hands off, resume gives them back")
    void pausesAndResumes() throws Exception {
        Node leader = cluster.awaitHealthy();
        assertThat(ctl("pause " + NodeConfig.SCOPE + " --wait"))
                .contains("cluster management is paused");
        assertThat(ctl("list " + NodeConfig.SCOPE)).contains("Maintenance mode: on");
        Node standby = cluster.others(leader).getFirst();
        long before = standby.postmasterPid();
        standby.box()
                .run(
                        "postgres",
                        standby.bin() + "/pg_ctl -D " + Node.DATA + " -m fast -w stop >/dev/null")
                .orThrow();
        Await.until(
                "the table to show " + standby + " not running",
                () ->
                        Cluster.table(leader).stream()
                                .anyMatch(r ->
                                        r.name().equals(standby.name())
                                                && !r.state().equals("streaming")
                                                && !r.state().equals("running")),
                cluster::describe);
        assertThat(standby.box().sh("kill -0 " + before).status())
                .as("nobody started it while paused")
                .isNotZero();
        assertThat(ctl("resume " + NodeConfig.SCOPE + " --wait"))
                .contains("cluster management is resumed");
        cluster.awaitHealthy();
    }

    @Test
    @DisplayName("edit-config changes settings of the cluster and parameters of every server")
    void editsConfig() throws Exception {
        cluster.awaitHealthy();
        ctl(
                "edit-config "
                        + NodeConfig.SCOPE
                        + " --force -s maximum_lag_on_failover=2097152 -p work_mem=7MB");
        assertThat(ctl("show-config " + NodeConfig.SCOPE)).contains("work_mem: 7MB");
        for (Node node : cluster.nodes()) {
            Await.until(
                    "work_mem on " + node,
                    () -> node.sql("show work_mem").equals("7MB"),
                    cluster::describe);
        }
        assertThat(cluster.config("maximum_lag_on_failover")).isEqualTo(2097152);
    }

    @Test
    @DisplayName("restart restarts one member's server")
    void restarts() throws Exception {
        Node leader = cluster.awaitHealthy();
        Node standby = cluster.others(leader).getLast();
        long before = standby.postmasterPid();
        assertThat(ctl("restart " + NodeConfig.SCOPE + " " + standby.name() + " --force"))
                .contains("Success: restart on member " + standby.name());
        cluster.awaitHealthy();
        assertThat(standby.postmasterPid()).isNotEqualTo(before);
    }

    @Test
    @DisplayName("reinit clones a member anew")
    void reinitialises() throws Exception {
        Node leader = cluster.awaitHealthy();
        Node standby = cluster.others(leader).getLast();
        standby.box().sh("touch " + Node.DATA + "/of_the_old_copy").orThrow();
        assertThat(ctl("reinit " + NodeConfig.SCOPE + " " + standby.name() + " --force"))
                .contains("Success: reinitialize for member " + standby.name());
        Await.until(
                "a new copy on " + standby,
                () -> standby.box().sh("test -e " + Node.DATA + "/of_the_old_copy").status() != 0,
                cluster::describe);
        cluster.awaitHealthy();
    }
}
