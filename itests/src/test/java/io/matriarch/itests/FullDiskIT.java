package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("a leader whose disk is full")
class FullDiskIT {
    private static final int DISK_MEGABYTES = 700;
    private static final String FILLER = "/var/lib/postgresql/node/filler";

    static IntStream postgresVersions() {
        return Versions.asked();
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @MethodSource("postgresVersions")
    @DisplayName("gives way to a standby, and is back as a standby once there is space")
    void givesWay(int postgresVersion) throws Exception {
        try (var cluster =
                        Cluster.of("disk", postgresVersion)
                                .etcdMembers(1)
                                .diskMegabytes(DISK_MEGABYTES)
                                .start();
                var watch = Watch.over(cluster, "disk full")) {
            Node full = watch.before();
            full.box().sh("dd if=/dev/zero of=" + FILLER + " bs=1M 2>/dev/null; sync").orThrow();
            // Small rows fit into the segment at hand for long; a switch needs a new one.
            fillSegments(full);
            cluster.awaitOtherLeader(full);
            assertThat(Cluster.primary(full)).isFalse();
            watch.ledger().awaitMore(50);
            full.box().sh("rm " + FILLER).orThrow();
            watch.healed();
        }
    }

    /** Writes WAL until the server can no more. */
    private static void fillSegments(Node node) {
        Await.until(
                node + " to fail for want of space",
                () -> {
                    try {
                        node.sql("select pg_switch_wal()");
                        return false;
                    } catch (java.sql.SQLException e) {
                        return true;
                    }
                },
                node::lastWords);
    }
}
