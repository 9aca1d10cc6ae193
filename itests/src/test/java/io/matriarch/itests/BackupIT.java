package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
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
        Path shared = Files.createTempDirectory("matriarch-backup-it");
        Files.createDirectory(shared.resolve("repository"));
        for (Path each : List.of(shared, shared.resolve("repository")))
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (var cluster =
                Cluster.of("backup", POSTGRES)
                        .etcdMembers(1)
                        .shared(shared)
                        .extra(SETTINGS)
                        .start()) {
            Node leader = cluster.awaitHealthy();
            Node standby = cluster.others(leader).getFirst();
            execute(leader, "CREATE TABLE orders (i bigserial PRIMARY KEY, what text)");
            execute(leader, "CREATE TABLE noise (i bigserial, what text)");
            execute(
                    leader,
                    "INSERT INTO orders (what) SELECT md5(n::text) FROM generate_series(1, 20000) n");
            execute(leader, "SELECT pg_switch_wal()");
            Await.until(
                    "WAL in the repository",
                    () -> Files.isDirectory(shared.resolve("repository/archive/herd/17-1")),
                    cluster::describe);
            for (Node node : cluster.nodes()) {
                node.box().run("postgres", "echo kept > '" + Node.DATA + ODD_NAME + "'").orThrow();
            }
            var writing = new AtomicBoolean(true);
            var writer = Thread.ofVirtual().start(() -> write(leader, writing));
            Map<String, Object> full;
            Map<String, Object> incr;
            try {
                full = run(cluster, leader, "full");
                execute(leader, "INSERT INTO orders (what) VALUES ('between the backups')");
                incr = run(cluster, standby, "incr");
            } finally {
                writing.set(false);
                writer.join();
            }
            assertThat(full.get("text").toString()).contains("F (full)");
            assertThat(incr.get("text").toString()).contains("I (incr)");
            assertThat(List.of(full.get("member"), incr.get("member")))
                    .as("a standby is placed best")
                    .doesNotContain(leader.name());

            execute(leader, "INSERT INTO orders (what) VALUES ('the last one')");
            String before = leader.sql(SUM);
            String moment =
                    leader.sql(
                            "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                                    + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
            Await.until(
                    "a later moment: a commit at the very one would count as before it",
                    () -> leader.sql("SELECT clock_timestamp() > '" + moment + "'").equals("t"),
                    cluster::describe);
            execute(leader, "DELETE FROM orders");
            String last = leader.sql("SELECT pg_walfile_name(pg_switch_wal())");
            Await.until(
                    "segment " + last + " in the repository",
                    () -> isArchived(shared, last),
                    cluster::describe);

            restore(cluster, standby, moment);
            start(standby, RESTORED, 6000);
            assertThat(ask(standby, 6000, SUM)).isEqualTo(before);
            assertThat(standby.box().run("postgres", "cat '" + RESTORED + ODD_NAME + "'").orThrow())
                    .isEqualTo("kept\n");
            stop(standby, RESTORED);
        }
    }

    private static boolean isArchived(Path shared, String segment) throws IOException {
        Path folder =
                shared.resolve("repository/archive/herd/17-1").resolve(segment.substring(0, 16));
        if (!Files.isDirectory(folder)) return false;
        try (var files = Files.newDirectoryStream(folder, segment + "-*")) {
            return files.iterator().hasNext();
        }
    }

    private static void write(Node leader, AtomicBoolean writing) {
        while (writing.get()) {
            try {
                execute(
                        leader,
                        "INSERT INTO noise (what) SELECT md5(n::text) FROM generate_series(1, 500) n");
            } catch (SQLException e) {
                throw new IllegalStateException("writing under a backup", e);
            }
        }
    }

    private static void execute(Node node, String sql) throws SQLException {
        try (var connection = node.sql();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Asks for a backup and returns its run, which must have gone well. */
    private static Map<String, Object> run(Cluster cluster, Node asked, String type)
            throws Exception {
        var answer = asked.post("/api/v1/backup", "{\"type\":\"" + type + "\"}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        var wish = answer.json();
        var ended = new AtomicReference<Map<String, Object>>();
        Await.until(
                "the end of the " + type + " backup",
                () -> {
                    var history = asked.get("/api/v1/jobs/" + wish.get("schedule") + "/history");
                    for (Object run : (List<?>) history.json().get("runs"))
                        if (run instanceof Map<?, ?> map && wish.get("due").equals(map.get("due")))
                            ended.set(copy(map));
                    return ended.get() != null;
                },
                cluster::describe);
        assertThat(ended.get()).as(ended.get().toString()).containsEntry("state", "done");
        return ended.get();
    }

    private static Map<String, Object> copy(Map<?, ?> map) {
        var copy = new HashMap<String, Object>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return copy;
    }

    /** By matriarchctl, once the WAL of that second is archived. */
    private static void restore(Cluster cluster, Node node, String moment) {
        String command =
                "/opt/matriarch/bin/matriarchctl --config %s restore --target '%s' --to %s"
                        .formatted(Node.CONFIG, moment, RESTORED);
        Await.until(
                "a plan for " + moment,
                () -> node.box().run("postgres", command + " --dry-run").status() == 0,
                cluster::describe);
        assertThat(node.box().run("postgres", command + " --yes --watch").orThrow())
                .contains("is restored to " + RESTORED);
        assertThat(node.box().run("postgres", command + " --dry-run").output())
                .as("it is not empty any more")
                .contains(RESTORED + " is not empty");
    }

    private static void start(Node node, String data, int port) {
        node.box()
                .run(
                        "postgres",
                        "%s/pg_ctl start -s -w -t 120 -D %s -l %s.log -o '-p %d' || { cat %s.log; exit 1; }"
                                .formatted(node.bin(), data, data, port, data))
                .orThrow();
        Await.until(
                "the end of recovery in " + data,
                () -> ask(node, port, "SELECT pg_is_in_recovery()").equals("f"),
                () -> node.box().sh("tail -n 30 " + data + ".log").output());
    }

    private static void stop(Node node, String data) {
        node.box().run("postgres", node.bin() + "/pg_ctl stop -s -w -m fast -D " + data).orThrow();
    }

    private static String ask(Node node, int port, String sql) {
        return node.box()
                .run("postgres", "psql -X -qAt -h /tmp -p %d -c \"%s\"".formatted(port, sql))
                .output()
                .strip();
    }
}
