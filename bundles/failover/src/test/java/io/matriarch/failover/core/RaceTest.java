package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.failover.core.Decision.*;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("When nobody leads")
class RaceTest {
    @Nested
    @DisplayName("a standby")
    class AStandby {
        @Test
        @DisplayName("asks the others before it takes the key")
        void asks() {
            assertThat(decide(cluster(), standby()))
                    .isInstanceOfSatisfying(
                            AskPeers.class,
                            ask ->
                                    assertThat(ask.members())
                                            .extracting(Member::name)
                                            .containsExactly(THEM));
        }

        @Test
        @DisplayName(
                "takes the key if nobody is fresher, also if the others are silent or it is alone")
        void takesIt() {
            assertThat(decide(cluster(), standby().hearing(THEM, standbyAt("0/2000"))))
                    .isInstanceOf(Acquire.class);
            assertThat(decide(cluster(), standby().hearing(THEM, standbyAt("0/1000"))))
                    .isInstanceOf(Acquire.class);
            assertThat(decide(cluster(), standby().hearing(THEM, PeerAnswer.UNREACHABLE)).reason())
                    .contains("no answer from [them]");
            assertThat(decide(cluster().without(THEM), standby())).isInstanceOf(Acquire.class);
        }

        @Test
        @DisplayName("waits while another is fresher, or still runs as a primary")
        void waits() {
            assertThat(decide(cluster(), standby().hearing(THEM, standbyAt("0/3000"))))
                    .isInstanceOf(Wait.class);
            assertThat(decide(cluster(), standby().hearing(THEM, primaryAt("0/1000"))))
                    .isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("does not wait for a fresher one that may never lead")
        void ignoresWhoMayNot() {
            var never =
                    new PeerAnswer(
                            true,
                            false,
                            io.matriarch.api.Lsn.parse("0/9000"),
                            1,
                            tags("nofailover", true),
                            false,
                            WritePath.Room.UNKNOWN);
            assertThat(decide(cluster(), standby().hearing(THEM, never)))
                    .isInstanceOf(Acquire.class);
        }

        @Test
        @DisplayName("with the same WAL leaves it to a higher priority, unless that was the leader")
        void priority() {
            var preferred =
                    new PeerAnswer(
                            true,
                            false,
                            io.matriarch.api.Lsn.parse("0/2000"),
                            1,
                            tags("failover_priority", 5),
                            false,
                            WritePath.Room.UNKNOWN);
            assertThat(decide(cluster(), standby().hearing(THEM, preferred)))
                    .isInstanceOf(Wait.class);
            var led = cluster().ledBy(THEM).view();
            assertThat(
                            decide(
                                    cluster(),
                                    standby()
                                            .hearing(THEM, preferred)
                                            .remembering(m -> m.withLastLed(led))))
                    .isInstanceOf(Acquire.class);
        }

        @Test
        @DisplayName("asks also members whose keys died with their lease")
        void asksTheForgotten() {
            var led = cluster().ledBy(THEM).with(member(THIRD)).view();
            assertThat(decide(cluster(), standby().remembering(m -> m.withLastLed(led))))
                    .isInstanceOfSatisfying(
                            AskPeers.class,
                            ask ->
                                    assertThat(ask.members())
                                            .extracting(Member::name)
                                            .containsExactly(THEM, THIRD));
        }

        @Test
        @DisplayName(
                "too far behind the last leader, or on an old timeline if that matters, does not lead")
        void lagAndTimeline() {
            assertThat(decide(cluster().optime("0/200000"), standby()).reason())
                    .contains("maximum_lag_on_failover");
            var promoted = cluster().onTimeline(3, US);
            assertThat(decide(promoted, standby(), policy("check_timeline", true)))
                    .isInstanceOf(Wait.class);
            assertThat(decide(promoted, standby())).isInstanceOf(AskPeers.class);
        }

        @Test
        @DisplayName("waits for nobody on an old timeline if that matters: it would never lead")
        void waitsForNobodyOnAnOldTimeline() {
            var promoted = cluster().onTimeline(3, US);
            var us = standby().onTimeline(3);
            var fresher = us.hearing(THEM, standbyAt("0/3000"));
            assertThat(decide(promoted, fresher, policy("check_timeline", true)))
                    .isInstanceOf(Acquire.class);
            assertThat(decide(promoted, fresher)).isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("does not lead tagged nofailover, without a guard, or in pause")
        void hindrances() {
            assertThat(decide(cluster(), standby().tags(tags("nofailover", true))))
                    .isInstanceOf(Wait.class);
            assertThat(decide(cluster(), standby().tags(tags("failover_priority", 0))))
                    .isInstanceOf(Wait.class);
            assertThat(decide(cluster(), standby().withoutGuard())).isInstanceOf(Wait.class);
            assertThat(decide(cluster(), standby(), policy("pause", true)))
                    .isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("that gave the lease away lets others go first, but not for ever")
        void yields() {
            assertThat(decide(cluster(), yielding(NOW.plusSeconds(2)))).isInstanceOf(Wait.class);
            assertThat(decide(cluster(), yielding(NOW.minusSeconds(1))))
                    .isInstanceOf(AskPeers.class);
            assertThat(decide(cluster(), yielding(NOW.plusSeconds(3_600))))
                    .isInstanceOf(AskPeers.class);
        }

        private Views.Node yielding(Instant until) {
            return standby().remembering(m -> m.withYieldUntil(Optional.of(until)));
        }

        @Test
        @DisplayName("just started gives the one that led last a moment to come back")
        void awaitsTheFormer() {
            var stopped = cluster().onTimeline(2, THEM).without(THEM);
            assertThat(
                            decide(
                                    stopped,
                                    standby().remembering(m -> m.withBornAt(NOW.minusSeconds(1)))))
                    .isInstanceOf(Wait.class);
            assertThat(
                            decide(
                                    stopped,
                                    standby().remembering(m -> m.withBornAt(NOW.minusSeconds(61)))))
                    .isInstanceOf(Acquire.class);
            assertThat(
                            decide(
                                    stopped,
                                    standby()
                                            .remembering(
                                                    m -> m.withBornAt(NOW.plusSeconds(3_600)))))
                    .isInstanceOf(Acquire.class);
        }
    }

    @Nested
    @DisplayName("a primary")
    class APrimary {
        @Test
        @DisplayName("takes the key up again")
        void takesIt() {
            assertThat(decide(cluster(), primary())).isInstanceOf(Acquire.class);
            assertThat(decide(cluster(), primary(), policy("pause", true)))
                    .isInstanceOf(Acquire.class);
        }

        @Test
        @DisplayName("steps down if another was promoted after it, or it may not lead")
        void stepsDown() {
            assertThat(decide(cluster().onTimeline(2, THEM), primary()))
                    .isInstanceOfSatisfying(
                            Demote.class,
                            demote ->
                                    assertThat(demote.mode())
                                            .isEqualTo(Demote.Mode.IMMEDIATE_NOLOCK));
            assertThat(decide(cluster(), primary().withoutGuard())).isInstanceOf(Demote.class);
            assertThat(decide(cluster(), primary().tags(tags("nofailover", true))))
                    .isInstanceOf(Demote.class);
        }
    }

    @Nested
    @DisplayName("and a handover is asked for")
    class Asked {
        private Cluster from(
                io.matriarch.api.MemberName from, io.matriarch.api.MemberName candidate) {
            return cluster()
                    .with(member(THIRD))
                    .asked(
                            Optional.ofNullable(from),
                            Optional.ofNullable(candidate),
                            Optional.empty());
        }

        @Test
        @DisplayName("the candidate takes the key without asking")
        void candidate() {
            assertThat(decide(from(THEM, US), standby())).isInstanceOf(Acquire.class);
            assertThat(decide(from(THEM, US), standby(), policy("pause", true)))
                    .isInstanceOf(Acquire.class);
        }

        @Test
        @DisplayName("the others leave it to a candidate that is well")
        void leavesIt() {
            assertThat(decide(from(THIRD, THEM), standby())).isInstanceOf(AskPeers.class);
            assertThat(decide(from(THIRD, THEM), standby().hearing(THEM, standbyAt("0/1000"))))
                    .isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("the healthiest goes on if the candidate is not well, but not in pause")
        void candidateUnwell() {
            assertThat(decide(from(THIRD, THEM), standby().hearing(THEM, PeerAnswer.UNREACHABLE)))
                    .isInstanceOf(Acquire.class);
            assertThat(
                            decide(
                                    from(THIRD, THEM),
                                    standby().hearing(THEM, PeerAnswer.UNREACHABLE),
                                    policy("pause", true)))
                    .isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("lag does not matter, and the former leader is not waited for")
        void anybody() {
            assertThat(
                            decide(
                                    from(THEM, null).optime("0/900000"),
                                    standby()
                                            .hearing(THEM, standbyAt("0/9000"))
                                            .hearing(THIRD, standbyAt("0/1000"))))
                    .isInstanceOf(Acquire.class);
            assertThat(decide(from(THEM, null), standby().hearing(THIRD, standbyAt("0/9000"))))
                    .isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("the one that gave the lease away takes it again only if nobody else can")
        void giver() {
            assertThat(decide(from(US, null), standby())).isInstanceOf(AskPeers.class);
            assertThat(decide(from(US, null), standby().hearing(THEM, standbyAt("0/1000"))))
                    .isInstanceOf(Wait.class);
            assertThat(decide(from(US, null), standby().hearing(THEM, PeerAnswer.UNREACHABLE)))
                    .isInstanceOf(Acquire.class);
        }

        @Test
        @DisplayName("for later, the ordinary rules hold until then")
        void later() {
            var later =
                    cluster()
                            .asked(
                                    Optional.of(THEM),
                                    Optional.of(US),
                                    Optional.of(NOW.plusSeconds(60)));
            assertThat(decide(later, standby())).isInstanceOf(AskPeers.class);
        }
    }
}
