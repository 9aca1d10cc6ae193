package io.matriarch.failover.rest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.failover.api.Answer;
import io.matriarch.failover.api.RestartRequest;
import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.Policy;
import io.matriarch.failover.rest.core.Requests.Asked;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestsTest {
    private static final Policy POLICY = Policy.of(Map.of());
    private static final Policy PAUSED = Policy.of(Map.of("pause", true));
    private static final ClusterView VIEW = Reports.view(Reports.keys());
    private static final Instant FUTURE = Instant.parse("2030-01-01T00:00:00Z");

    @Nested
    @DisplayName("A switchover")
    class Switchover {
        @DisplayName("is refused in Patroni's words")
        @ParameterizedTest(name = "{1} {2}: {0}")
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        {"candidate":"node-b"} | 400 | Switchover could be performed only from a specific leader
                        {"leader":"","candidate":"node-b"} | 400 | Switchover could be performed only from a specific leader
                        {"scheduled_at":"rubbish"} | 400 | Switchover could be performed only from a specific leader
                        {"leader":"node-a","scheduled_at":"2030-01-01T00:00:00"} | 400 | Timezone information is mandatory for the scheduled switchover
                        {"leader":"node-a","scheduled_at":"2020-01-01T00:00:00Z"} | 422 | Cannot schedule switchover in the past
                        {"leader":"node-a","scheduled_at":"tomorrow"} | 422 | Unable to parse scheduled timestamp. It should be in an unambiguous format, e.g. ISO 8601
                        {"leader":"node-a","candidate":"node-a"} | 400 | Switchover target and source are the same
                        {"leader":"node-b","candidate":"node-b"} | 400 | Switchover target and source are the same
                        {"leader":"node-b"} | 412 | leader name does not match
                        {"leader":"node-a","candidate":"node-z"} | 412 | candidate does not exists
                        {"leader":"node-a","member":"node-z"} | 412 | candidate does not exists
                        """)
        void refused(String body, int status, String text) {
            assertThat(switchover(body, VIEW, POLICY))
                    .isEqualTo(new Asked.Refused(new Answer(status, text)));
        }

        @DisplayName("is refused in pause")
        @ParameterizedTest(name = "{1} {2}: {0}")
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        {"leader":"node-a","candidate":"node-b","scheduled_at":"rubbish"} | 400 | Can't schedule switchover in the paused state
                        {"leader":"node-a"} | 400 | Switchover is possible only to a specific candidate in a paused state
                        """)
        void paused(String body, int status, String text) {
            assertThat(switchover(body, VIEW, PAUSED))
                    .isEqualTo(new Asked.Refused(new Answer(status, text)));
        }

        @Test
        @DisplayName("is refused if nobody else is there")
        void alone() {
            var keys = Reports.keys();
            keys.remove("members/node-b");
            assertThat(switchover("{\"leader\":\"node-a\"}", Reports.view(keys), POLICY))
                    .isEqualTo(
                            new Asked.Refused(
                                    new Answer(
                                            412,
                                            "switchover is not possible: cluster does not have"
                                                    + " members except leader")));
        }

        @DisplayName("may be tried, at the time given")
        @ParameterizedTest(name = "{0}")
        @CsvSource(
                delimiter = '|',
                value = {
                    "2030-01-01T00:00:00+00:00",
                    "2030-01-01T00:00Z",
                    "2030-01-01 01:00:00+01",
                    "2030-01-01 01:00:00.000000 +0100",
                    "2030-01-01T00:00:00 UTC"
                })
        void scheduled(String time) {
            var body = Json.write(Map.of("leader", "node-a", "scheduled_at", time));
            assertThat(switchover(body, VIEW, POLICY))
                    .isEqualTo(
                            new Asked.Switchover("node-a", Optional.empty(), Optional.of(FUTURE)));
        }

        @Test
        @DisplayName("for later may name a leader and a candidate that are not there yet")
        void notYet() {
            var body =
                    "{\"leader\":\"node-x\",\"candidate\":\"node-y\","
                            + "\"scheduled_at\":\"2030-01-01T00:00:00Z\"}";
            assertThat(switchover(body, VIEW, POLICY)).isInstanceOf(Asked.Switchover.class);
        }

        @Test
        @DisplayName("asks the candidate, or all but the leader that can be asked")
        void considered() {
            var keys = Reports.keys();
            keys.put("members/node-c", "{\"state\":\"running\"}");
            var view = Reports.view(keys);
            assertThat(Requests.considered(view, Optional.empty()))
                    .extracting(member -> member.name().value())
                    .containsExactly("node-b");
            assertThat(Requests.considered(view, Optional.of("node-c")))
                    .extracting(member -> member.name().value())
                    .containsExactly("node-c");
        }

        private static Asked switchover(String body, ClusterView view, Policy policy) {
            return Requests.readSwitchover(
                    Json.object(body).orElseThrow(), view, policy, Reports.NOW);
        }
    }

    @Nested
    @DisplayName("A manual failover")
    class ManualFailover {
        @DisplayName("is refused in Patroni's words")
        @ParameterizedTest(name = "{1} {2}: {0}")
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        {"leader":"node-a"} | 400 | Failover could be performed only to a specific candidate
                        {"scheduled_at":"2030-01-01T00:00:00Z"} | 400 | Failover could be performed only to a specific candidate
                        {"candidate":"node-b","scheduled_at":"2030-01-01T00:00:00Z"} | 400 | Failover can't be scheduled
                        {"candidate":"node-z"} | 412 | candidate does not exists
                        {"candidate":"node-b","leader":"node-b"} | 400 | Switchover target and source are the same
                        {"candidate":"node-b","leader":"node-c"} | 412 | leader name does not match
                        """)
        void refused(String body, int status, String text) {
            assertThat(failover(body)).isEqualTo(new Asked.Refused(new Answer(status, text)));
        }

        @Test
        @DisplayName("may be tried in pause too, and is a switchover if it names the leader")
        void tried() {
            assertThat(failover("{\"candidate\":\"node-b\"}"))
                    .isEqualTo(new Asked.Failover("node-b"));
            assertThat(failover("{\"member\":\"node-b\",\"leader\":\"node-a\"}"))
                    .isEqualTo(
                            new Asked.Switchover(
                                    "node-a", Optional.of("node-b"), Optional.empty()));
        }

        private static Asked failover(String body) {
            return Requests.readFailover(
                    Json.object(body).orElseThrow(), VIEW, PAUSED, Reports.NOW);
        }
    }

    @Nested
    @DisplayName("A restart")
    class Restart {
        @DisplayName("is refused in Patroni's words")
        @ParameterizedTest(name = "{1} {2}: {0}")
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        {"role":"master"} | 400 | PostgreSQL role should be either primary, standby_leader, or replica
                        {"foo":1} | 400 | Unknown filter for the scheduled restart: foo
                        {"timeout":0} | 400 | Timeout should be a positive number of seconds
                        {"timeout":"-5s"} | 400 | Timeout should be a positive number of seconds
                        {"timeout":"soon"} | 400 | Timeout should be a positive number of seconds
                        {"postgres_version":"17"} | 400 | Invalid PostgreSQL version format: X.Y or X.Y.Z is accepted: 17
                        {"schedule":"2030-01-01T00:00:00"} | 400 | Timezone information is mandatory for the scheduled restart
                        {"schedule":"2020-01-01T00:00:00Z"} | 422 | Cannot schedule restart in the past
                        {"schedule":null} | 422 | Unable to parse scheduled timestamp. It should be in an unambiguous format, e.g. ISO 8601
                        {"foo":1,"role":"master"} | 400 | Unknown filter for the scheduled restart: foo
                        """)
        void refused(String body, int status, String text) {
            assertThat(restart(body, POLICY))
                    .isEqualTo(new Asked.Refused(new Answer(status, text)));
        }

        @Test
        @DisplayName("cannot be scheduled in pause, whatever else the body holds")
        void paused() {
            assertThat(restart("{\"foo\":1,\"schedule\":\"rubbish\"}", PAUSED))
                    .isEqualTo(
                            new Asked.Refused(
                                    new Answer(500, "Can't schedule restart in the paused state")));
        }

        @Test
        @DisplayName("is read with all its filters")
        void read() {
            assertThat(
                            restart(
                                    "{\"schedule\":\"2030-01-01T00:00:00+00:00\",\"role\":\"replica\","
                                            + "\"postgres_version\":\"17.99\",\"timeout\":\"1min\","
                                            + "\"restart_pending\":false}",
                                    POLICY))
                    .isEqualTo(
                            new Asked.Restart(
                                    new RestartRequest(
                                            Optional.of(FUTURE),
                                            Optional.of("replica"),
                                            Optional.of("17.99"),
                                            true,
                                            Optional.of(Duration.ofMinutes(1)))));
            assertThat(restart("{}", PAUSED))
                    .isEqualTo(
                            new Asked.Restart(
                                    new RestartRequest(
                                            Optional.empty(),
                                            Optional.empty(),
                                            Optional.empty(),
                                            false,
                                            Optional.empty())));
        }

        private static Asked restart(String body, Policy policy) {
            return Requests.readRestart(Json.object(body).orElseThrow(), policy, Reports.NOW);
        }
    }
}
