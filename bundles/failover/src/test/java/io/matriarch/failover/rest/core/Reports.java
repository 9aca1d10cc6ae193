package io.matriarch.failover.rest.core;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.api.SystemId;
import io.matriarch.dcs.api.KeyValue;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.NodeReport;
import io.matriarch.failover.core.Policy;
import io.matriarch.failover.core.Role;
import io.matriarch.failover.core.StoreLayout;
import io.matriarch.failover.core.Tags;
import io.matriarch.failover.core.WritePath;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.PendingRestart;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.ServerView.Live;
import io.matriarch.postgres.api.ServerView.Postmaster;
import io.matriarch.postgres.api.WalSender;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Nodes of the cluster of the interop page: node-a leads, node-b and node-c stream from it. */
public final class Reports {
    public static final Instant NOW = Instant.parse("2026-11-23T01:10:11Z");
    static final String STARTED = "2026-11-23 01:09:01.259291+00:00";
    static final Lsn OPTIME = new Lsn(67_108_960);
    static final String SYSTEM = "7711167698510241857";

    String name = "node-b";
    Map<String, Object> tags = Map.of();
    Role role = Role.REPLICA;
    PostgresState state = PostgresState.RUNNING;
    boolean leader;
    boolean storeAnswers = true;
    Optional<Live> live = Optional.empty();
    Map<String, Object> config = new LinkedHashMap<>();
    Instant nextRun = NOW.plusSeconds(5);
    List<PendingRestart> pendingRestart = List.of();
    Optional<NodeReport.ScheduledRestart> scheduledRestart = Optional.empty();
    NodeReport.FailsafeStatus failsafe = NodeReport.FailsafeStatus.NONE;
    WritePath writePath = WritePath.UNKNOWN;
    Map<String, String> keys = keys();

    public static Reports leader() {
        var node = new Reports();
        node.name = "node-a";
        node.role = Role.PRIMARY;
        node.leader = true;
        node.live = Optional.of(primary());
        return node;
    }

    public static Reports replica() {
        var node = new Reports();
        node.live = Optional.of(standby(OPTIME, OPTIME, "streaming"));
        return node;
    }

    static Reports starting() {
        var node = new Reports();
        node.state = PostgresState.STARTING;
        return node;
    }

    /** The server runs and does not answer. */
    static Reports silent() {
        return new Reports();
    }

    public Reports storeAway() {
        storeAnswers = false;
        return this;
    }

    public Reports paused() {
        config.put("pause", true);
        return this;
    }

    /** The key failsafe names node-a and node-b. */
    public Reports failsafe(boolean active) {
        var members = new TreeMap<MemberName, String>();
        for (var member : List.of("node-a", "node-b"))
            members.put(new MemberName(member), "http://" + member + ":8008/patroni");
        failsafe = new NodeReport.FailsafeStatus(active, members);
        config.put("failsafe_mode", true);
        return this;
    }

    Reports tagged(Map<String, Object> with) {
        tags = with;
        return this;
    }

    Reports configured(String key, Object value) {
        config.put(key, value);
        return this;
    }

    Reports standing(Lsn received, Lsn replayed, String replicationState) {
        live = Optional.of(standby(received, replayed, replicationState));
        return this;
    }

    static Live primary() {
        var sender =
                new WalSender(
                        "replicator",
                        "node-b",
                        "127.0.0.1",
                        "streaming",
                        "async",
                        0,
                        OPTIME,
                        OPTIME,
                        OPTIME,
                        OPTIME);
        return live(false, OPTIME, Lsn.ZERO, Lsn.ZERO, "", List.of(sender));
    }

    static Live standby(Lsn received, Lsn replayed, String replicationState) {
        return live(true, Lsn.ZERO, received, replayed, replicationState, List.of());
    }

    private static Live live(
            boolean inRecovery,
            Lsn flushed,
            Lsn received,
            Lsn replayed,
            String replicationState,
            List<WalSender> senders) {
        return new Live(
                inRecovery,
                1,
                flushed,
                received,
                replayed,
                Optional.empty(),
                false,
                replicationState,
                List.of(),
                "",
                170_011,
                STARTED,
                senders,
                "",
                true);
    }

    /** The store as another member left it. */
    static Map<String, String> keys() {
        var keys = new TreeMap<String, String>();
        keys.put("initialize", SYSTEM);
        keys.put("config", "{\"ttl\":30,\"loop_wait\":10,\"retry_timeout\":10}");
        keys.put("leader", "node-a");
        keys.put("status", "{\"optime\":67108960}");
        keys.put(
                "members/node-a",
                """
                {"conn_url":"postgres://127.0.0.1:5501/postgres",
                 "api_url":"http://127.0.0.1:8101/patroni","state":"running","role":"primary",
                 "version":"4.1.4","tags":{"zone":"z1"},"xlog_location":67108960,"timeline":1}
                """);
        keys.put(
                "members/node-b",
                """
                {"conn_url":"postgres://127.0.0.1:5502/postgres",
                 "api_url":"http://127.0.0.1:8102/patroni","state":"running","role":"replica",
                 "version":"4.1.4","tags":{"zone":"z2"},"xlog_location":67108960,
                 "replay_lsn":67108960,"receive_lsn":67108960,"replication_state":"streaming",
                 "timeline":1}
                """);
        return keys;
    }

    static ClusterView view(Map<String, String> keys) {
        var layout = new StoreLayout("service", "demo");
        var entries = new TreeMap<String, KeyValue>();
        keys.forEach((key, value) -> {
            String full = layout.prefix() + key;
            entries.put(full, new KeyValue(full, value, 7, 7, 0));
        });
        return layout.read(new Snapshot(7, entries));
    }

    public NodeReport report() {
        var control =
                new ControlData(
                        new SystemId(SYSTEM),
                        "in production",
                        OPTIME,
                        1,
                        Lsn.ZERO,
                        0,
                        true,
                        true,
                        100,
                        8,
                        10,
                        0,
                        64);
        var server =
                new ServerView(
                        DataDirectory.PRESENT,
                        "",
                        state,
                        Duration.ofMinutes(1),
                        Optional.of(new Postmaster(42, 4_242)),
                        live,
                        Optional.of(control),
                        role == Role.REPLICA,
                        pendingRestart);
        return new NodeReport(
                new MemberName(name),
                "demo",
                new Tags(tags),
                role,
                server,
                leader,
                storeAnswers ? Optional.of(view(keys)) : Optional.empty(),
                config,
                Policy.of(config),
                Instant.ofEpochSecond(1_795_396_211L),
                nextRun,
                false,
                pendingRestart,
                scheduledRestart,
                failsafe,
                writePath,
                NOW);
    }
}
