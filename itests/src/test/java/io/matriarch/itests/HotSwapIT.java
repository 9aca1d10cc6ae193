package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("bundles updated in a running leader under write load")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HotSwapIT {
    private static final int TIMES = 20;

    private Cluster cluster;

    @BeforeAll
    void startCluster() {
        cluster = Cluster.of("swap", Versions.newest()).start();
        cluster.awaitHealthy();
    }

    @AfterAll
    void removeCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private record Bundle(int id, String state, String lastModified) {
        boolean activeAgain(Bundle before) {
            return state.equals("active") && !lastModified.equals(before.lastModified);
        }
    }

    private static Bundle bundle(Node node, String name) throws IOException {
        var reply = node.get("/api/v1/bundles");
        if (reply.status() != 200) {
            throw new IOException(reply.status() + " " + reply.body());
        }
        for (Object entry : (List<?>) reply.json().get("bundles")) {
            var map = (Map<?, ?>) entry;
            if (String.valueOf(map.get("name")).endsWith(name)) {
                return new Bundle(
                        ((Number) map.get("id")).intValue(),
                        String.valueOf(map.get("state")),
                        String.valueOf(map.get("lastModified")));
            }
        }
        throw new IOException("no bundle " + name + " in " + reply.body());
    }

    /** How many revisions of a bundle have their class loader still, after a full collection. */
    private static long generations(Node node, String component) {
        String jcmd = "/opt/matriarch/runtime/bin/jcmd $(cat /run/matriarch/agent.pid) ";
        node.box().run("postgres", jcmd + "GC.run").orThrow();
        return node.box()
                .run("postgres", jcmd + "VM.classloaders show-classes")
                .orThrow()
                .lines()
                .filter(line -> line.endsWith(" " + component))
                .count();
    }

    /** The revision of the leader key: it changes when leadership is lost, also if regained. */
    private String leaderKey() {
        return cluster.etcd()
                .getFirst()
                .ctl("get -w fields /service/" + NodeConfig.SCOPE + "/leader")
                .orThrow()
                .lines()
                .filter(l -> l.startsWith("\"CreateRevision\"") || l.startsWith("\"Lease\""))
                .toList()
                .toString();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "failover, io.matriarch.failover.osgi.FailoverAgent",
        "management, io.matriarch.management.osgi.ApiComponent"
    })
    @DisplayName("no lost lease, no error at the client, no class loader left behind")
    void updatedTwentyTimes(String name, String component) throws Exception {
        try (var watch = Watch.over(cluster, "hot swap of " + name)) {
            Node leader = watch.before();
            long postmaster = leader.postmasterPid();
            String keyBefore = leaderKey();
            watch.ledger().measureFromNow();
            for (int i = 0; i < TIMES; i++) {
                update(leader, name);
            }
            watch.ledger().awaitMore(100);
            assertThat(watch.ledger().errors())
                    .as("errors at the client, the last: " + watch.ledger().lastError())
                    .isZero();
            assertThat(leaderKey()).as("the leader key and its lease").isEqualTo(keyBefore);
            assertThat(leader.postmasterPid()).isEqualTo(postmaster);
            Await.until(
                    "no class loader but the newest",
                    () -> generations(leader, component) == 1,
                    () -> generations(leader, component) + " class loaders of " + name);
            assertThat(watch.healed()).isZero();
        }
    }

    private void update(Node node, String name) throws IOException {
        Bundle before = bundle(node, name);
        var reply = node.post("/api/v1/bundles/" + before.id() + "/update", "{}");
        assertThat(reply.status()).as(reply.body()).isIn(200, 202);
        Await.until(
                name + " active again",
                () -> bundle(node, name).activeAgain(before),
                cluster::describe);
    }
}
