package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** What tests of backups do again and again. */
final class BackupSteps {
    /** Of a client that writes; without it a backup would be mostly of what it wrote. */
    private static final Duration RHYTHM = Duration.ofMillis(20);

    private BackupSteps() {}

    /**
     * A folder of this machine with an empty {@code repository} in it, for every node to write to.
     */
    static Path sharedFolder(String name) throws IOException {
        Path shared = Files.createTempDirectory("matriarch-" + name + "-it");
        Files.createDirectory(shared.resolve("repository"));
        for (Path each : List.of(shared, shared.resolve("repository")))
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxrwxrwx"));
        return shared;
    }

    /** Until it is told to end. */
    static void write(Node leader, AtomicBoolean writing) {
        while (writing.get()) {
            try {
                execute(
                        leader,
                        "INSERT INTO noise (what) SELECT md5(n::text) FROM generate_series(1, 500) n");
                Await.pause(RHYTHM);
            } catch (SQLException e) {
                throw new IllegalStateException("writing under a backup", e);
            }
        }
    }

    static void execute(Node node, String sql) throws SQLException {
        try (var connection = node.sql();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Asks for a backup and returns its run, which must have gone well. */
    static Map<String, Object> run(Cluster cluster, Node asked, String type) throws Exception {
        var ended = ended(cluster, asked, ask(asked, type));
        assertThat(ended).as(ended.toString()).containsEntry("state", "done");
        return ended;
    }

    /** Asks for a backup; what was answered leads to its run. */
    static Map<String, Object> ask(Node asked, String type) throws Exception {
        var answer = asked.post("/api/v1/backup", "{\"type\":\"" + type + "\"}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return answer.json();
    }

    /** Asks for a task of the repositories, such as a verification. */
    static Map<String, Object> askFor(Node asked, String task) throws Exception {
        var answer = asked.post("/api/v1/backup/" + task, "{}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return answer.json();
    }

    /** The run that was asked for, once it has ended. */
    static Map<String, Object> ended(Cluster cluster, Node asked, Map<String, Object> wish) {
        return Await.value(
                "the end of " + wish,
                () -> {
                    var history = asked.get("/api/v1/jobs/" + wish.get("schedule") + "/history");
                    for (Object run : (List<?>) history.json().get("runs"))
                        if (run instanceof Map<?, ?> map && wish.get("due").equals(map.get("due")))
                            return copy(map);
                    throw new IllegalStateException("it has not ended");
                },
                cluster::describe);
    }

    /** A second of this server's clock after everything that was committed, and before the next. */
    static String moment(Cluster cluster, Node leader) throws SQLException {
        String moment =
                leader.sql(
                        "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                                + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
        Await.until(
                "a later moment: a commit at the very one would count as before it",
                () -> leader.sql("SELECT clock_timestamp() > '" + moment + "'").equals("t"),
                cluster::describe);
        return moment;
    }

    private static Map<String, Object> copy(Map<?, ?> map) {
        var copy = new HashMap<String, Object>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return copy;
    }

    /** By matriarchctl, once the WAL of that second is archived. */
    static void restore(Cluster cluster, Node node, String moment, String to) {
        String command =
                "/opt/matriarch/bin/matriarchctl --config %s restore --target '%s' --to %s"
                        .formatted(Node.CONFIG, moment, to);
        Await.until(
                "a plan for " + moment,
                () -> node.box().run("postgres", command + " --dry-run").status() == 0,
                cluster::describe);
        assertThat(node.box().run("postgres", command + " --yes --watch").orThrow())
                .contains("is restored to " + to);
        assertThat(node.box().run("postgres", command + " --dry-run").output())
                .as("it is not empty any more")
                .contains(to + " is not empty");
    }

    static void start(Node node, String data, int port) {
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

    static void stop(Node node, String data) {
        node.box().run("postgres", node.bin() + "/pg_ctl stop -s -w -m fast -D " + data).orThrow();
    }

    static String ask(Node node, int port, String sql) {
        return node.box()
                .run("postgres", "psql -X -qAt -h /tmp -p %d -c \"%s\"".formatted(port, sql))
                .output()
                .strip();
    }

    /** The sum of the samples with this label; 0 without any. */
    static double figure(Node node, String name, String label) throws Exception {
        return node.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Ends a segment of WAL that holds something; its name. */
    static String endSegment(Node leader) throws SQLException {
        execute(leader, "SELECT pg_logical_emit_message(true, 'itests', 'the end of a segment')");
        return leader.sql("SELECT pg_walfile_name(pg_switch_wal())");
    }
}
