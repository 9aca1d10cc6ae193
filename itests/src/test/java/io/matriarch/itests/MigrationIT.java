package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.itests.Node.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@code -Dmatriarch.mixed=all} does it with three nodes instead of two. */
@DisplayName("a running Patroni cluster, one node after the other,")
class MigrationIT {
    private static final int POSTGRES = 17;
    private static final String PATRONIS_FILE = "/etc/patroni/config.yml";
    private static final String END =
            "touch /run/matriarch/hold; pid=$(cat /run/matriarch/agent.pid); kill -TERM $pid; while kill -0 $pid 2>/dev/null; do sleep 0.1; done";
    private static final String BEGIN =
            "echo %s > /run/matriarch/program; rm -f /run/matriarch/hold";

    @Test
    @DisplayName("becomes one of Matriarch and one of Patroni again, and no server is restarted")
    void thereAndBack() throws Exception {
        int count = System.getProperty("matriarch.mixed", "some").equals("all") ? 3 : 2;
        try (var cluster = patroniCluster(count)) {
            var postmasters = postmasters(cluster);
            try (var watch = Watch.over(cluster, "migrated there and back")) {
                refusesTheFileOfAnother(cluster);
                for (Node node : leaderLast(cluster)) {
                    migrate(node, "from-patroni " + PATRONIS_FILE, Program.MATRIARCH);
                    assertThat(cluster.awaitHealthy()).isSameAs(watch.before());
                    assertThat(postmasters(cluster)).isEqualTo(postmasters);
                }
                watch.ledger().awaitMore(50);
                for (Node node : leaderLast(cluster)) {
                    migrate(node, "to-patroni " + Node.CONFIG, Program.PATRONI);
                    assertThat(cluster.awaitHealthy()).isSameAs(watch.before());
                    assertThat(postmasters(cluster)).isEqualTo(postmasters);
                }
                assertThat(watch.healed()).as("acknowledged rows that are gone").isZero();
            }
        }
    }

    private static Cluster patroniCluster(int count) {
        var names = new ArrayList<String>();
        for (int i = 1; i <= count; i++) {
            names.add("n" + i);
        }
        var cluster =
                Cluster.of("migrate", POSTGRES)
                        .nodes(count)
                        .etcdMembers(1)
                        .patroni(names.toArray(String[]::new))
                        .dcs(
                                "ttl: 20",
                                "loop_wait: 2",
                                "retry_timeout: 3",
                                "synchronous_mode: true")
                        .extra("")
                        .held()
                        .start();
        for (Node node : cluster.nodes()) {
            node.box()
                    .sh("mkdir -p /etc/patroni && mv %s %s".formatted(Node.CONFIG, PATRONIS_FILE))
                    .orThrow();
            node.holdAgent(false);
        }
        cluster.awaitHealthy();
        return cluster;
    }

    private static Map<Node, Long> postmasters(Cluster cluster) {
        var pids = new LinkedHashMap<Node, Long>();
        cluster.nodes().forEach(node -> pids.put(node, node.postmasterPid()));
        return pids;
    }

    private static List<Node> leaderLast(Cluster cluster) {
        Node leader = cluster.awaitHealthy();
        var order = new ArrayList<>(cluster.others(leader));
        order.add(leader);
        return order;
    }

    private static Box.Outcome ctl(Node node, String arguments) {
        return node.box()
                .sh(
                        "cd / && /opt/matriarch/bin/matriarchctl --config "
                                + Node.CONFIG
                                + " "
                                + arguments);
    }

    private static void refusesTheFileOfAnother(Cluster cluster) {
        Node node = cluster.nodes().getLast();
        node.box()
                .sh(
                        "sed 's/^name: .*/name: stranger/' %s > /tmp/other.yml"
                                .formatted(PATRONIS_FILE))
                .orThrow();
        var outcome = ctl(node, "migrate from-patroni /tmp/other.yml --yes");
        assertThat(outcome.status()).isEqualTo(12);
        assertThat(outcome.output())
                .contains("the file is of member stranger")
                .contains("the agent that answers is " + node);
    }

    private static void migrate(Node node, String what, Program to) {
        String command =
                "migrate %s --stop '%s' --start '%s'"
                        .formatted(
                                what,
                                END,
                                BEGIN.formatted(to.name().toLowerCase(java.util.Locale.ROOT)));
        Program before = node.program();
        String told = ctl(node, command + " --dry-run").orThrow();
        assertThat(told).contains("pause the cluster").contains("nothing was done");
        assertThat(node.program()).isEqualTo(before);
        String said = ctl(node, command + " --yes").orThrow();
        System.out.println(said);
        assertThat(said).contains("PostgreSQL ran on as process " + node.postmasterPid());
        assertThat(node.program()).isEqualTo(to);
    }
}
