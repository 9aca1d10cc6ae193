package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Somebody dropped a table: the whole cluster goes back to the moment before, twice. The second
 * time the leader's agent is killed in the middle.
 */
@DisplayName("a cluster whose data is replaced by its past")
class ReplacementIT {
    private static final int POSTGRES = 17;
    private static final String CTL =
            "/opt/matriarch/bin/matriarchctl --config " + Node.CONFIG + " ";
    private static final String TIMELINE =
            "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)";
    private static final String SETTINGS =
            """
            matriarch:
              state_dir: /var/lib/matriarch
            backup:
              repositories:
                - {name: shared, directory: %s/repository}
            """
                    .formatted(Node.SHARED);

    @Test
    @DisplayName(
            "has its rows back on every member, keeps the old data, and survives a killed agent")
    void goesBack() throws Exception {
        Path shared = BackupSteps.sharedFolder("replacement");
        try (var cluster =
                Cluster.of("replacement", POSTGRES)
                        .etcdMembers(1)
                        .shared(shared)
                        .extra(SETTINGS)
                        .start()) {
            Node leader = cluster.awaitHealthy();
            BackupSteps.execute(leader, "CREATE TABLE orders (i bigserial PRIMARY KEY, what text)");
            BackupSteps.execute(
                    leader,
                    "INSERT INTO orders (what) SELECT md5(n::text) FROM generate_series(1, 5000) n");
            BackupSteps.run(cluster, leader, "full");

            String moment = loseTheTable(cluster, leader);
            String command = restore(moment);
            Await.until(
                    "a plan for " + moment,
                    () -> leader.box().run("postgres", command + " --dry-run").status() == 0,
                    cluster::describe);
            assertThat(leader.sql("SELECT to_regclass('orders') IS NULL"))
                    .as("a dry run changes nothing")
                    .isEqualTo("t");
            assertThat(leader.box().run("postgres", command + " --yes").orThrow())
                    .contains("serves the restored data, on timeline 2", ".replaced-");
            everybodyHasTheRows(cluster, leader, 5001, 2);

            String again = loseTheTable(cluster, leader);
            Await.until(
                    "data restored for " + again,
                    () -> restoredAside(leader, again),
                    cluster::describe);
            killedInTheMiddle(cluster, leader);
            everybodyHasTheRows(cluster, leader, 5002, 3);
            assertThat(leader.box().sh("ls -d " + Node.DATA + ".replaced-*").orThrow().lines())
                    .as("old data that is kept")
                    .hasSize(2);
            assertThat(leader.box().run("postgres", CTL + "list").orThrow()).contains("Leader");
        }
    }

    private static String restore(String moment) {
        return CTL + "restore --replace-cluster --target '%s'".formatted(moment);
    }

    /** At which all rows were there. */
    private static String loseTheTable(Cluster cluster, Node leader) throws Exception {
        BackupSteps.execute(leader, "INSERT INTO orders (what) VALUES ('the last one')");
        String moment = BackupSteps.moment(cluster, leader);
        BackupSteps.execute(leader, "DROP TABLE orders");
        BackupSteps.execute(leader, "SELECT pg_switch_wal()");
        return moment;
    }

    /** What the command does before it asks the agent: the restore, up to the target. */
    private static boolean restoredAside(Node leader, String moment) throws Exception {
        var jobs = (List<?>) leader.get("/api/v1/restores").json().get("restores");
        boolean done =
                jobs.toString().contains(moment) && jobs.getFirst().toString().contains("done");
        boolean runs = jobs.toString().contains("running");
        if (!done && !runs)
            leader.post(
                    "/api/v1/restores",
                    "{\"target\":\"%s\",\"replacement\":true,\"delta\":true}".formatted(moment));
        return done;
    }

    /** As soon as the old directory is aside: before the restored one serves. */
    private static void killedInTheMiddle(Cluster cluster, Node leader) throws Exception {
        leader.box()
                .sh(
                        "( until set -- %s.replaced-* && [ $# -ge 2 ]; do :; done; kill -9 $(cat /run/matriarch/agent.pid) ) >/dev/null 2>&1 &"
                                .formatted(Node.DATA))
                .orThrow();
        leader.box().run("postgres", CTL + "restore --replace-cluster --restored --yes");
        Await.until(
                "a leader with the restored data",
                () ->
                        leader.sql("SELECT NOT pg_is_in_recovery()").equals("t")
                                && leader.sql("SELECT to_regclass('orders') IS NOT NULL")
                                        .equals("t"),
                cluster::describe);
        assertThat(leader.lastEnding()).as("the agent was killed").endsWith("status 137");
    }

    private static void everybodyHasTheRows(Cluster cluster, Node leader, int rows, int timeline) {
        Await.until(
                rows + " rows on every member, on timeline " + timeline + " or later",
                () -> {
                    for (Node node : cluster.nodes())
                        if (!node.sql("SELECT count(*) FROM orders").equals(String.valueOf(rows)))
                            return false;
                    return cluster.awaitHealthy().equals(leader)
                            && Integer.parseInt(leader.sql(TIMELINE), 16) >= timeline;
                },
                cluster::describe);
        Await.until(
                "the end of the replacement",
                () -> !leader.get("/config").body().contains("replacement"),
                cluster::describe);
    }
}
