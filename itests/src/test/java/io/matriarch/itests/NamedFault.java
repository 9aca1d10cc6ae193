package io.matriarch.itests;

import io.matriarch.alerting.mail.Exim;
import java.sql.SQLException;
import java.util.List;

/**
 * Something that goes wrong, the rule that must tell of it, and the cause it must name.
 *
 * @param cause how the cause begins or what it contains, as the decision tree words it
 */
record NamedFault(String name, String rule, String cause, Injection injection) {
    /** What there is to break. */
    record Place(Cluster cluster, Node leader, Exim mail, java.nio.file.Path repository) {
        Node standby() {
            return cluster.others(leader).getFirst();
        }
    }

    interface Injection {
        /** Does it; the answer undoes it. */
        Undo into(Place place) throws Exception;
    }

    interface Undo {
        void run() throws Exception;
    }

    /** Limits that need no patience; what is judged is the same. */
    static final String RULES =
            """
                ReplayPaused: {warn: 1s}
                ReplicationLagBytes: {warn: 2MB, for: 0s}
                ArchiveFailing: {warn: 1s, crit: 1h}
                AgentDown: {crit: 15s}
                PostgresDown: {for: 0s}
                QuorumAtRisk: {for: 0s}
                DcsUnreachable: {warn: 5s}
                NoFailoverCandidate: {for: 0s}
                SyncDegraded: {for: 0s}
                BlockedSessions: {warn: 1, crit: 50, for: 0s}
                LongTransaction: {warn: 5s}
                ConnectionsHigh: {warn: 30, crit: 99, for: 0s}
                NotificationFailing: {warn: 5s, crit: 1h}
                CollectorFailing: {warn: 5s, crit: 1h}
                WalVolumeFull: {for: 0s}
            """;

    static final List<NamedFault> ALL =
            List.of(
                    new NamedFault(
                            "replay-paused",
                            "ReplicationLagBytes",
                            "its replay is paused",
                            NamedFault::pauseReplay),
                    new NamedFault(
                            "archive-refuses",
                            "ArchiveFailing",
                            "the archive refuses the file",
                            NamedFault::refuseArchive),
                    new NamedFault(
                            "agent-killed",
                            "AgentDown",
                            "the agent alone has stopped or hangs",
                            NamedFault::killAgent),
                    new NamedFault(
                            "node-lost",
                            "AgentDown",
                            "the host is down or cut off",
                            place -> loseNodes(List.of(place.standby()))),
                    new NamedFault(
                            "all-standbys-lost",
                            "NoFailoverCandidate",
                            "the node that would take over is down",
                            place -> loseNodes(place.cluster().others(place.leader()))),
                    new NamedFault(
                            "sync-standbys-lost",
                            "SyncDegraded",
                            "the node of a synchronous standby is down",
                            NamedFault::loseSynchronous),
                    new NamedFault(
                            "primary-lost",
                            "FailoverHappened",
                            "the node of the former primary went down",
                            place -> loseNodes(List.of(place.leader()))),
                    new NamedFault(
                            "one-store-server-down",
                            "QuorumAtRisk",
                            "one etcd server is down",
                            place -> loseStore(place, 1)),
                    new NamedFault(
                            "store-majority-lost",
                            "DcsUnreachable",
                            "etcd has lost its majority",
                            place -> loseStore(place, 2)),
                    new NamedFault(
                            "store-away",
                            "DcsUnreachable",
                            "no etcd server answers this member",
                            NamedFault::cutOffStore),
                    new NamedFault(
                            "stopped-by-a-person",
                            "PostgresDown",
                            "it was stopped by a person",
                            NamedFault::stopInMaintenance),
                    new NamedFault(
                            "transaction-forgotten",
                            "LongTransaction",
                            "it is idle: the application forgot to end it",
                            place ->
                                    sessions(place, use -> use.forgotten("SELECT txid_current()"))),
                    new NamedFault(
                            "blocked-by-idle",
                            "BlockedSessions",
                            "a session that is idle in its transaction",
                            NamedFault::blockByIdle),
                    new NamedFault(
                            "blocked-by-ddl",
                            "BlockedSessions",
                            "DDL holds a table or waits for it",
                            NamedFault::blockByDdl),
                    new NamedFault(
                            "connections-idle",
                            "ConnectionsHigh",
                            "most sessions are idle",
                            place -> sessions(place, use -> use.idle(45))),
                    new NamedFault(
                            "connections-idle-in-transaction",
                            "ConnectionsHigh",
                            "the application opens transactions and does not end them",
                            place -> sessions(place, use -> many(() -> use.forgotten("SELECT 1")))),
                    new NamedFault(
                            "connections-busy",
                            "ConnectionsHigh",
                            "most sessions are at work",
                            place ->
                                    sessions(
                                            place,
                                            use ->
                                                    many(() ->
                                                            use.running("SELECT pg_sleep(600)")))),
                    new NamedFault(
                            "mail-refused",
                            "NotificationFailing",
                            "the receiver refuses or does not answer",
                            NamedFault::stopMail),
                    new NamedFault(
                            "monitor-locked-out",
                            "PostgresDown",
                            "the agent reaches it and the monitoring role does not",
                            NamedFault::lockOutMonitor),
                    new NamedFault(
                            "disk-filled-by-others",
                            "WalVolumeFull",
                            "other files than WAL fill that volume",
                            NamedFault::fillDisk));

    private static void write(Node node, int rows) throws SQLException {
        execute(
                node,
                "CREATE TABLE IF NOT EXISTS herd (i bigserial, what text)",
                "INSERT INTO herd (what) SELECT repeat(md5(n::text), 8) FROM generate_series(1, %d) n"
                        .formatted(rows));
    }

    private static void execute(Node node, String... all) throws SQLException {
        try (var connection = node.sql();
                var statement = connection.createStatement()) {
            for (var sql : all) statement.execute(sql);
        }
    }

    private static Undo pauseReplay(Place place) throws SQLException {
        execute(place.standby(), "SELECT pg_wal_replay_pause()");
        write(place.leader(), 40_000);
        return () -> execute(place.standby(), "SELECT pg_wal_replay_resume()");
    }

    private static Undo refuseArchive(Place place) throws SQLException {
        var box = place.leader().box();
        var archive = Node.SHARED + "/repository/archive";
        box.sh("find " + archive + " -type d -exec chmod a-w {} +").orThrow();
        write(place.leader(), 10);
        execute(place.leader(), "SELECT pg_switch_wal()");
        return () -> box.sh("find " + archive + " -type d -exec chmod a+w {} +").orThrow();
    }

    private static Undo killAgent(Place place) {
        var standby = place.standby();
        standby.holdAgent(true);
        standby.killAgent();
        return () -> standby.holdAgent(false);
    }

    private static Undo loseNodes(List<Node> nodes) {
        nodes.forEach(node -> node.box().kill());
        return () -> nodes.forEach(node -> node.box().start());
    }

    private static Undo loseSynchronous(Place place) throws Exception {
        var leader = place.leader();
        patch(leader, "{\"synchronous_mode\": true}");
        Await.until(
                "a synchronous standby",
                () ->
                        leader.sql(
                                        "SELECT count(*) FROM pg_stat_replication WHERE sync_state ='sync'")
                                .equals("1"),
                place.cluster()::describe);
        patch(leader, "{\"synchronous_mode_strict\": true}");
        var lost = loseNodes(place.cluster().others(leader));
        return () -> {
            patch(leader, "{\"synchronous_mode\": null, \"synchronous_mode_strict\": null}");
            lost.run();
        };
    }

    private static void patch(Node node, String json) throws Exception {
        var answer = node.request("PATCH", "/config", json);
        if (answer.status() != 200) throw new IllegalStateException(answer.body());
    }

    private static Undo loseStore(Place place, int servers) {
        var lost = place.cluster().etcd().subList(0, servers);
        lost.forEach(server -> server.box().kill());
        return () -> lost.forEach(server -> server.box().start());
    }

    private static Undo cutOffStore(Place place) {
        var standby = place.standby();
        standby.partitionFrom(
                place.cluster().etcd().stream().map(server -> server.box().address()).toList());
        return standby::heal;
    }

    private static Undo stopInMaintenance(Place place) throws Exception {
        var standby = place.standby();
        patch(place.leader(), "{\"pause\": true}");
        Await.until(
                "maintenance on " + standby,
                () -> standby.get("/cluster").body().contains("\"pause\""),
                place.cluster()::describe);
        standby.box()
                .run("postgres", standby.bin() + "/pg_ctl stop -s -m fast -D " + Node.DATA)
                .orThrow();
        return () -> patch(place.leader(), "{\"pause\": null}");
    }

    private interface Using {
        void of(Sessions sessions) throws SQLException;
    }

    private static Undo sessions(Place place, Using use) throws SQLException {
        var sessions = new Sessions(place.leader());
        use.of(sessions);
        return sessions::close;
    }

    private interface One {
        void run() throws SQLException;
    }

    private static void many(One one) throws SQLException {
        for (int i = 0; i < 45; i++) one.run();
    }

    private static Undo blockByIdle(Place place) throws SQLException {
        write(place.leader(), 10);
        return sessions(
                place,
                use -> {
                    use.forgotten("LOCK TABLE herd IN EXCLUSIVE MODE");
                    use.running("UPDATE herd SET what = 'x'");
                    use.running("UPDATE herd SET what = 'y'");
                });
    }

    private static Undo blockByDdl(Place place) throws SQLException {
        write(place.leader(), 10);
        return sessions(
                place,
                use -> {
                    use.running("ALTER TABLE herd ADD COLUMN extra int", "SELECT pg_sleep(600)");
                    use.running("SELECT count(*) FROM herd");
                    use.running("SELECT count(*) FROM herd");
                });
    }

    private static Undo stopMail(Place place) throws Exception {
        place.mail().stop();
        execute(place.standby(), "SELECT pg_wal_replay_pause()");
        return () -> {
            place.mail().again();
            execute(place.standby(), "SELECT pg_wal_replay_resume()");
        };
    }

    private static Undo lockOutMonitor(Place place) throws SQLException {
        execute(
                place.leader(),
                "ALTER ROLE monitor NOLOGIN",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'monitor'");
        return () -> execute(place.leader(), "ALTER ROLE monitor LOGIN");
    }

    private static Undo fillDisk(Place place) {
        var box = place.standby().box();
        var file = "/var/lib/postgresql/node/filler";
        box.sh(
                        "size=$(df --output=size -B1M /var/lib/postgresql/node | tail -n 1);"
                                + " avail=$(df --output=avail -B1M /var/lib/postgresql/node | tail -n 1);"
                                + " dd if=/dev/zero of=%s bs=1M count=$((avail - size / 12)) 2>/dev/null"
                                        .formatted(file))
                .orThrow();
        return () -> box.sh("rm -f " + file).orThrow();
    }
}
