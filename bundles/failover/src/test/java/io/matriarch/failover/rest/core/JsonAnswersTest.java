package io.matriarch.failover.rest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.NodeReport.ScheduledRestart;
import io.matriarch.failover.core.PeerAnswer;
import io.matriarch.postgres.api.PendingRestart;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonAnswersTest {
    @Nested
    @DisplayName("GET /patroni")
    class Status {
        @Test
        @DisplayName("of a primary is Patroni's, field by field")
        void primary() {
            assertThat(
                            Json.write(
                                    StatusJson.of(
                                            Reports.leader()
                                                    .tagged(Map.of("zone", "z1"))
                                                    .report())))
                    .isEqualTo(
                            flat(
                                    """
                                    {"state":"running",
                                     "postmaster_start_time":"2026-11-23 01:09:01.259291+00:00",
                                     "role":"primary","server_version":170011,
                                     "xlog":{"location":67108960},"timeline":1,
                                     "replication":[{"usename":"replicator","application_name":"node-b",
                                     "client_addr":"127.0.0.1","state":"streaming","sync_state":"async",
                                     "sync_priority":0}],
                                     "dcs_last_seen":1795396211,"tags":{"zone":"z1"},
                                     "database_system_identifier":"7711167698510241857",
                                     "patroni":{"version":"4.1.4","scope":"demo","name":"node-a"}}
                                    """));
        }

        @Test
        @DisplayName("of a replica is Patroni's, field by field")
        void replica() {
            assertThat(
                            Json.write(
                                    StatusJson.of(
                                            Reports.replica()
                                                    .tagged(Map.of("zone", "z2"))
                                                    .report())))
                    .isEqualTo(
                            flat(
                                    """
                                    {"state":"running",
                                     "postmaster_start_time":"2026-11-23 01:09:01.259291+00:00",
                                     "role":"replica","server_version":170011,
                                     "xlog":{"received_location":67108960,
                                     "replayed_location":67108960,"replayed_timestamp":null,
                                     "paused":false},
                                     "timeline":1,"replication_state":"streaming",
                                     "dcs_last_seen":1795396211,"tags":{"zone":"z2"},
                                     "database_system_identifier":"7711167698510241857",
                                     "patroni":{"version":"4.1.4","scope":"demo","name":"node-b"}}
                                    """));
        }

        @Test
        @DisplayName("never has xlog.location in recovery, for that would veto an election")
        void noLocationInRecovery() {
            var xlog = (Map<?, ?>) StatusJson.of(Reports.replica().report()).get("xlog");
            assertThat(xlog.containsKey("location")).isFalse();
            var early = Reports.replica().standing(Lsn.ZERO, Reports.OPTIME, "");
            var replayedOnly = (Map<?, ?>) StatusJson.of(early.report()).get("xlog");
            assertThat(replayedOnly.get("received_location")).isEqualTo(Reports.OPTIME.value());
        }

        @Test
        @DisplayName("shrinks to what is known when the server does not answer")
        void silent() {
            assertThat(StatusJson.of(Reports.silent().report()))
                    .containsEntry("state", "unknown")
                    .containsEntry("role", "replica")
                    .doesNotContainKeys("xlog", "server_version", "timeline");
        }

        @Test
        @DisplayName("tells of pause, a vacant leader key, waiting parameters and restarts")
        void rest() {
            var node = Reports.replica().paused().storeAway();
            node.pendingRestart = List.of(new PendingRestart("max_connections", "50", "60"));
            node.scheduledRestart =
                    Optional.of(
                            new ScheduledRestart(
                                    Instant.parse("2030-01-01T00:00:00Z"),
                                    Optional.of("replica"),
                                    Optional.of("17.99"),
                                    true,
                                    Optional.of(Duration.ofMinutes(1)),
                                    Reports.STARTED));
            var status = StatusJson.of(node.report());
            assertThat(status)
                    .containsEntry("pause", true)
                    .containsEntry("cluster_unlocked", true)
                    .containsEntry("pending_restart", true)
                    .containsEntry(
                            "pending_restart_reason",
                            Map.of(
                                    "max_connections",
                                    Map.of("old_value", "50", "new_value", "60")));
            assertThat(Json.write(status.get("scheduled_restart")))
                    .isEqualTo(
                            flat(
                                    """
                                    {"schedule":"2030-01-01T00:00:00+00:00","role":"replica",
                                     "postgres_version":"17.99","restart_pending":true,"timeout":60}
                                    """));
        }
    }

    @Nested
    @DisplayName("GET /cluster")
    class Cluster {
        @Test
        @DisplayName("is Patroni's, field by field")
        void golden() {
            var keys = Reports.keys();
            keys.put("config", "{\"pause\":true}");
            keys.put(
                    "failover",
                    "{\"leader\":\"node-a\",\"member\":\"node-b\","
                            + "\"scheduled_at\":\"2030-01-01T00:00:00+00:00\"}");
            assertThat(Json.write(ClusterJson.of(Reports.view(keys), "demo")))
                    .isEqualTo(
                            flat(
                                    """
                                    {"members":[
                                     {"name":"node-a","role":"leader","state":"running",
                                     "api_url":"http://127.0.0.1:8101/patroni","host":"127.0.0.1",
                                     "port":5501,"timeline":1,"tags":{"zone":"z1"}},
                                     {"name":"node-b","role":"replica","state":"streaming",
                                     "api_url":"http://127.0.0.1:8102/patroni","host":"127.0.0.1",
                                     "port":5502,"timeline":1,"tags":{"zone":"z2"},
                                     "receive_lag":0,"receive_lsn":"0/4000060","replay_lag":0,
                                     "replay_lsn":"0/4000060","lag":0,"lsn":"0/4000060"}],
                                     "pause":true,
                                     "scheduled_switchover":{"at":"2030-01-01T00:00:00+00:00",
                                     "from":"node-a","to":"node-b"},
                                     "scope":"demo"}
                                    """));
        }

        @Test
        @DisplayName("says unknown where a member does not tell its position")
        void unknown() {
            var keys = Reports.keys();
            keys.put(
                    "members/node-c",
                    "{\"state\":\"creating replica\",\"role\":\"uninitialized\"}");
            var members = (List<?>) ClusterJson.of(Reports.view(keys), "demo").get("members");
            assertThat(Json.write(members.get(2)))
                    .isEqualTo(
                            flat(
                                    """
                                    {"name":"node-c","role":"replica","state":"creating replica",
                                     "api_url":"","receive_lag":"unknown","receive_lsn":"unknown",
                                     "replay_lag":"unknown","replay_lsn":"unknown",
                                     "lag":"unknown","lsn":"unknown"}
                                    """));
        }

        @Test
        @DisplayName("shows the lag of one that is behind, and nobody as leader when none leads")
        void lag() {
            var keys = Reports.keys();
            keys.put("status", "{\"optime\":67109960}");
            keys.remove("leader");
            ClusterView view = Reports.view(keys);
            assertThat(Json.write(ClusterJson.of(view, "demo")))
                    .contains("\"lag\":1000")
                    .doesNotContain("\"leader\"");
        }
    }

    @Nested
    @DisplayName("A peer's answer")
    class Peer {
        @Test
        @DisplayName("of ours is understood by ours")
        void roundTrip() {
            var primary = PeerJson.read(Json.write(StatusJson.of(Reports.leader().report())));
            assertThat(primary.primary()).isTrue();
            assertThat(primary.position()).isEqualTo(Reports.OPTIME);
            var replica = PeerJson.read(Json.write(StatusJson.of(Reports.replica().report())));
            assertThat(replica)
                    .extracting(PeerAnswer::reachable, PeerAnswer::primary, PeerAnswer::timeline)
                    .containsExactly(true, false, 1);
            assertThat(replica.position()).isEqualTo(Reports.OPTIME);
        }

        @Test
        @DisplayName("counts by wal, role master, tags and watchdog_failed")
        void fields() {
            var answer =
                    PeerJson.read(
                            """
                            {"role":"master","wal":{"received_location":5,"replayed_location":9},
                             "timeline":3,"tags":{"nofailover":true},"watchdog_failed":true}
                            """);
            assertThat(answer.primary()).isTrue();
            assertThat(answer.position()).isEqualTo(new Lsn(9));
            assertThat(answer.timeline()).isEqualTo(3);
            assertThat(answer.tags().nofailover()).isTrue();
            assertThat(answer.watchdogFailed()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "[]",
                    "<html>",
                    "{\"role\":\"replica\"}",
                    "{\"xlog\":{}}",
                    "{\"xlog\":7}",
                    "{\"xlog\":{\"location\":1}} trailing"
                })
        @DisplayName("without positions is none")
        void none(String body) {
            assertThat(PeerJson.read(body)).isEqualTo(PeerAnswer.UNREACHABLE);
        }
    }

    /** Lines joined; what begins a line is only there for the reader. */
    private static String flat(String text) {
        return text.lines().map(String::strip).reduce("", String::concat);
    }
}
