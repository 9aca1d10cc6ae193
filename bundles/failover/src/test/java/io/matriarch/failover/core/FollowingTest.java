package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.failover.core.Decision.*;
import io.matriarch.failover.core.LocalView.Memory;
import io.matriarch.postgres.api.Lineage;
import io.matriarch.postgres.api.PostgresState;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("While another member leads")
class FollowingTest {
    private static Cluster led() {
        return cluster().ledBy(THEM);
    }

    private static Views.Node pointing(String replication) {
        return standby().live(true, "0/2000", 1, replication, Optional.of(upstream(THEM)));
    }

    /** A standby on timeline 1 at {@code at}, beside a leader that left it at {@code left}. */
    private static Lineage standbyAt(String at, String left) {
        return new Lineage(
                1,
                Lsn.parse(at),
                Optional.empty(),
                false,
                false,
                2,
                false,
                Optional.of(Lsn.parse(left)));
    }

    private static Lineage formerPrimary(
            boolean clean, String checkpoint, String end, String left) {
        return new Lineage(
                1,
                Lsn.parse(checkpoint),
                Optional.of(Lsn.parse(end)),
                true,
                clean,
                2,
                false,
                Optional.of(Lsn.parse(left)));
    }

    private static Lineage onTimelines(int ours, int theirs, Optional<Lsn> left) {
        return new Lineage(
                ours, Lsn.parse("0/2000"), Optional.empty(), false, false, theirs, false, left);
    }

    @Test
    @DisplayName("a primary stops at once, except in pause")
    void primaryStops() {
        assertThat(decide(led(), primary()))
                .isInstanceOfSatisfying(
                        Demote.class,
                        demote ->
                                assertThat(demote.mode()).isEqualTo(Demote.Mode.IMMEDIATE_NOLOCK));
        assertThat(decide(led(), primary().silent(PostgresState.RUNNING, Duration.ofSeconds(1))))
                .isInstanceOf(Demote.class);
        assertThat(decide(led(), primary(), policy("pause", true))).isInstanceOf(Wait.class);
    }

    @Test
    @DisplayName("a standby is pointed at the leader, or at whom its tag names")
    void follows() {
        assertThat(decide(led(), standby()))
                .isInstanceOfSatisfying(
                        Follow.class,
                        follow -> assertThat(follow.upstream()).contains(upstream(THEM)));
        var tagged = standby().tags(tags("replicatefrom", "third"));
        assertThat(decide(led().with(member(THIRD)), tagged))
                .isInstanceOfSatisfying(
                        Follow.class,
                        follow -> assertThat(follow.upstream()).contains(upstream(THIRD)));
        assertThat(decide(led(), tagged))
                .isInstanceOfSatisfying(
                        Follow.class,
                        follow -> assertThat(follow.upstream()).contains(upstream(THEM)));
    }

    @Test
    @DisplayName("a standby tagged nostream follows nobody")
    void nostream() {
        assertThat(decide(led(), standby().tags(tags("nostream", true)))).isInstanceOf(Wait.class);
        assertThat(decide(led(), pointing("streaming").tags(tags("nostream", true))))
                .isInstanceOfSatisfying(
                        Follow.class, follow -> assertThat(follow.upstream()).isEmpty());
    }

    @Test
    @DisplayName("a standby that streams is left alone")
    void streams() {
        assertThat(decide(led(), pointing("streaming"))).isInstanceOf(Wait.class);
    }

    @Nested
    @DisplayName("a standby that does not stream")
    class NotStreaming {
        @Test
        @DisplayName("compares histories, once the leader is a running primary")
        void compares() {
            assertThat(decide(led(), pointing(""))).isInstanceOf(CompareHistory.class);
            assertThat(decide(led().with(member(THEM)), pointing(""))).isInstanceOf(Wait.class);
            assertThat(decide(led(), pointing(""), policy("pause", true))).isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("waits if its WAL is the leader's, and stops if it is not")
        void verdicts() {
            assertThat(decide(led(), pointing("").knowing(standbyAt("0/2000", "0/2000"))))
                    .isInstanceOf(Wait.class);
            assertThat(decide(led(), pointing("").knowing(standbyAt("0/2001", "0/2000"))))
                    .isInstanceOf(StopStandby.class);
            assertThat(decide(led(), pointing("").knowing(onTimelines(2, 2, Optional.empty()))))
                    .isInstanceOf(Wait.class);
            assertThat(decide(led(), pointing("").knowing(onTimelines(3, 2, Optional.empty()))))
                    .isInstanceOf(StopStandby.class);
            assertThat(decide(led(), pointing("").knowing(onTimelines(1, 3, Optional.empty()))))
                    .isInstanceOf(StopStandby.class);
        }

        @Test
        @DisplayName("stops if the leader's timeline has the number of ours and another history")
        void oneNumberTwoTimelines() {
            assertThat(
                            decide(
                                    led(),
                                    pointing("")
                                            .knowing(
                                                    onTimelines(
                                                            2,
                                                            2,
                                                            Optional.of(Lsn.parse("0/1000"))))))
                    .isInstanceOf(StopStandby.class);
        }
    }

    @Nested
    @DisplayName("and PostgreSQL is down")
    class Down {
        @Test
        @DisplayName("histories are compared first")
        void compares() {
            assertThat(decide(led(), down("in production"))).isInstanceOf(CompareHistory.class);
        }

        @Test
        @DisplayName("a former primary that ends where the leader began follows")
        void endsThere() {
            assertThat(
                            decide(
                                    led(),
                                    down("shut down")
                                            .knowing(
                                                    formerPrimary(
                                                            true, "0/1F90", "0/2000", "0/2000"))))
                    .isInstanceOf(StartStandby.class);
        }

        @Test
        @DisplayName(
                "a former primary that wrote on is rewound, after the leader's first checkpoint")
        void rewinds() {
            var facts = formerPrimary(true, "0/2F90", "0/3000", "0/2000");
            assertThat(decide(led(), down("shut down").knowing(facts))).isInstanceOf(Rewind.class);
            var pending =
                    led().with(member(THEM, "role", "primary", "checkpoint_after_promote", false));
            assertThat(decide(pending, down("shut down").knowing(facts))).isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("a crashed primary is recovered alone first")
        void recovers() {
            assertThat(
                            decide(
                                    led(),
                                    down("in production")
                                            .knowing(
                                                    formerPrimary(
                                                            false, "0/1000", "0/1000", "0/2000"))))
                    .isInstanceOf(RecoverAlone.class);
        }

        @Test
        @DisplayName("nothing is concluded from a leader in recovery")
        void undecided() {
            var facts =
                    new Lineage(
                            1,
                            Lsn.parse("0/1"),
                            Optional.empty(),
                            true,
                            true,
                            1,
                            true,
                            Optional.empty());
            assertThat(decide(led(), down("shut down").knowing(facts))).isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("after a rewind it follows; after a failed one it is cloned")
        void ladder() {
            assertThat(
                            decide(
                                    led(),
                                    down("shut down")
                                            .remembering(m -> m.withRewind(Memory.Rewind.DONE))))
                    .isInstanceOf(StartStandby.class);
            assertThat(
                            decide(
                                    led(),
                                    down("shut down")
                                            .remembering(m -> m.withRewind(Memory.Rewind.FAILED))))
                    .isInstanceOf(Clone.class);
        }

        @Test
        @DisplayName("a failure is not tried again at once, and in pause nothing is")
        void later() {
            assertThat(
                            decide(
                                    led(),
                                    down("shut down")
                                            .remembering(m ->
                                                    m.withRetryAt(
                                                            Optional.of(NOW.plusSeconds(2))))))
                    .isInstanceOf(Wait.class);
            assertThat(decide(led(), down("shut down"), policy("pause", true)))
                    .isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("with nobody to follow it becomes a standby, then races")
        void nobodyLeads() {
            assertThat(decide(cluster(), down("in production")))
                    .isInstanceOfSatisfying(
                            StartStandby.class, start -> assertThat(start.upstream()).isEmpty());
            assertThat(
                            decide(
                                    cluster(),
                                    down("in production")
                                            .remembering(m ->
                                                    m.withYieldUntil(
                                                            Optional.of(NOW.plusSeconds(1))))))
                    .isInstanceOf(Wait.class);
        }
    }
}
