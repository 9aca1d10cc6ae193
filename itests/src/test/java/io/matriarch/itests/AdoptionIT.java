package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("a server that was there before the agent")
class AdoptionIT {
    static IntStream postgresVersions() {
        return Versions.asked();
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @MethodSource("postgresVersions")
    @DisplayName("is adopted while it runs: same process, same rows, and standbys join it")
    void adoptsARunningServer(int postgresVersion) throws Exception {
        try (var cluster = Cluster.of("adopt", postgresVersion).etcdMembers(1).held().start()) {
            Node first = cluster.nodes().getFirst();
            startByHand(first);
            long postmaster = first.postmasterPid();
            String started = first.sql("select pg_postmaster_start_time()");
            try (var connection = first.sql();
                    var statement = connection.createStatement()) {
                statement.execute("create table heirloom as select 42 as n");
            }
            first.holdAgent(false);
            Await.until(
                    first + " leads",
                    () -> cluster.leader().map(l -> l == first).orElse(false),
                    cluster::describe);
            cluster.others(first).forEach(n -> n.holdAgent(false));
            cluster.awaitHealthy();
            assertThat(first.postmasterPid()).isEqualTo(postmaster);
            assertThat(first.sql("select pg_postmaster_start_time()")).isEqualTo(started);
            for (Node node : cluster.nodes()) {
                assertThat(node.sql("select n from heirloom")).as(node.name()).isEqualTo("42");
            }
        }
    }

    private static void startByHand(Node node) {
        Await.until(
                "the data directory's parent",
                () -> node.box().sh("test -d /var/lib/postgresql/node").status() == 0,
                () -> "not there");
        node.box().write("/run/superuser.pw", NodeConfig.SUPERUSER_PASSWORD);
        node.box()
                .run(
                        "postgres",
                        """
                        set -e
                        %1$s/initdb -D %2$s -U postgres -k -A scram-sha-256 --pwfile=/run/superuser.pw >/dev/null
                        echo "host all all 0.0.0.0/0 scram-sha-256" >> %2$s/pg_hba.conf
                        echo "host replication all 0.0.0.0/0 scram-sha-256" >> %2$s/pg_hba.conf
                        %1$s/pg_ctl -D %2$s -o "-k /tmp -h 0.0.0.0" -l /tmp/server.log -w start >/dev/null
                        PGPASSWORD=$(cat /run/superuser.pw) %1$s/psql -qX -h 127.0.0.1 -U postgres -v ON_ERROR_STOP=1 \
                          -c "create role replicator replication login password 'follow-the-leader'" \
                          -c "create role rewinder login superuser password 'back-to-the-fork'"
                        """
                                .formatted(node.bin(), Node.DATA))
                .orThrow();
    }
}
