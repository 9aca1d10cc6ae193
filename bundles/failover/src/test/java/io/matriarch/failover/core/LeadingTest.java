package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.failover.core.Decision.*;
import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.postgres.api.PostgresState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("While we hold the leader key")
class LeadingTest {
    private static final Duration MUCH = Duration.ofSeconds(20);

    private static Demote.Mode mode(Decision decision) {
        assertThat(decision).isInstanceOf(Demote.class);
        return ((Demote) decision).mode();
    }

    @Test
    @DisplayName("a primary keeps leading")
    void keeps() {
        assertThat(decide(cluster().ledBy(US), primary())).isInstanceOf(KeepLeading.class);
    }

    @Test
    @DisplayName("a primary whose lease ran out by its own clock stops at once, except in pause")
    void ranOut() {
        var late = primary().lease(Duration.ZERO);
        assertThat(mode(decide(cluster().ledBy(US), late))).isEqualTo(Demote.Mode.IMMEDIATE_NOLOCK);
        assertThat(decide(cluster().ledBy(US), late, policy("pause", true)))
                .isInstanceOf(KeepLeading.class);
    }

    @Test
    @DisplayName("a standby is promoted, if enough of the lease is left")
    void promotion() {
        assertThat(decide(cluster().ledBy(US), standby().lease(MUCH))).isInstanceOf(Promote.class);
        assertThat(decide(cluster().ledBy(US), standby().lease(Duration.ofSeconds(3))))
                .isInstanceOf(Wait.class);
        assertThat(decide(cluster().ledBy(US), standby())).isInstanceOf(Wait.class);
    }

    @Test
    @DisplayName("promotes, and says if a switchover was asked for: it is no failover then")
    void promotesByASwitchover() {
        var asked = cluster().ledBy(US).asked(Optional.of(THEM), Optional.of(US), Optional.empty());
        assertThat(decide(asked, standby().lease(MUCH)).reason())
                .isEqualTo("the lease is ours, by the switchover from them that was asked for");
        var later = Optional.of(Instant.parse("2100-01-01T00:00:00Z"));
        var planned = cluster().ledBy(US).asked(Optional.of(THEM), Optional.of(US), later);
        assertThat(decide(planned, standby().lease(MUCH)).reason()).isEqualTo("the lease is ours");
    }

    @Test
    @DisplayName("a standby that may not be promoted gives the key back")
    void mayNot() {
        assertThat(decide(cluster().ledBy(US), standby().lease(MUCH).withoutGuard()))
                .isInstanceOf(ReleaseLeader.class);
        assertThat(
                        decide(
                                cluster().ledBy(US),
                                standby().lease(MUCH).tags(tags("nofailover", true))))
                .isInstanceOf(ReleaseLeader.class);
        assertThat(decide(cluster().ledBy(US), standby().lease(MUCH), policy("pause", true)))
                .isInstanceOf(ReleaseLeader.class);
    }

    @Test
    @DisplayName("in pause only the candidate of a handover is promoted")
    void pausedCandidate() {
        var asked = cluster().ledBy(US).asked(Optional.of(THEM), Optional.of(US), Optional.empty());
        assertThat(decide(asked, standby().lease(MUCH), policy("pause", true)))
                .isInstanceOf(Promote.class);
    }

    @Test
    @DisplayName("crash recovery is waited for, up to primary_start_timeout")
    void starting() {
        var starting = primary().silent(PostgresState.STARTING, Duration.ofSeconds(10));
        assertThat(decide(cluster().ledBy(US), starting)).isInstanceOf(KeepLeading.class);
        assertThat(mode(decide(cluster().ledBy(US), starting, policy("primary_start_timeout", 10))))
                .isEqualTo(Demote.Mode.IMMEDIATE);
    }

    @Test
    @DisplayName("a primary that does not answer for a moment keeps leading")
    void mute() {
        assertThat(
                        decide(
                                cluster().ledBy(US),
                                primary().silent(PostgresState.RUNNING, Duration.ofSeconds(1))))
                .isInstanceOf(KeepLeading.class);
    }

    @Nested
    @DisplayName("and PostgreSQL is down")
    class Down {
        @Test
        @DisplayName("a crashed primary is started where it lies")
        void startsIt() {
            assertThat(
                            decide(
                                    cluster().ledBy(US),
                                    down("in production").role(Role.PRIMARY).lease(MUCH)))
                    .isInstanceOf(StartPrimary.class);
        }

        @Test
        @DisplayName("what stepped down, or was a standby, starts as a standby")
        void standbyFirst() {
            assertThat(
                            decide(
                                    cluster().ledBy(US),
                                    down("in production").role(Role.DEMOTED).lease(MUCH)))
                    .isInstanceOf(StartStandby.class);
            assertThat(
                            decide(
                                    cluster().ledBy(US),
                                    down("in archive recovery").role(Role.PRIMARY).lease(MUCH)))
                    .isInstanceOf(StartStandby.class);
            assertThat(
                            decide(
                                    cluster().ledBy(US),
                                    down("in production")
                                            .role(Role.PRIMARY)
                                            .standbySignal()
                                            .lease(MUCH)))
                    .isInstanceOf(StartStandby.class);
        }

        @Test
        @DisplayName("the key goes if the start failed, or if another shall take over at once")
        void gives() {
            assertThat(
                            decide(
                                    cluster().ledBy(US),
                                    down("in production")
                                            .state(PostgresState.START_FAILED)
                                            .lease(MUCH)))
                    .isInstanceOf(ReleaseLeader.class);
            var atOnce = policy("primary_start_timeout", 0);
            assertThat(decide(cluster().ledBy(US), down("in production").lease(MUCH), atOnce))
                    .isInstanceOf(ReleaseLeader.class);
            assertThat(
                            decide(
                                    cluster().without(THEM).ledBy(US),
                                    down("in production").role(Role.PRIMARY).lease(MUCH),
                                    atOnce))
                    .isInstanceOf(StartPrimary.class);
        }

        @Test
        @DisplayName("the key stays in a standby cluster: its leader also stops to be rewound")
        void keepsToBeRewound() {
            var atOnce =
                    policy(
                            "primary_start_timeout",
                            0,
                            "standby_cluster",
                            java.util.Map.of("host", "far"));
            var stopped = down("shut down in recovery").standbySignal().lease(MUCH);
            assertThat(decide(cluster().ledBy(US), stopped, atOnce))
                    .isInstanceOf(CompareHistory.class);
        }

        @Test
        @DisplayName("nothing is started without a lease, and in pause the key goes")
        void notWithoutLease() {
            assertThat(decide(cluster().ledBy(US), down("in production").role(Role.PRIMARY)))
                    .isInstanceOf(Wait.class);
            assertThat(
                            decide(
                                    cluster().ledBy(US),
                                    down("in production").lease(MUCH),
                                    policy("pause", true)))
                    .isInstanceOf(ReleaseLeader.class);
        }
    }

    @Nested
    @DisplayName("and a handover is asked for")
    class Handover {
        private Cluster led() {
            return cluster().ledBy(US);
        }

        @Test
        @DisplayName("we ask, and step down in order if somebody can take over")
        void gives() {
            var asked = led().switchover(Optional.of(THEM));
            assertThat(decide(asked, primary())).isInstanceOf(AskPeers.class);
            assertThat(mode(decide(asked, primary().hearing(THEM, standbyAt("0/2000")))))
                    .isEqualTo(Demote.Mode.GRACEFUL);
        }

        @Test
        @DisplayName(
                "the request goes if nobody is able: silent, too far behind, a primary, or not allowed")
        void nobodyAble() {
            var asked = led().switchover(Optional.of(THEM));
            assertThat(decide(asked, primary().hearing(THEM, PeerAnswer.UNREACHABLE)))
                    .isInstanceOf(ClearHandover.class);
            assertThat(decide(asked, primary().hearing(THEM, primaryAt("0/2000"))))
                    .isInstanceOf(ClearHandover.class);
            assertThat(
                            decide(
                                    asked,
                                    primary().hearing(THEM, standbyAt("0/1000")),
                                    policy("maximum_lag_on_failover", 16)))
                    .isInstanceOf(ClearHandover.class);
            assertThat(decide(asked, primary().onTimeline(2).hearing(THEM, standbyAt("0/9000"))))
                    .as("more WAL than ours, but of a timeline that was left")
                    .isInstanceOf(ClearHandover.class);
            var tagged =
                    led().with(member(THEM, "tags", java.util.Map.of("nofailover", true)))
                            .switchover(Optional.of(THEM));
            assertThat(decide(tagged, primary())).isInstanceOf(ClearHandover.class);
        }

        @Test
        @DisplayName("a request for another leader, or for us, is cleared")
        void mismatch() {
            assertThat(
                            decide(
                                    led().asked(
                                                    Optional.of(THEM),
                                                    Optional.empty(),
                                                    Optional.empty()),
                                    primary()))
                    .isInstanceOf(ClearHandover.class);
            assertThat(decide(led().switchover(Optional.of(US)), primary()))
                    .isInstanceOf(ClearHandover.class);
            assertThat(decide(led().switchover(Optional.of(THIRD)), primary()))
                    .isInstanceOf(ClearHandover.class);
        }

        @Test
        @DisplayName("in pause it needs a candidate")
        void paused() {
            assertThat(decide(led().switchover(Optional.empty()), primary(), policy("pause", true)))
                    .isInstanceOf(ClearHandover.class);
            assertThat(
                            decide(
                                    led().switchover(Optional.of(THEM)),
                                    primary(),
                                    policy("pause", true)))
                    .isInstanceOf(AskPeers.class);
        }

        @Test
        @DisplayName(
                "one for later waits; one that was missed is cleared; a due one is done, not in pause")
        void scheduled() {
            assertThat(decide(at(NOW.plusSeconds(60)), primary())).isInstanceOf(KeepLeading.class);
            assertThat(decide(at(NOW.minusSeconds(16)), primary()))
                    .isInstanceOf(ClearHandover.class);
            assertThat(decide(at(NOW.minusSeconds(1)), primary())).isInstanceOf(AskPeers.class);
            assertThat(decide(at(NOW.minusSeconds(1)), primary(), policy("pause", true)))
                    .isInstanceOf(KeepLeading.class);
        }

        private Cluster at(Instant when) {
            return led().asked(Optional.of(US), Optional.of(THEM), Optional.of(when));
        }
    }

    @Nested
    @DisplayName("and a long action runs")
    class Busy {
        @Test
        @DisplayName("the lease is kept")
        void keeps() {
            assertThat(decide(cluster().ledBy(US), standby().lease(MUCH).doing(Kind.PROMOTE)))
                    .isInstanceOf(KeepLeading.class);
            assertThat(decide(cluster().ledBy(US), primary().doing(Kind.DEMOTE)))
                    .isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("a promotion or a primary that lost the lease is stopped, not in pause")
        void stops() {
            assertThat(mode(decide(cluster().ledBy(THEM), standby().doing(Kind.PROMOTE))))
                    .isEqualTo(Demote.Mode.IMMEDIATE_NOLOCK);
            assertThat(mode(decide(cluster(), primary().lease(Duration.ZERO).doing(Kind.RESTART))))
                    .isEqualTo(Demote.Mode.IMMEDIATE_NOLOCK);
            assertThat(decide(cluster(), primary().doing(Kind.RESTART), policy("pause", true)))
                    .isInstanceOf(Wait.class);
            assertThat(decide(cluster().ledBy(THEM), standby().doing(Kind.CLONE)))
                    .isInstanceOf(Wait.class);
        }
    }

    @Nested
    @DisplayName("and the store is away")
    class Away {
        @Test
        @DisplayName("a primary serves on until its time is nearly over, then it stops in order")
        void primaryServes() {
            assertThat(away(primary(), policy())).isInstanceOf(Wait.class);
            assertThat(mode(away(primary().lease(Duration.ofSeconds(6)), policy())))
                    .isEqualTo(Demote.Mode.OFFLINE);
            assertThat(mode(away(standby().doing(Kind.PROMOTE), policy())))
                    .isEqualTo(Demote.Mode.OFFLINE);
        }

        @Test
        @DisplayName("nothing happens in pause, to a standby, or while it steps down already")
        void nothing() {
            assertThat(away(primary().lease(Duration.ZERO), policy("pause", true)))
                    .isInstanceOf(Wait.class);
            assertThat(away(standby(), policy())).isInstanceOf(Wait.class);
            assertThat(away(primary().doing(Kind.DEMOTE), policy())).isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("a stopped server this agent has seen run is started read-only")
        void readOnly() {
            assertThat(
                            away(
                                    down("in production")
                                            .remembering(LocalView.Memory::withStarted),
                                    policy()))
                    .isInstanceOf(StartStandby.class);
            assertThat(away(down("in production"), policy())).isInstanceOf(Wait.class);
        }
    }
}
