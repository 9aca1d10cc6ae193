package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Backups of a running cluster, restored beside it. What is in the repository belongs to a user of
 * the containers, so its folder is left to whatever empties the directory of temporary files.
 */
@DisplayName("a cluster with a repository that all members share")
class BackupIT {
    private static final int POSTGRES = 17;
    private static final String REPOSITORY = Node.SHARED + "/repository";

    /** A file in the data directory that somebody left there; its name is not ASCII. */
    private static final String ODD_NAME = "/für später €";

    private static final String RESTORED = "/var/lib/postgresql/restored";
    private static final String SUM =
            "SELECT count(*) || ' ' || coalesce(md5(string_agg(i || what, ';' ORDER BY i)), '') FROM orders";
    private static final String SETTINGS =
            """
            matriarch:
              state_dir: /var/lib/matriarch
            backup:
              repositories:
                - {name: shared, directory: %s, retention: {full: 2}}
            """
                    .formatted(REPOSITORY);

    @Test
    @DisplayName(
            "makes backups on a standby under writes, and comes back to the second that is asked")
    void backsUpAndRestores() throws Exception {
        Path shared = BackupSteps.sharedFolder("backup");
        try (var cluster =
                Cluster.of("backup", POSTGRES)
                        .etcdMembers(1)
                        .shared(shared)
                        .extra(SETTINGS)
                        .start()) {
            Node leader = cluster.awaitHealthy();
            Node standby = cluster.others(leader).getFirst();
            BackupSteps.execute(leader, "CREATE TABLE orders (i bigserial PRIMARY KEY, what text)");
            BackupSteps.execute(leader, "CREATE TABLE noise (i bigserial, what text)");
            BackupSteps.execute(
                    leader,
                    "INSERT INTO orders (what) SELECT md5(n::text) FROM generate_series(1, 20000) n");
            BackupSteps.execute(leader, "SELECT pg_switch_wal()");
            Await.until(
                    "WAL in the repository",
                    () -> Files.isDirectory(shared.resolve("repository/archive/herd/17-1")),
                    cluster::describe);
            for (Node node : cluster.nodes()) {
                node.box().run("postgres", "echo kept > '" + Node.DATA + ODD_NAME + "'").orThrow();
            }
            var writing = new AtomicBoolean(true);
            var writer = Thread.ofVirtual().start(() -> BackupSteps.write(leader, writing));
            Map<String, Object> full;
            Map<String, Object> incr;
            try {
                full = BackupSteps.run(cluster, leader, "full");
                BackupSteps.execute(
                        leader, "INSERT INTO orders (what) VALUES ('between the backups')");
                incr = BackupSteps.run(cluster, standby, "incr");
            } finally {
                writing.set(false);
                writer.join();
            }
            assertThat(full.get("text").toString()).contains("F (full)");
            assertThat(incr.get("text").toString()).contains("I (incr)");
            assertThat(List.of(full.get("member"), incr.get("member")))
                    .as("a standby is placed best")
                    .doesNotContain(leader.name());

            BackupSteps.execute(leader, "INSERT INTO orders (what) VALUES ('the last one')");
            String before = leader.sql(SUM);
            String moment = BackupSteps.moment(cluster, leader);
            BackupSteps.execute(leader, "DELETE FROM orders");
            String last = leader.sql("SELECT pg_walfile_name(pg_switch_wal())");
            Await.until(
                    "segment " + last + " in the repository",
                    () -> isArchived(shared, last),
                    cluster::describe);
            lostSegmentComesFromAStandby(cluster, leader, shared, last);

            BackupSteps.restore(cluster, standby, moment, RESTORED);
            BackupSteps.start(standby, RESTORED, 6000);
            assertThat(BackupSteps.ask(standby, 6000, SUM)).isEqualTo(before);
            assertThat(standby.box().run("postgres", "cat '" + RESTORED + ODD_NAME + "'").orThrow())
                    .isEqualTo("kept\n");
            BackupSteps.stop(standby, RESTORED);
        }
    }

    /** Neither the repository nor the primary has it any more: whoever streamed it has. */
    private static void lostSegmentComesFromAStandby(
            Cluster cluster, Node leader, Path shared, String segment) throws IOException {
        try (var files = archived(shared, segment)) {
            for (Path file : files) Files.delete(file);
        }
        leader.box().run("postgres", "rm " + Node.DATA + "/pg_wal/" + segment).orThrow();
        Await.until(
                "segment " + segment + " in the repository again",
                () -> {
                    leader.post("/api/v1/wal/check", "{\"heal\":true}");
                    return isArchived(shared, segment);
                },
                cluster::describe);
    }

    private static boolean isArchived(Path shared, String segment) throws IOException {
        if (!Files.isDirectory(folder(shared, segment))) return false;
        try (var files = archived(shared, segment)) {
            return files.iterator().hasNext();
        }
    }

    private static DirectoryStream<Path> archived(Path shared, String segment) throws IOException {
        return Files.newDirectoryStream(folder(shared, segment), segment + "-*");
    }

    private static Path folder(Path shared, String segment) {
        return shared.resolve("repository/archive/herd/17-1").resolve(segment.substring(0, 16));
    }
}
