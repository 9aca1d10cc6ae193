package io.matriarch.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Named after the features of Patroni's acceptance tests that they stand for. */
@DisplayName("In a cluster with replicas of every kind")
class KindsOfReplicaIT {
    private static final int POSTGRES = 17;

    private static final String ARGUMENTS = "/tmp/replica-arguments";

    @TempDir Path archive;

    @Test
    @DisplayName(
            "a first member and a replica made by own commands, cascading, a nostream replica, a delayed"
                    + " replica and ignored slots work beside one another")
    void kinds() throws Exception {
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (var cluster =
                Cluster.of("kinds", POSTGRES)
                        .nodes(4)
                        .etcdMembers(1)
                        .shared(archive)
                        .dcs(
                                "  parameters:",
                                "    archive_mode: on",
                                "    archive_command: 'test -e /srv/shared/%f || cp %p /srv/shared/%f'",
                                "    restore_command: 'cp /srv/shared/%f %p'",
                                // Not about failover: on a busy machine nobody shall take over.
                                "ttl: 120",
                                "loop_wait: 2",
                                "retry_timeout: 30",
                                "slots: {kept: {type: physical}, dropped: {type: physical}}",
                                "ignore_slots: [{name: kept, type: physical}]")
                        .held()
                        .start()) {
            Node leader = cluster.node("n1");
            Node middle = cluster.node("n2");
            Node cascaded = cluster.node("n3");
            Node fed = cluster.node("n4");
            customBootstrap(leader);
            leader.holdAgent(false);
            Await.until("n1 to lead", () -> Cluster.primary(leader), cluster::describe);
            assertThat(leader.sql("select n from inherited")).as("what was copied").isEqualTo("7");
            append(cascaded, "tags: {replicatefrom: n2, nofailover: true}");
            append(fed, "tags: {nostream: true, nofailover: true}");
            // Replayed an hour late, and so never while this test lasts.
            delay(middle);
            customReplica(cascaded);
            cluster.others(leader).forEach(node -> node.holdAgent(false));

            awaitSender(cluster, middle, cascaded, 1);
            awaitSender(cluster, leader, middle, 1);
            assertThat(streams(leader)).as("who streams from the leader").containsExactly("n2");

            assertThat(cascaded.box().sh("tr '\\n' ' ' < " + ARGUMENTS).orThrow())
                    .as("how the replica method was called")
                    .startsWith("--level=3 --scope=" + NodeConfig.SCOPE)
                    .contains(" --role=replica --datadir=" + Node.DATA, " --connstring=host=");
            execute(leader, "CREATE TABLE kinds (i int)");
            execute(leader, "INSERT INTO kinds VALUES (1)");
            String written = leader.sql("select pg_current_wal_flush_lsn()");
            for (var node : List.of(middle, cascaded))
                Await.until(
                        node + " to have received the row",
                        () ->
                                node.sql("select pg_last_wal_receive_lsn() >= '" + written + "'")
                                        .equals("t"),
                        cluster::describe);
            assertThat(middle.sql("select to_regclass('kinds') is null"))
                    .as("received, and not replayed")
                    .isEqualTo("t");
            Await.until(
                    "the cascaded standby to have replayed it",
                    () -> cascaded.sql("select count(*) from kinds").equals("1"),
                    cluster::describe);

            Await.until(
                    "the standby that does not stream to have it out of the archive",
                    () -> {
                        leader.sql("select pg_switch_wal()");
                        return fed.sql("select count(*) from kinds").equals("1");
                    },
                    cluster::describe);
            assertThat(fed.sql("select count(*) from pg_stat_wal_receiver")).isEqualTo("0");
            assertThat(streams(leader)).containsExactly("n2");

            Await.until(
                    "the permanent slots",
                    () -> slotNames(leader).containsAll(List.of("kept", "dropped")),
                    cluster::describe);
            leader.request("PATCH", "/config", "{\"slots\":null}");
            Await.until(
                    "the slot that is permanent no more to be dropped",
                    () -> !slotNames(leader).contains("dropped"),
                    cluster::describe);
            assertThat(slotNames(leader)).as("the ignored one stays").contains("kept");
        }
    }

    /** A server of an earlier life, and a command that makes its copy ours. */
    private static void customBootstrap(Node node) {
        node.box()
                .write(
                        "/usr/local/bin/origin",
                        """
                        #!/bin/sh
                        set -e
                        cd /tmp
                        PATH=%s:$PATH
                        initdb -D origin -U postgres -A trust >/dev/null
                        pg_ctl -w -D origin -l origin.log -o '-p 6543 -c listen_addresses= -k /tmp' start >/dev/null
                        psql -h /tmp -p 6543 -U postgres -qc 'CREATE TABLE inherited AS SELECT 7 AS n'
                        pg_basebackup -h /tmp -p 6543 -U postgres -c fast -R -D copy
                        pg_ctl -D origin -m immediate stop >/dev/null
                        """
                                .formatted(node.bin()));
        node.box()
                .write(
                        "/usr/local/bin/take",
                        """
                        #!/bin/sh
                        for a; do case $a in --datadir=*) cp -a /tmp/copy "${a#*=}" ;; esac; done
                        """);
        node.box().sh("chmod 755 /usr/local/bin/origin /usr/local/bin/take").orThrow();
        node.box().run("postgres", "/usr/local/bin/origin").orThrow();
        insert(node, "bootstrap:", "  method: take\n  take: {command: /usr/local/bin/take}");
    }

    /** One method that comes to nothing, then one that tells how it was called. */
    private static void customReplica(Node node) {
        node.box()
                .write(
                        "/usr/local/bin/replica",
                        """
                        #!/bin/sh
                        printf '%%s\\n' "$@" > %s
                        for a; do
                          case $a in --datadir=*) dir=${a#*=} ;; --connstring=*) from=${a#*=} ;; esac
                        done
                        exec %s/pg_basebackup -c fast -d "$from" -D "$dir"
                        """
                                .formatted(ARGUMENTS, node.bin()));
        node.box().sh("chmod 755 /usr/local/bin/replica").orThrow();
        insert(
                node,
                "postgresql:",
                "  create_replica_methods: [/bin/false, replica]\n"
                        + "  replica: {command: /usr/local/bin/replica, level: 3}");
    }

    /** Behind a line of the configuration file that is there once. */
    private static void insert(Node node, String section, String lines) {
        node.box()
                .sh(
                        "sed -i '/^%s/a\\%s' %s"
                                .formatted(section, lines.replace("\n", "\\n"), Node.CONFIG))
                .orThrow();
    }

    private static void append(Node node, String yaml) {
        node.box().sh("printf '%s\\n' '" + yaml + "' >> " + Node.CONFIG).orThrow();
    }

    private static void delay(Node node) {
        node.box()
                .sh(
                        "sed -i 's/^    max_connections:/    recovery_min_apply_delay: 1h\\n&/' "
                                + Node.CONFIG)
                .orThrow();
    }

    private static void execute(Node node, String statement) throws Exception {
        try (var connection = node.sql();
                var run = connection.createStatement()) {
            run.execute(statement);
        }
    }

    private static void awaitSender(Cluster cluster, Node from, Node to, int count) {
        Await.until(
                to + " to stream from " + from,
                () ->
                        from.sql(
                                        "select count(*) from pg_stat_replication where state ="
                                                + " 'streaming' and application_name = '"
                                                + to.name()
                                                + "'")
                                .equals(String.valueOf(count)),
                cluster::describe);
    }

    private static List<String> streams(Node from) throws Exception {
        return List.of(
                from.sql("select string_agg(application_name, ',') from pg_stat_replication")
                        .split(","));
    }

    private static List<String> slotNames(Node node) throws Exception {
        return List.of(
                node.sql("select string_agg(slot_name, ',') from pg_replication_slots").split(","));
    }
}
