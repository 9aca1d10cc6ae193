package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("a member whose backups find no room")
class RepositoryFullIT {
    private static final int POSTGRES = 17;
    private static final String REPOSITORY = "/srv/repository";
    private static final String SPOOL = "/srv/spool";
    private static final String FILLER = "/filler";
    private static final int REPOSITORY_MEGABYTES = 200;
    private static final int SPOOL_MEGABYTES = 40;
    private static final String SETTINGS =
            """
            matriarch:
              state_dir: /var/lib/matriarch
            backup:
              spool_dir: %s
              compress: none
              repositories:
                - {name: small, directory: %s}
            """
                    .formatted(SPOOL, REPOSITORY);

    @Test
    @DisplayName(
            "says which disk is full, lists nothing that is not whole, and goes on once there is room")
    void noRoom() throws Exception {
        try (var cluster =
                Cluster.of("room", POSTGRES)
                        .nodes(1)
                        .etcdMembers(1)
                        .disk(REPOSITORY, REPOSITORY_MEGABYTES)
                        .disk(SPOOL, SPOOL_MEGABYTES)
                        .extra(SETTINGS)
                        .start()) {
            Node node = cluster.awaitHealthy();
            BackupSteps.execute(node, "CREATE TABLE orders (i bigserial PRIMARY KEY, what text)");
            BackupSteps.execute(
                    node,
                    "INSERT INTO orders (what) SELECT md5(n::text) FROM generate_series(1, 20000) n");
            awaitArchived(cluster, node, BackupSteps.endSegment(node));

            fill(node, REPOSITORY, 3);
            assertThat(failed(cluster, node)).contains("No space left", REPOSITORY);
            String waiting = BackupSteps.endSegment(node);
            Await.until(
                    "a segment that finds no room",
                    () -> BackupSteps.figure(node, "matriarch_archive_failing", "") > 0,
                    cluster::describe);
            assertThat(BackupSteps.figure(node, "matriarch_backup_failures_total", "storage_full"))
                    .as("counted by its reason")
                    .isPositive();
            assertThat(node.get("/api/v1/backups").body()).doesNotContain("\"label\"");
            free(node, REPOSITORY);
            awaitArchived(cluster, node, waiting);

            fill(node, SPOOL, 0);
            assertThat(failed(cluster, node)).contains("No space left", SPOOL);
            free(node, SPOOL);

            assertThat(BackupSteps.run(cluster, node, "full").get("text").toString())
                    .contains("F (full)");
            var verified = BackupSteps.ended(cluster, node, BackupSteps.askFor(node, "verify"));
            assertThat(verified).as(verified.toString()).containsEntry("state", "done");
            assertThat(verified.get("text").toString()).contains("1 backups are sound");
        }
    }

    /** Leaves so many megabytes of a disk. */
    private static void fill(Node node, String disk, int left) {
        node.box()
                .sh(
                        "dd if=/dev/zero of=%1$s%2$s bs=64k 2>/dev/null; truncate -s -%3$dM %1$s%2$s"
                                .formatted(disk, FILLER, left))
                .orThrow();
    }

    private static void free(Node node, String disk) {
        node.box().sh("rm " + disk + FILLER).orThrow();
    }

    /** What a full backup says that fails. */
    private static String failed(Cluster cluster, Node node) throws Exception {
        Map<String, Object> run = BackupSteps.ended(cluster, node, BackupSteps.ask(node, "full"));
        assertThat(run).as(run.toString()).containsEntry("state", "failed");
        return run.get("text").toString();
    }

    private static void awaitArchived(Cluster cluster, Node node, String segment) {
        Await.until(
                "segment " + segment + " in the repository",
                () ->
                        node.box()
                                        .sh(
                                                "ls %s/archive/herd/17-1/%s/%s-*"
                                                        .formatted(
                                                                REPOSITORY,
                                                                segment.substring(0, 16),
                                                                segment))
                                        .status()
                                == 0,
                cluster::describe);
    }
}
