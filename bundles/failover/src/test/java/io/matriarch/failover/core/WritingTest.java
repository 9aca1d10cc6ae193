package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.failover.core.Decision.*;
import io.matriarch.failover.core.WritePath.Outcome;
import io.matriarch.failover.core.WritePath.Room;
import io.matriarch.postgres.api.PostgresState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A leader that cannot write")
class WritingTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final WritePlan PLAN =
            new WritePlan(true, Duration.ofSeconds(20), Duration.ofMinutes(10));

    private static WritePath path(Outcome outcome, Duration lasting, WritePlan plan) {
        return new WritePath(outcome, lasting, Room.NONE, "", plan);
    }

    private static WritePath broken(Outcome outcome) {
        return path(outcome, LONG, PLAN);
    }

    private static PeerAnswer with(Room room, String lsn) {
        return new PeerAnswer(true, false, Lsn.parse(lsn), 1, Tags.NONE, false, room);
    }

    private static Node full() {
        return primary().writing(broken(Outcome.FULL));
    }

    private static void keeps(Decision decision, String... why) {
        assertThat(decision).isInstanceOf(KeepLeading.class);
        assertThat(decision.reason()).contains(why);
    }

    @ParameterizedTest
    @EnumSource(
            value = Outcome.class,
            names = {"FULL", "READ_ONLY", "HUNG", "REFUSED"})
    @DisplayName("asks who has room, and hands over to who says so")
    void handsOver(Outcome outcome) {
        var us = primary().writing(broken(outcome));
        assertThat(decide(cluster().ledBy(US), us)).isInstanceOf(AskPeers.class);
        var decision = decide(cluster().ledBy(US), us.hearing(THEM, with(Room.FREE, "0/2000")));
        assertThat(decision).isInstanceOf(RequestHandover.class);
        assertThat(((RequestHandover) decision).candidate()).isEqualTo(THEM);
        assertThat(decision.reason()).contains("for 120 s", "them has room");
    }

    @Test
    @DisplayName("takes the one with most WAL of those that have room")
    void most() {
        var decision =
                decide(
                        cluster().ledBy(US).with(member(THIRD)),
                        full().hearing(THEM, with(Room.FREE, "0/1F00"))
                                .hearing(THIRD, with(Room.FREE, "0/2000")));
        assertThat(((RequestHandover) decision).candidate()).isEqualTo(THIRD);
    }

    @Test
    @DisplayName("stays while nobody says that there is room elsewhere")
    void nobody() {
        for (var room : List.of(Room.NONE, Room.UNKNOWN))
            keeps(
                    decide(cluster().ledBy(US), full().hearing(THEM, with(room, "0/2000"))),
                    "the disk of the WAL is full",
                    "none is well, close enough and has room");
        keeps(
                decide(cluster().ledBy(US), full().hearing(THEM, PeerAnswer.UNREACHABLE)),
                "none is well");
        keeps(decide(cluster().ledBy(US).without(THEM), full()), "no other member may lead");
    }

    @Test
    @DisplayName("stays if who has room lacks more than maximum_lag_on_failover")
    void behind() {
        keeps(
                decide(
                        cluster().ledBy(US),
                        full().hearing(THEM, with(Room.FREE, "0/1000")),
                        policy("maximum_lag_on_failover", 100)),
                "close enough");
    }

    @Test
    @DisplayName("in a synchronous mode hands over to a voter only")
    void voters() {
        var sync = policy("synchronous_mode", true);
        var view = cluster().ledBy(US).with(member(THIRD)).sync(US, 0, THEM);
        var decision = decide(view, full(), sync);
        assertThat(((AskPeers) decision).members()).extracting(Member::name).containsExactly(THEM);
    }

    @Test
    @DisplayName("gives it some time, and says so")
    void patience() {
        var young = path(Outcome.FULL, Duration.ofSeconds(19), PLAN);
        keeps(decide(cluster().ledBy(US), primary().writing(young)), "handed over after 20 s");
    }

    @Test
    @DisplayName("only says so if the configuration wants that, or the cluster is paused")
    void alertOnly() {
        var told = path(Outcome.FULL, LONG, WritePlan.ALERT_ONLY);
        keeps(decide(cluster().ledBy(US), primary().writing(told)), "an alert only");
        keeps(decide(cluster().ledBy(US), full(), policy("pause", true)), "paused");
    }

    @Test
    @DisplayName("because its clients use all connections stays: they would use the next one's too")
    void connections() {
        keeps(
                decide(cluster().ledBy(US), primary().writing(broken(Outcome.CONNECTIONS))),
                "all connections",
                "as many clients");
    }

    @ParameterizedTest(name = "promoted {0} s ago: {1}")
    @CsvSource({"1, stays", "599, stays", "601, goes", "-5, goes"})
    @DisplayName(
            "does not hand over what was handed to it minutes ago; a clock set back holds nobody")
    void noFlap(long ago, String outcome) {
        var view = cluster().ledBy(US).promotedAt(NOW.minusSeconds(ago));
        var decision = decide(view, full().hearing(THEM, with(Room.FREE, "0/2000")));
        if (outcome.equals("stays")) keeps(decision, "does not move again of itself within 600 s");
        else assertThat(decision).isInstanceOf(RequestHandover.class);
    }

    @Nested
    @DisplayName("and is asked to hand over")
    class Asked {
        private Demote.Mode mode(Outcome outcome) {
            var asked = cluster().ledBy(US).switchover(Optional.of(THEM));
            var us = primary().writing(broken(outcome)).hearing(THEM, with(Room.FREE, "0/2000"));
            return ((Demote) decide(asked, us)).mode();
        }

        @Test
        @DisplayName("ends in order on a full disk, into the room of the ballast")
        void inOrder() {
            assertThat(mode(Outcome.FULL)).isEqualTo(Demote.Mode.GRACEFUL);
            assertThat(mode(Outcome.CONNECTIONS)).isEqualTo(Demote.Mode.GRACEFUL);
        }

        @Test
        @DisplayName("stops at once where no shutdown checkpoint could be written")
        void atOnce() {
            assertThat(mode(Outcome.HUNG)).isEqualTo(Demote.Mode.IMMEDIATE);
            assertThat(mode(Outcome.READ_ONLY)).isEqualTo(Demote.Mode.IMMEDIATE);
            assertThat(mode(Outcome.REFUSED)).isEqualTo(Demote.Mode.IMMEDIATE);
        }
    }

    @Test
    @DisplayName("and is mute with its disk hands over all the same; alone mute it does not")
    void mute() {
        var mute = primary().silent(PostgresState.RUNNING, LONG);
        assertThat(decide(cluster().ledBy(US), mute)).isInstanceOf(KeepLeading.class);
        var hung = mute.writing(broken(Outcome.HUNG)).hearing(THEM, with(Room.FREE, "0/2000"));
        assertThat(decide(cluster().ledBy(US), hung)).isInstanceOf(RequestHandover.class);
        var asked = cluster().ledBy(US).switchover(Optional.of(THEM));
        assertThat(decide(asked, hung)).isInstanceOf(Demote.class);
    }

    @Nested
    @DisplayName("and whose PostgreSQL fails to start")
    class NotStarting {
        private Node failed() {
            return down("in production")
                    .role(Role.PRIMARY)
                    .lease(Duration.ofSeconds(20))
                    .state(PostgresState.START_FAILED)
                    .writing(broken(Outcome.FULL));
        }

        @Test
        @DisplayName("gives the key away if anybody may have room")
        void gives() {
            assertThat(decide(cluster().ledBy(US), failed())).isInstanceOf(AskPeers.class);
            for (var answer :
                    List.of(
                            with(Room.FREE, "0/2000"),
                            with(Room.UNKNOWN, "0/2000"),
                            PeerAnswer.UNREACHABLE))
                assertThat(decide(cluster().ledBy(US), failed().hearing(THEM, answer)))
                        .isInstanceOf(ReleaseLeader.class);
        }

        @Test
        @DisplayName("keeps it and tries again if nobody has: or it would go round for ever")
        void keeps() {
            var nobody = failed().hearing(THEM, with(Room.NONE, "0/2000"));
            assertThat(decide(cluster().ledBy(US), nobody)).isInstanceOf(StartPrimary.class);
            var later = Optional.of(NOW.plusSeconds(3));
            var waiting = nobody.remembering(m -> m.withRetryAt(later));
            var decision = decide(cluster().ledBy(US), waiting);
            assertThat(decision).isInstanceOf(Wait.class);
            assertThat(decision.reason()).contains("no member has room");
        }
    }

    @Nested
    @DisplayName("is gone; in the race")
    class Racing {
        private Node without() {
            return standby().writing(broken(Outcome.FULL));
        }

        @Test
        @DisplayName("who has no room leaves it to one with the same WAL that has")
        void leaves() {
            var decision = decide(cluster(), without().hearing(THEM, with(Room.FREE, "0/2000")));
            assertThat(decision).isInstanceOf(Wait.class);
            assertThat(decision.reason()).contains("room for more, which we have not");
        }

        @Test
        @DisplayName("more WAL counts before room, and nobody waits for who has none either")
        void otherwise() {
            for (var answer :
                    List.of(
                            with(Room.FREE, "0/1000"),
                            with(Room.NONE, "0/2000"),
                            with(Room.UNKNOWN, "0/2000")))
                assertThat(decide(cluster(), without().hearing(THEM, answer)))
                        .isInstanceOf(Acquire.class);
        }

        @Test
        @DisplayName("room counts before priority, so that two never wait for one another")
        void priority() {
            var preferred =
                    new PeerAnswer(
                            true,
                            false,
                            Lsn.parse("0/2000"),
                            1,
                            tags("failover_priority", 5),
                            false,
                            Room.NONE);
            assertThat(decide(cluster(), standby().hearing(THEM, preferred)))
                    .isInstanceOf(Acquire.class);
        }
    }
}
