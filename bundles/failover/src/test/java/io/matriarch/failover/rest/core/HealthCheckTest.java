package io.matriarch.failover.rest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.failover.core.NodeReport;
import io.matriarch.failover.core.Role;
import io.matriarch.postgres.api.PostgresState;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A health check")
class HealthCheckTest {
    private static final Lsn BEHIND = new Lsn(Reports.OPTIME.value() - 1_000);

    @DisplayName("says by path and role what Patroni says")
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = true,
            textBlock =
                    """
                    path                   | leader | replica | starting | silent | leader, no store | replica, no store
                    /                      | 200    | 503     | 503      | 503    | 200              | 503
                    /primary               | 200    | 503     | 503      | 503    | 200              | 503
                    /master                | 200    | 503     | 503      | 503    | 200              | 503
                    /read-write            | 200    | 503     | 503      | 503    | 200              | 503
                    /leader                | 200    | 503     | 503      | 503    | 200              | 503
                    /standby-leader        | 503    | 503     | 503      | 503    | 503              | 503
                    /standby_leader        | 503    | 503     | 503      | 503    | 503              | 503
                    /replica               | 503    | 200     | 503      | 503    | 503              | 200
                    /read-only             | 200    | 200     | 503      | 503    | 200              | 200
                    /health                | 200    | 200     | 503      | 503    | 200              | 200
                    /sync                  | 503    | 503     | 503      | 503    | 503              | 503
                    /synchronous           | 503    | 503     | 503      | 503    | 503              | 503
                    /quorum                | 503    | 503     | 503      | 503    | 503              | 503
                    /async                 | 503    | 200     | 503      | 503    | 503              | 503
                    /asynchronous          | 503    | 200     | 503      | 503    | 503              | 503
                    /read-only-sync        | 200    | 503     | 503      | 503    | 503              | 503
                    /read-only-synchronous | 200    | 503     | 503      | 503    | 503              | 503
                    /read-only-quorum      | 200    | 503     | 503      | 503    | 503              | 503
                    /primary/foo           | 200    | 503     | 503      | 503    | 200              | 503
                    /xreplicax             | 503    | 200     | 503      | 503    | 503              | 200
                    /Primary               | 503    | 503     | 503      | 503    | 503              | 503
                    /patroni               | 503    | 503     | 503      | 503    | 503              | 503
                    /liveness              | 503    | 503     | 503      | 503    | 503              | 503
                    /sync/x                | 503    | 503     | 503      | 503    | 503              | 503
                    """)
    void matrix(
            String path,
            int leader,
            int replica,
            int starting,
            int silent,
            int leaderAway,
            int replicaAway) {
        assertThat(status(path, Reports.leader())).as("leader").isEqualTo(leader);
        assertThat(status(path, Reports.replica())).as("replica").isEqualTo(replica);
        assertThat(status(path, Reports.starting())).as("starting").isEqualTo(starting);
        assertThat(status(path, Reports.silent())).as("silent").isEqualTo(silent);
        assertThat(status(path, Reports.leader().storeAway())).as("no store").isEqualTo(leaderAway);
        assertThat(status(path, Reports.replica().storeAway()))
                .as("replica, no store")
                .isEqualTo(replicaAway);
    }

    @Test
    @DisplayName("takes a primary without a valid lock for no primary")
    void noLock() {
        var node = Reports.leader();
        node.leader = false;
        assertThat(status("/primary", node)).isEqualTo(503);
        assertThat(status("/replica", node)).isEqualTo(503);
        assertThat(status("/read-only", node)).isEqualTo(503);
    }

    @Test
    @DisplayName("takes whoever holds the lock for the primary, also while it is being promoted")
    void promoting() {
        var node = Reports.replica();
        node.leader = true;
        assertThat(status("/primary", node)).isEqualTo(200);
    }

    @Nested
    @DisplayName("in pause")
    class Paused {
        @Test
        @DisplayName("goes by the role of the server while the store is away")
        void withoutStore() {
            var primary = Reports.leader().paused().storeAway();
            primary.leader = false;
            assertThat(status("/primary", primary)).isEqualTo(200);
            assertThat(status("/leader", primary)).isEqualTo(200);
            assertThat(status("/replica", primary)).isEqualTo(503);
            var replica = Reports.replica().paused().storeAway();
            assertThat(status("/primary", replica)).isEqualTo(503);
            assertThat(status("/replica", replica)).isEqualTo(200);
        }

        @Test
        @DisplayName("goes by the lock while the store answers")
        void withStore() {
            var primary = Reports.leader().paused();
            primary.leader = false;
            assertThat(status("/primary", primary)).isEqualTo(503);
        }
    }

    @Nested
    @DisplayName("in a standby cluster")
    class StandbyCluster {
        @Test
        @DisplayName("finds a standby leader, and neither primary nor replica, in the leader")
        void standbyLeader() {
            var node = Reports.replica().configured("standby_cluster", Map.of("host", "far"));
            node.leader = true;
            assertThat(status("/standby-leader", node)).isEqualTo(200);
            assertThat(status("/leader", node)).isEqualTo(200);
            assertThat(status("/primary", node)).isEqualTo(503);
            assertThat(status("/replica", node)).isEqualTo(503);
            assertThat(status("/read-only", node)).isEqualTo(200);
        }
    }

    @Nested
    @DisplayName("of a replica")
    class OfReplica {
        @Test
        @DisplayName("fails with the tag noloadbalance")
        void noloadbalance() {
            var node = Reports.replica().tagged(Map.of("noloadbalance", true));
            assertThat(status("/replica", node)).isEqualTo(503);
            assertThat(status("/async", node)).isEqualTo(503);
            assertThat(status("/read-only", node)).isEqualTo(503);
            assertThat(status("/health", node)).isEqualTo(200);
        }

        @ParameterizedTest(name = "lag={0} gives {1} at a lag of 1000 bytes")
        @CsvSource({
            "999,503",
            "1000,200",
            "1kB,200",
            "0.5kB,503",
            "0x3e8,200",
            "01750,200",
            "01747,503",
            "'1 MB',200",
            "0,503",
            "10mb,200",
            "nonsense,200",
            "-1,503",
            "08,200"
        })
        void lag(String limit, int expected) {
            var node = Reports.replica().standing(BEHIND, BEHIND, "streaming");
            assertThat(HealthCheck.status("/replica", Map.of("lag", limit), node.report()))
                    .isEqualTo(expected);
        }

        @Test
        @DisplayName("counts WAL received and not replayed while the store is away")
        void lagWithoutStore() {
            var node = Reports.replica().storeAway().standing(Reports.OPTIME, BEHIND, "streaming");
            assertThat(HealthCheck.status("/replica", Map.of("lag", "999"), node.report()))
                    .isEqualTo(503);
        }

        @Test
        @DisplayName("can ask for a replication state")
        void replicationState() {
            var archive =
                    Reports.replica()
                            .standing(Reports.OPTIME, Reports.OPTIME, "in archive recovery");
            var wanted = Map.of("replication_state", "streaming");
            assertThat(HealthCheck.status("/replica", wanted, archive.report())).isEqualTo(503);
            assertThat(HealthCheck.status("/replica", wanted, Reports.replica().report()))
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest(name = "tag_{0}={1}: {2}")
    @CsvSource({
        "zone,z2,200",
        "zone,z1,503",
        "nosuch,1,503",
        "fast,true,200",
        "fast,True,503",
        "weight,1.4,200"
    })
    @DisplayName("filters by tags")
    void tags(String tag, String value, int expected) {
        var node = Reports.replica().tagged(Map.of("zone", "z2", "fast", true, "weight", 1.4));
        var query = Map.of("tag_" + tag, value);
        assertThat(HealthCheck.status("/replica", query, node.report())).isEqualTo(expected);
        assertThat(HealthCheck.status("/health", query, node.report())).isEqualTo(expected);
    }

    @Test
    @DisplayName("of the primary is not filtered by tags")
    void primaryIgnoresTags() {
        var query = Map.of("tag_zone", "elsewhere");
        assertThat(HealthCheck.status("/primary", query, Reports.leader().report())).isEqualTo(200);
        assertThat(HealthCheck.status("/read-only", query, Reports.leader().report()))
                .isEqualTo(503);
    }

    @Nested
    @DisplayName("for liveness")
    class Liveness {
        @ParameterizedTest(name = "a {0} whose loop is {1} s late: {2}")
        @CsvSource({"leader,29,200", "leader,31,503", "replica,59,200", "replica,61,503"})
        void late(String who, int seconds, int expected) {
            var node = who.equals("leader") ? Reports.leader() : Reports.replica();
            node.nextRun = Reports.NOW.minusSeconds(seconds);
            assertThat(HealthCheck.liveness(node.report())).isEqualTo(expected);
        }

        @Test
        @DisplayName("is content in pause")
        void paused() {
            var node = Reports.leader().paused();
            node.nextRun = Reports.NOW.minusSeconds(3_600);
            assertThat(HealthCheck.liveness(node.report())).isEqualTo(200);
        }
    }

    @Nested
    @DisplayName("for readiness")
    class Readiness {
        @Test
        @DisplayName("is content with the leader and with a replica that caught up")
        void ready() {
            assertThat(readiness(Reports.leader(), Map.of())).isEqualTo(200);
            assertThat(readiness(Reports.replica(), Map.of())).isEqualTo(200);
        }

        @Test
        @DisplayName("is not content with a server that starts, does not answer or does not stream")
        void notReady() {
            assertThat(readiness(Reports.starting(), Map.of())).isEqualTo(503);
            assertThat(readiness(Reports.silent(), Map.of())).isEqualTo(503);
            var alone = Reports.replica().standing(Reports.OPTIME, Reports.OPTIME, "");
            assertThat(readiness(alone, Map.of())).isEqualTo(503);
        }

        @Test
        @DisplayName("measures replay, or with mode=write what was received, against the limit")
        void limits() {
            var node = Reports.replica().standing(Reports.OPTIME, BEHIND, "streaming");
            assertThat(readiness(node, Map.of())).isEqualTo(200);
            assertThat(readiness(node, Map.of("lag", "999"))).isEqualTo(503);
            assertThat(readiness(node, Map.of("lag", "999", "mode", "write"))).isEqualTo(200);
            node.configured("maximum_lag_on_failover", 10);
            assertThat(readiness(node, Map.of())).isEqualTo(503);
        }

        private static int readiness(Reports node, Map<String, String> query) {
            return HealthCheck.readiness(query, node.report());
        }
    }

    @Test
    @DisplayName("does not believe an old answer of a server that has stopped since")
    void stopped() {
        var node = Reports.leader();
        node.leader = false;
        node.state = PostgresState.STOPPED;
        node.role = Role.DEMOTED;
        assertThat(status("/health", node)).isEqualTo(503);
        assertThat(StatusJson.of(node.report()))
                .containsEntry("role", "demoted")
                .doesNotContainKey("xlog");
        node.live = Optional.empty();
        assertThat(status("/health", node)).isEqualTo(503);
    }

    private static int status(String path, Reports node) {
        NodeReport report = node.report();
        return HealthCheck.status(path, Map.of(), report);
    }
}
