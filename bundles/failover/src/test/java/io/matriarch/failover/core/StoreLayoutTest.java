package io.matriarch.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.api.SystemId;
import io.matriarch.dcs.api.KeyValue;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.failover.core.ClusterView.HandoverRequest;
import io.matriarch.failover.core.ClusterView.Initialize;
import io.matriarch.failover.core.ClusterView.LeaderKey;
import io.matriarch.failover.core.ClusterView.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Values as Patroni 4.1 was seen to write them. */
@DisplayName("Patroni's keys")
class StoreLayoutTest {
    private static final StoreLayout LAYOUT = new StoreLayout("service", "demo");
    private static final MemberName A = new MemberName("node-a");

    private static ClusterView read(String... keysAndValues) {
        var entries = new TreeMap<String, KeyValue>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            String key = "/service/demo/" + keysAndValues[i];
            entries.put(key, new KeyValue(key, keysAndValues[i + 1], 3, 5, 77));
        }
        return LAYOUT.read(new Snapshot(9, entries));
    }

    @Test
    @DisplayName("lie under namespace and scope, with single slashes")
    void paths() {
        assertThat(LAYOUT.leader()).isEqualTo("/service/demo/leader");
        assertThat(LAYOUT.member(A)).isEqualTo("/service/demo/members/node-a");
        assertThat(new StoreLayout("/my/", "/x").prefix()).isEqualTo("/my/x/");
    }

    @Test
    @DisplayName("initialize: absent, empty, an identifier, or broken")
    void initialize() {
        assertThat(read().initialize()).isEqualTo(new Initialize.Absent());
        assertThat(read("initialize", "").initialize()).isEqualTo(new Initialize.InProgress());
        assertThat(read("initialize", "7711168805385076805").initialize())
                .isEqualTo(new Initialize.Done(new SystemId("7711168805385076805")));
        assertThat(read("initialize", "12").initialize()).isEqualTo(new Initialize.Broken("12"));
    }

    @Test
    @DisplayName("leader: the name, its lease and revision")
    void leader() {
        assertThat(read("leader", "node-a").leader()).contains(new LeaderKey(A, 77, 5));
    }

    @Test
    @DisplayName("a member as a replica publishes it")
    void member() {
        var member =
                read(
                                "members/node-a",
                                """
                                {"conn_url":"postgres://127.0.0.1:5502/postgres","api_url":"http://127.0.0.1:8102/patroni","state":"running","role":"replica","version":"4.1.4","tags":{"zone":"z2"},"xlog_location":67108960,"replay_lsn":67108960,"receive_lsn":67108960,"replication_state":"streaming","timeline":1}\
                                """)
                        .member(A)
                        .orElseThrow();
        assertThat(member.running()).isTrue();
        assertThat(member.position()).contains(new Lsn(67108960));
        assertThat(member.timeline()).isEqualTo(1);
        assertThat(member.upstream().orElseThrow().address()).hasToString("127.0.0.1:5502");
        assertThat(member.tags().published()).isEqualTo(Map.of("zone", "z2"));
        assertThat(member.checkpointPending()).isFalse();
    }

    @Test
    @DisplayName("a member's odd values: master, a pending checkpoint, IPv6, no JSON at all")
    void oddMembers() {
        var odd =
                read(
                                "members/node-a",
                                "{\"role\":\"master\",\"checkpoint_after_promote\":false,\"conn_url\":\"postgres://[::1]:5433/db\"}")
                        .member(A)
                        .orElseThrow();
        assertThat(odd.role()).isEqualTo("primary");
        assertThat(odd.checkpointPending()).isTrue();
        assertThat(odd.upstream().orElseThrow().address()).hasToString("[::1]:5433");
        assertThat(odd.upstream().orElseThrow().database()).isEqualTo("db");
        assertThat(read("members/node-a", "oops").member(A).orElseThrow().upstream()).isEmpty();
        assertThat(read("members/a/b", "{}").members()).isEmpty();
    }

    @Test
    @DisplayName("status: as an object, and as the bare number of old versions")
    void status() {
        String seen =
                "{\"optime\":67108960,\"slots\":{\"node_b\":67108960,\"node_c\":67108960,\"node_a\":67108960},\"retain_slots\":[\"node_a\",\"node_b\",\"node_c\"]}";
        var status = read("status", seen).status();
        assertThat(status.optime()).isEqualTo(new Lsn(67108960));
        assertThat(status.retainSlots()).containsExactly("node_a", "node_b", "node_c");
        assertThat(StoreLayout.write(status)).isEqualTo(seen);
        assertThat(read("status", "67108960").status().optime()).isEqualTo(new Lsn(67108960));
        assertThat(read("status", "?").status()).isEqualTo(Status.NONE);
    }

    @Test
    @DisplayName("failover: a switchover for later, cleared, and the old text form")
    void failover() {
        String seen =
                "{\"leader\":\"node-a\",\"member\":\"node-b\",\"scheduled_at\":\"2030-01-01T00:00:00+00:00\"}";
        var at = Instant.parse("2030-01-01T00:00:00Z");
        assertThat(read("failover", seen).failover())
                .contains(
                        new HandoverRequest(
                                Optional.of(A),
                                Optional.of(new MemberName("node-b")),
                                Optional.of(at),
                                5));
        assertThat(
                        StoreLayout.writeFailover(
                                Optional.of("node-a"), Optional.of("node-b"), Optional.of(at)))
                .isEqualTo(seen);
        assertThat(read("failover", "{}").failover()).isEmpty();
        assertThat(read("failover", "node-a:node-b").failover().orElseThrow().candidate())
                .contains(new MemberName("node-b"));
    }

    @Test
    @DisplayName("history: the cluster's timeline follows from its last line")
    void history() {
        var view =
                read(
                        "history",
                        "[[1,117440936,\"no recovery target specified\",\"2026-11-23T01:14:01.038243+00:00\",\"node-b\"]]");
        assertThat(view.timeline()).isEqualTo(2);
        assertThat(view.lastPromoted()).contains(new MemberName("node-b"));
        assertThat(read("history", "?").timeline()).isZero();
    }

    @Test
    @DisplayName("config: an object; anything else counts as absent")
    void config() {
        assertThat(read("config", "{\"ttl\":30}").config().orElseThrow().data())
                .isEqualTo(Map.of("ttl", 30));
        assertThat(read("config", "[]").config()).isEmpty();
    }

    @Test
    @DisplayName("read on from an earlier snapshot are the same as read from nothing")
    void readOn() {
        var names =
                List.of(
                        "initialize",
                        "config",
                        "leader",
                        "status",
                        "failover",
                        "history",
                        "failsafe",
                        "sync",
                        "members/node-a",
                        "members/node-b",
                        "members/x/y");
        var values =
                List.of(
                        "",
                        "?",
                        "{}",
                        "7711168805385076805",
                        "node-b",
                        "{\"leader\":\"node-a\",\"sync_standby\":\"node-b\",\"quorum\":1}",
                        "{\"optime\":67108960,\"ttl\":30,\"state\":\"running\"}",
                        "{\"node-a\":\"http://10.0.0.1:8008\",\"node-b\":\"http://10.0.0.2:8008\"}",
                        "[[1,100,\"why\",\"2026-01-01T00:00:00+00:00\",\"node-b\"]]");
        var random = new java.util.Random(5);
        var entries = new TreeMap<String, KeyValue>();
        var before = new Snapshot(0, entries);
        var view = LAYOUT.read(before);
        for (int revision = 1; revision < 2_000; revision++) {
            String key = LAYOUT.prefix() + names.get(random.nextInt(names.size()));
            String value = values.get(random.nextInt(values.size()));
            if (random.nextInt(4) == 0) entries.remove(key);
            else entries.put(key, new KeyValue(key, value, 1, revision, random.nextInt(3)));
            var now = new Snapshot(revision, entries);
            var read = LAYOUT.read(now, before, view);
            assertThat(read).isEqualTo(LAYOUT.read(now));
            if (random.nextBoolean()) {
                before = now;
                view = read;
            }
        }
    }

    @Test
    @DisplayName("a new history keeps the times and names already known")
    void mergesHistory() {
        List<List<Object>> known =
                List.of(List.of(1, 100, "why", "2026-01-01T00:00:00+00:00", "node-b"));
        var lines =
                List.of(
                        new io.matriarch.postgres.api.HistoryLine(
                                1, new Lsn(100), "why", Instant.EPOCH),
                        new io.matriarch.postgres.api.HistoryLine(
                                2, new Lsn(200), "again", Instant.EPOCH));
        assertThat(History.isMissing(known, 2)).isFalse();
        assertThat(History.isMissing(known, 3)).isTrue();
        assertThat(History.merge(known, lines, A, 0))
                .isEqualTo(
                        "[[1,100,\"why\",\"2026-01-01T00:00:00+00:00\",\"node-b\"],[2,200,\"again\",\"1970-01-01T00:00:00.000000+00:00\",\"node-a\"]]");
        assertThat(History.merge(known, lines, A, 1)).startsWith("[[2,200,");
    }
}
