package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A leader whose disk runs full")
class WritePathIT {
    private static final int POSTGRES = 17;
    private static final int DISK_MEGABYTES = 500;
    private static final String DISK = "/var/lib/postgresql/node";
    private static final String FILLER = DISK + "/filler";

    @Test
    @DisplayName(
            "frees its ballast and hands over in order to a member with room; once that one is full"
                    + " as well, leadership stays; no acknowledged row is lost")
    void handsOver() throws Exception {
        try (var cluster =
                        Cluster.of("room", POSTGRES)
                                .nodes(2)
                                .etcdMembers(1)
                                // However busy the machine is, leadership moves for the disk only.
                                .dcs(
                                        "synchronous_mode: on",
                                        "ttl: 40",
                                        "loop_wait: 2",
                                        "retry_timeout: 15")
                                .diskMegabytes(DISK_MEGABYTES)
                                .extra(
                                        """
                                        matriarch:
                                          state_dir: /var/lib/matriarch
                                          write_path: {fails_after: 5, switchover_pause: 0}
                                        """)
                                .start();
                var watch = Watch.over(cluster, "disk runs full")) {
            Node first = watch.before();
            Node second = cluster.others(first).getFirst();
            awaitRoom(cluster, first, true);
            awaitRoom(cluster, second, true);
            awaitVoter(cluster, second);

            fill(first);
            Await.until("the second to lead", () -> Cluster.primary(second), cluster::describe);
            assertThat(first.get("/api/v1/decisions?sinceSeconds=600").body())
                    .contains("RequestHandover", "the disk of the WAL is full", "has room");
            awaitRoom(cluster, first, false);
            watch.ledger().awaitMore(50);

            fill(second);
            Await.until(
                    "a leader that finds no member with room",
                    () ->
                            second.get("/api/v1/decisions?sinceSeconds=60")
                                    .body()
                                    .contains("none is well, close enough and has room"),
                    cluster::describe);
            assertThat(Cluster.primary(second)).as("leadership stays").isTrue();
            watch.ledger().awaitMore(50); // into what the ballast left

            for (var node : cluster.nodes()) node.box().sh("rm " + FILLER).orThrow();
            awaitRoom(cluster, first, true);
            awaitRoom(cluster, second, true);
            assertThat(watch.healed()).as("acknowledged rows that are lost").isZero();
            assertThat(Cluster.primary(second)).as("and it is there still").isTrue();
        }
    }

    /** All but 20 MB: less than shall stay free, enough for PostgreSQL to go on for a while. */
    private static void fill(Node node) {
        node.box()
                .sh(
                        "free=$(df -m --output=avail %1$s | tail -1); fallocate -l $((free - 20))M %2$s"
                                .formatted(DISK, FILLER))
                .orThrow();
    }

    private static void awaitRoom(Cluster cluster, Node node, boolean room) {
        Await.until(
                node + (room ? " to have room" : " to have none"),
                () -> told(node).equals(room),
                cluster::describe);
    }

    private static Object told(Node node) throws IOException {
        var path = node.get("/patroni").json().get("write_path");
        return path instanceof Map<?, ?> map ? String.valueOf(map.get("room")).equals("true") : "";
    }

    /** Only who has every acknowledged commit may take over. */
    private static void awaitVoter(Cluster cluster, Node node) {
        Await.until(
                node + " to be waited for",
                () -> Boolean.TRUE.equals(node.get("/patroni").json().get("sync_standby")),
                cluster::describe);
    }
}
