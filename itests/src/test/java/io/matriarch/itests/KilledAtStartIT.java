package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("an agent that is killed while it starts its crashed primary")
@ParameterizedClass(name = "PostgreSQL {0}")
@MethodSource("postgresVersions")
class KilledAtStartIT {
    private static final int ROUNDS = Integer.getInteger("matriarch.rounds", 12);

    /** About as long as it takes from the end of the old postmaster to a new one that serves. */
    private static final int LONGEST_MILLIS = 400;

    /** The servers that work in the data directory, whoever started them. */
    private static final String SERVERS =
            """
            for p in /proc/[0-9]*; do
              [ "$(readlink $p/cwd)" = %s ] || continue
              case $(readlink $p/exe) in */postgres) echo "${p#/proc/} $(tr '\\0' ' ' <$p/cmdline)";; esac
            done
            """
                    .formatted(Node.DATA);

    @Parameter private int postgresVersion;

    static IntStream postgresVersions() {
        return Versions.asked();
    }

    @Test
    @DisplayName("leaves no server behind that outlives its lease, whenever it dies")
    void noServerOutlivesTheLease() throws Exception {
        var chance = new Random();
        try (var cluster = Cluster.of("start", postgresVersion).nodes(1).etcdMembers(1).start()) {
            var node = cluster.awaitHealthy();
            int survived = 0;
            for (int round = 0; round < ROUNDS; round++) {
                int millis = chance.nextInt(LONGEST_MILLIS);
                boolean began = crashAndKill(node, millis);
                if (began) survived++;
                Await.until("the lease to end", () -> !hasLeader(cluster), cluster::describe);
                assertThat(node.box().sh(SERVERS).orThrow())
                        .as("servers after the lease; agent killed %d ms after the crash", millis)
                        .isEmpty();
                node.holdAgent(false);
                cluster.awaitHealthy();
            }
            System.out.printf(
                    "[measured] pg%d agent killed 0 to %d ms after the crash of its primary: %d of %d starts outlived it, none the lease%n",
                    postgresVersion, LONGEST_MILLIS, survived, ROUNDS);
        }
    }

    /** Whether a server was there after the agent was gone. */
    private static boolean crashAndKill(Node node, int millis) {
        node.holdAgent(true);
        node.box()
                .sh(
                        """
                        kill -9 $(head -n 1 %s/postmaster.pid); sleep %d.%03d
                        kill -9 $(cat /run/matriarch/agent.pid)
                        """
                                .formatted(Node.DATA, millis / 1000, millis % 1000))
                .orThrow();
        return !node.box().sh(SERVERS).orThrow().isEmpty();
    }

    private static boolean hasLeader(Cluster cluster) {
        String keys = cluster.etcd().getFirst().ctl("get --prefix --keys-only /").orThrow();
        return keys.lines().anyMatch(key -> key.endsWith("/leader"));
    }
}
