package io.matriarch.alerting.core;

import static io.matriarch.alerting.core.Story.figure;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.alerting.api.Severity;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("An alert")
class JudgeTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    private static Figure up(int value) {
        return figure("pg_up", value);
    }

    private static Figure lag(double seconds) {
        return figure("matriarch_replication_clock_lag_seconds", seconds, "standby", "n2");
    }

    private static Duration minutes(int minutes) {
        return Duration.ofMinutes(minutes);
    }

    @Nested
    @DisplayName("fires")
    class Fires {
        @Test
        @DisplayName("once its limit has been broken for its time, and not before")
        void afterItsTime() {
            var story = Story.of("PostgresDown").measured(up(0)).lasting(Duration.ofSeconds(20));
            assertThat(story.firing()).isEmpty();
            story.lasting(TEN_SECONDS);
            assertThat(story.firing("PostgresDown"))
                    .hasValueSatisfying(f -> {
                        assertThat(f.severity()).isEqualTo(Severity.CRITICAL);
                        assertThat(f.since()).isEqualTo(Story.START.plusSeconds(30));
                    });
        }

        @Test
        @DisplayName("not if it was good in between")
        void notWithABreak() {
            var story = Story.of("PostgresDown");
            for (int i = 0; i < 5; i++) {
                story.measured(up(0)).lasting(Duration.ofSeconds(20));
                story.measured(up(1)).lasting(TEN_SECONDS);
            }
            assertThat(story.changes).isEmpty();
        }

        @Test
        @DisplayName("as warning first and as critical later, as one alert since its beginning")
        void escalates() {
            var story = Story.of("ReplicationLagTime").measured(lag(60)).lasting(minutes(2));
            var warned = story.firing("ReplicationLagTime").orElseThrow();
            assertThat(warned.severity()).isEqualTo(Severity.WARNING);
            story.measured(lag(400)).lasting(minutes(2));
            var called = story.firing("ReplicationLagTime").orElseThrow();
            assertThat(called.severity()).isEqualTo(Severity.CRITICAL);
            assertThat(called.since()).isEqualTo(warned.since());
            assertThat(story.changes).hasSize(2);
        }

        @Test
        @DisplayName("for each object of its own")
        void perObject() {
            var story =
                    Story.of("ReplicationLagTime")
                            .measured(
                                    lag(60),
                                    figure(
                                            "matriarch_replication_clock_lag_seconds",
                                            500,
                                            "standby",
                                            "n3"))
                            .lasting(minutes(2));
            assertThat(story.firing())
                    .extracting(t -> t.labels().get("standby"))
                    .containsExactlyInAnyOrder("n2", "n3");
        }

        @Test
        @DisplayName("by the same id on every member if it is of the cluster")
        void sameIdEverywhere() {
            var here = Story.of("ReplicationLagTime").measured(lag(60)).lasting(minutes(2));
            var there =
                    Story.of("ReplicationLagTime")
                            .measured(
                                    figure(
                                            "matriarch_replication_clock_lag_seconds",
                                            99,
                                            "standby",
                                            "n2",
                                            "member",
                                            "n7"))
                            .lasting(minutes(2));
            assertThat(here.state().tracks().keySet()).isEqualTo(there.state().tracks().keySet());
        }

        @Test
        @DisplayName("with the sentence of the limit that is broken, where there are two")
        void twoLimits() {
            var rule = Catalogue.named("BlockedSessions").orElseThrow();
            var story =
                    Story.of("BlockedSessions")
                            .measured(
                                    figure("matriarch_blocked_sessions", 1),
                                    figure("matriarch_blocked_longest_seconds", 90))
                            .lasting(Duration.ofSeconds(30));
            var track = story.firing().getFirst();
            var firing = track.fires().orElseThrow();
            assertThat(
                            rule.summary(
                                    firing.limit(),
                                    firing.severity(),
                                    track.values().get(firing.limit()),
                                    track.labels()))
                    .isEqualTo("a session on n1 has waited 1 min 30 s for a lock");
        }
    }

    @Nested
    @DisplayName("ends")
    class Ends {
        @Test
        @DisplayName("at half of its limit, not just below it")
        void hysteresis() {
            var story = Story.of("ReplicationLagTime").measured(lag(60)).lasting(minutes(2));
            story.measured(lag(20)).lasting(minutes(10));
            assertThat(story.firing()).hasSize(1);
            story.measured(lag(14)).lasting(Duration.ZERO);
            assertThat(story.firing()).isEmpty();
            assertThat(story.changes.getLast().resolved()).isTrue();
        }

        @Test
        @DisplayName("after a time of being good, where the rule asks for one")
        void afterATime() {
            var story =
                    Story.of("StandbyNotStreaming")
                            .measured(figure("matriarch_receiver_up", 0))
                            .lasting(minutes(1));
            assertThat(story.firing()).hasSize(1);
            story.measured(figure("matriarch_receiver_up", 1)).lasting(Duration.ofSeconds(20));
            assertThat(story.firing()).hasSize(1);
            story.lasting(TEN_SECONDS);
            assertThat(story.firing()).isEmpty();
        }

        @Test
        @DisplayName("from critical to warning before it ends altogether")
        void deescalates() {
            var story = Story.of("ReplicationLagTime").measured(lag(400)).lasting(minutes(2));
            story.measured(lag(100)).lasting(TEN_SECONDS);
            assertThat(story.firing("ReplicationLagTime").orElseThrow().severity())
                    .isEqualTo(Severity.WARNING);
        }

        @Test
        @DisplayName("by hand only, and only once the condition is gone, where the rule says so")
        void byHand() {
            var story =
                    Story.of("SplitBrain")
                            .measured(figure("matriarch_cluster_primaries", 2))
                            .judged();
            var id = story.state().tracks().keySet().iterator().next();
            story.cleared(id).judged();
            assertThat(story.firing()).as("still so").hasSize(1);
            story.cleared().measured(figure("matriarch_cluster_primaries", 1)).lasting(minutes(60));
            assertThat(story.firing()).as("nobody said so").hasSize(1);
            story.measured().lasting(minutes(60));
            assertThat(story.firing()).as("not even if nothing is measured").hasSize(1);
            story.measured(figure("matriarch_cluster_primaries", 1)).cleared(id).judged();
            assertThat(story.firing()).isEmpty();
        }
    }

    @Nested
    @DisplayName("whose figure is missing")
    class Missing {
        @Test
        @DisplayName("goes on for five minutes, then ends because nothing measures it any more")
        void grace() {
            var story = Story.of("ReplicationLagTime").measured(lag(60)).lasting(minutes(2));
            story.measured().lasting(minutes(5));
            assertThat(story.firing()).hasSize(1);
            story.lasting(TEN_SECONDS);
            assertThat(story.firing()).isEmpty();
        }

        @Test
        @DisplayName("goes on while this member is blind")
        void blind() {
            var story = Story.of("ReplicationLagTime").measured(lag(60)).lasting(minutes(2));
            story.measured(figure(Judge.BLIND, 1)).lasting(minutes(60));
            assertThat(story.firing()).hasSize(1);
        }

        @Test
        @DisplayName("goes on while PostgreSQL is down, if it asks PostgreSQL")
        void serverDown() {
            var story =
                    Story.of("LongTransaction")
                            .measured(figure("matriarch_oldest_transaction_seconds", 1000))
                            .judged();
            story.measured(up(0)).lasting(minutes(20));
            assertThat(story.firing()).hasSize(1);
        }

        @Test
        @DisplayName("was never fired by silence")
        void nothingFromNothing() {
            var story = new Story(Catalogue.all()).measured().lasting(minutes(30));
            assertThat(story.changes).isEmpty();
            assertThat(story.state().tracks()).isEmpty();
        }
    }

    @Nested
    @DisplayName("that flaps")
    class Flapping {
        private void toggle(Story story, Duration each, int times) {
            for (int i = 0; i < times; i++) {
                story.measured(up(0)).lasting(each);
                story.measured(up(1)).lasting(each);
            }
        }

        @Test
        @DisplayName("is told as one thing after four changes within half an hour")
        void oneThing() {
            var story = Story.of("PostgresDown");
            toggle(story, minutes(2), 30);
            assertThat(story.changes).hasSizeLessThanOrEqualTo(6);
            assertThat(story.firing("PostgresDown").orElseThrow().flapping()).isTrue();
        }

        @Test
        @DisplayName("ends after half an hour without a change")
        void calmsDown() {
            var story = Story.of("PostgresDown");
            toggle(story, minutes(2), 3);
            story.measured(up(1)).lasting(minutes(31));
            assertThat(story.firing()).isEmpty();
        }

        @Test
        @DisplayName("slowly is noticed too: more than eight changes in twelve hours")
        void slowly() {
            var story = Story.of("PostgresDown");
            toggle(story, minutes(16), 40);
            assertThat(story.changes).hasSizeLessThanOrEqualTo(10);
            assertThat(story.firing("PostgresDown").orElseThrow().flapping()).isTrue();
        }
    }
}
