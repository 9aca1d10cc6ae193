package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.failover.core.Decision.*;
import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.postgres.api.PostgresState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("In failsafe mode")
class FailsafeTest {
    private static final Duration MUCH = Duration.ofSeconds(20);
    private static final Duration LITTLE = Duration.ofSeconds(1);
    private static final Policy ON = policy("failsafe_mode", true);

    @Nested
    @DisplayName("a primary that cannot reach the store")
    class Primary {
        @Test
        @DisplayName("asks everybody who may lead, itself left out")
        void asks() {
            assertThat(Failsafe.whomToAsk(US, urls(US, THEM, THIRD), true, true, ON))
                    .contains(urls(THEM, THIRD));
        }

        @Test
        @DisplayName("asks nobody if the mode is off, or the list is not known or without it")
        void asksNobody() {
            assertThat(Failsafe.whomToAsk(US, urls(US, THEM), true, true, policy())).isEmpty();
            assertThat(Failsafe.whomToAsk(US, urls(), true, true, ON)).isEmpty();
            assertThat(Failsafe.whomToAsk(US, urls(THEM), true, true, ON)).isEmpty();
        }

        @Test
        @DisplayName("asks no more once it stops, or its time to write is over")
        void asksNoMore() {
            assertThat(Failsafe.whomToAsk(US, urls(US, THEM), false, true, ON)).isEmpty();
            assertThat(Failsafe.whomToAsk(US, urls(US, THEM), true, false, ON)).isEmpty();
        }

        @Test
        @DisplayName("serves on while what all have agreed to holds")
        void servesOn() {
            assertThat(away(primary().mayLead(US, THEM).agreed(), ON)).isInstanceOf(ServeOn.class);
        }

        @Test
        @DisplayName("steps down when that runs out, with time left for an orderly stop")
        void runsOut() {
            var node = primary().mayLead(US, THEM).agreed().lease(ON.stepDownReserve());
            assertThat(away(node, ON)).isInstanceOf(Demote.class);
        }

        @Test
        @DisplayName("has nobody to ask if it is alone on the list, and serves on")
        void alone() {
            assertThat(Failsafe.whomToAsk(US, urls(US), true, true, ON)).contains(urls());
            assertThat(away(primary().mayLead(US).agreed(), ON)).isInstanceOf(ServeOn.class);
        }

        @Test
        @DisplayName("waits while its time lasts before anybody has answered")
        void notAnsweredYet() {
            var node = primary().mayLead(US, THEM);
            assertThat(away(node, ON)).isInstanceOf(Wait.class);
            assertThat(away(node.lease(LITTLE), ON)).isInstanceOf(Demote.class);
        }

        @Test
        @DisplayName("waits while its time lasts if one refused, then steps down and names him")
        void refused() {
            var refused = Map.of(THEM, "is silent");
            var node = primary().mayLead(US, THEM, THIRD).refused(refused);
            assertThat(away(node, ON)).isInstanceOf(Wait.class);
            var decision = away(node.lease(LITTLE), ON);
            assertThat(decision).isInstanceOf(Demote.class);
            assertThat(((Demote) decision).mode()).isEqualTo(Demote.Mode.OFFLINE);
            assertThat(decision.reason()).contains("them is silent");
        }

        @Test
        @DisplayName("does not serve on by answers that came when its time was over")
        void tooLate() {
            assertThat(away(primary().lease(Duration.ZERO).mayLead(US, THEM).agreed(), ON))
                    .isInstanceOf(Demote.class);
        }

        @Test
        @DisplayName(
                "has only its lease if the mode is off, or the list is not known or without it")
        void notEntitled() {
            var off = primary().lease(LITTLE).mayLead(US, THEM).agreed();
            assertThat(away(off, policy()).reason()).contains("failsafe_mode is off");
            var unknown = primary().lease(LITTLE).agreed();
            assertThat(away(unknown, ON).reason()).contains("has not been seen since we lead");
            var without = primary().lease(LITTLE).mayLead(THEM).agreed();
            assertThat(away(without, ON).reason()).contains("does not name us");
            assertThat(away(without, ON)).isInstanceOf(Demote.class);
        }

        @Test
        @DisplayName("in pause asks, so that the others know it, and serves on whatever they say")
        void paused() {
            var paused = policy("failsafe_mode", true, "pause", true);
            assertThat(Failsafe.whomToAsk(US, urls(US, THEM), true, false, paused))
                    .contains(urls(THEM));
            var refused = primary().mayLead(US, THEM).refused(Map.of(THEM, "is silent"));
            assertThat(away(refused, paused)).isInstanceOf(Wait.class);
            assertThat(away(primary().mayLead(US, THEM).agreed(), paused)).isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("may also be on its way to become one")
        void promoting() {
            var node = standby().lease(MUCH).doing(Kind.PROMOTE).mayLead(US, THEM).agreed();
            assertThat(away(node, ON)).isInstanceOf(ServeOn.class);
        }
    }

    @Nested
    @DisplayName("a member that promised another leader not to lead")
    class Promised {
        @Test
        @DisplayName("follows it while nobody holds the key")
        void follows() {
            var promise = standby().promised(MUCH).view().failsafe().promise();
            var view = Failsafe.heard(cluster().without(THEM).view(), promise);
            var decision =
                    Failover.decide(new StoreState.Seen(view), standby().promised(MUCH).view(), ON);
            assertThat(decision).isInstanceOf(Follow.class);
            assertThat(((Follow) decision).upstream()).contains(upstream(THEM));
        }

        @Test
        @DisplayName("does not race, whether or not it knows whom it promised")
        void doesNotRace() {
            assertThat(decide(cluster(), standby().promised(MUCH), ON)).isInstanceOf(Wait.class);
            var unknown = standby().promised(Optional.empty(), MUCH);
            var decision = decide(cluster(), unknown, ON);
            assertThat(decision).isInstanceOf(Wait.class);
            assertThat(decision.reason()).contains("before this agent was started");
        }

        @Test
        @DisplayName("gives the key back instead of being promoted")
        void givesBack() {
            assertThat(decide(cluster().ledBy(US), standby().lease(MUCH).promised(MUCH), ON))
                    .isInstanceOf(ReleaseLeader.class);
            assertThat(
                            decide(
                                    cluster().ledBy(US),
                                    down("in production").lease(MUCH).promised(MUCH),
                                    ON))
                    .isInstanceOf(ReleaseLeader.class);
        }

        @Test
        @DisplayName("keeps the key, but its server down, if an earlier life may have promised")
        void unknown() {
            var node = down("in production").lease(MUCH).promised(Optional.empty(), MUCH);
            assertThat(decide(cluster().ledBy(US), node, ON)).isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("follows it also from a server that was down while the store is away")
        void startsFollowing() {
            var node =
                    down("shut down in recovery").remembering(m -> m.withStarted()).promised(MUCH);
            var decision = away(node, ON);
            assertThat(decision).isInstanceOf(StartStandby.class);
            assertThat(((StartStandby) decision).upstream()).contains(upstream(THEM));
        }
    }

    @Nested
    @DisplayName("a member that is not on the list in the store")
    class LeftOut {
        @Test
        @DisplayName("does not race, because a leader without the store would not ask it")
        void doesNotRace() {
            var decision = decide(cluster().failsafe(THEM), standby(), ON);
            assertThat(decision).isInstanceOf(Wait.class);
            assertThat(decision.reason()).contains("does not name us");
        }

        @Test
        @DisplayName("does not race when the mode was just switched off either")
        void neitherWhenOff() {
            assertThat(decide(cluster().failsafe(THEM), standby(), policy()))
                    .isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("gives the key back instead of being promoted or started as a primary")
        void givesBack() {
            assertThat(decide(cluster().failsafe(THEM).ledBy(US), standby().lease(MUCH), ON))
                    .isInstanceOf(ReleaseLeader.class);
            assertThat(
                            decide(
                                    cluster().failsafe(THEM).ledBy(US),
                                    down("in production").lease(MUCH),
                                    ON))
                    .isInstanceOf(ReleaseLeader.class);
        }

        @Test
        @DisplayName("keeps nobody else from leading by having more WAL, nor is handed anything")
        void doesNotVeto() {
            var view = cluster().failsafe(US);
            assertThat(decide(view, standby().hearing(THEM, standbyAt("0/9000")), ON))
                    .isInstanceOf(Acquire.class);
            assertThat(decide(view, standby().hearing(THEM, primaryAt("0/1000")), ON))
                    .as("a primary is a primary")
                    .isInstanceOf(Wait.class);
            assertThat(
                            decide(
                                    cluster().failsafe(US).ledBy(US).switchover(Optional.of(THEM)),
                                    primary(),
                                    ON))
                    .isInstanceOf(ClearHandover.class);
        }

        @Test
        @DisplayName("races as usual if the list is empty or names it")
        void races() {
            var answered = standby().hearing(THEM, standbyAt("0/1000"));
            assertThat(decide(cluster().failsafe(), answered, ON)).isInstanceOf(Acquire.class);
            assertThat(decide(cluster().failsafe(US, THEM), answered, ON))
                    .isInstanceOf(Acquire.class);
        }
    }

    @Nested
    @DisplayName("the list")
    class TheList {
        @Test
        @DisplayName("names all members with an address, and the leader whatever the store shows")
        void wanted() {
            var view = cluster().without(US).with(member(THIRD, "api_url", "")).view();
            assertThat(FailsafeKey.wanted(view, US, "http://us:8008/patroni", ON))
                    .isEqualTo(urls(US, THEM));
            assertThat(FailsafeKey.wanted(view, US, "http://us:8008/patroni", policy())).isEmpty();
        }

        @Test
        @DisplayName("of a standby cluster keeps whom the key sync names while they are away")
        void keepsWhoMayBePromoted() {
            var follows = policy("failsafe_mode", true, "standby_cluster", Map.of("host", "far"));
            var away = cluster().without(THEM).failsafe(US, THEM, THIRD).without(THIRD);
            var view = away.sync(THEM, 0).view();
            assertThat(FailsafeKey.wanted(view, US, "http://us:8008/patroni", follows))
                    .as("who alone has every commit, and not who is only gone")
                    .isEqualTo(urls(US, THEM));
            assertThat(FailsafeKey.wanted(view, US, "http://us:8008/patroni", ON))
                    .as("a primary has every commit itself")
                    .isEqualTo(urls(US));
        }

        @Test
        @DisplayName("stands in the store by name, as Patroni writes it")
        void json() {
            assertThat(FailsafeKey.json(urls(THEM, US)))
                    .isEqualTo(
                            "{\"them\":\"http://them:8008/patroni\",\"us\":\"http://us:8008/patroni\"}");
            assertThat(FailsafeKey.json(new TreeMap<>())).isEqualTo("{}");
        }

        @Test
        @DisplayName("includes whom a write without an answer may have put there")
        void unknownOutcome() {
            var list =
                    FailsafeList.NONE
                            .after(cluster().failsafe(US, THEM).ledBy(US).view(), US)
                            .writing(urls(US, THIRD));
            assertThat(list.mayLead()).isEqualTo(urls(US, THEM, THIRD));
            var later = list.after(cluster().failsafe(US, THEM).ledBy(US).view(), US);
            assertThat(later.mayLead()).isEqualTo(urls(US, THEM, THIRD));
            assertThat(later.lacks(urls(US, THEM), cluster().failsafe(US, THEM).view())).isTrue();
        }

        @Test
        @DisplayName("includes what was written until a view shows it")
        void notShownYet() {
            var old = cluster().failsafe(US, THEM).ledBy(US).view();
            var written =
                    FailsafeList.NONE
                            .after(old, US)
                            .writing(urls(US, THEM, THIRD))
                            .applied(urls(US, THEM, THIRD));
            assertThat(written.after(old, US).mayLead()).isEqualTo(urls(US, THEM, THIRD));
            var shown = cluster().failsafe(US, THEM, THIRD).ledBy(US).view();
            assertThat(written.after(shown, US).after(old, US).mayLead()).isEqualTo(urls(US, THEM));
        }

        @Test
        @DisplayName("is not known any more once another leads, or nobody")
        void lost() {
            var list = FailsafeList.NONE.after(cluster().failsafe(US, THEM).ledBy(US).view(), US);
            assertThat(list.after(cluster().failsafe(US, THEM).ledBy(THEM).view(), US).mayLead())
                    .isEmpty();
            assertThat(list.after(cluster().failsafe(US, THEM).view(), US).mayLead()).isEmpty();
        }
    }

    @Nested
    @DisplayName("the question")
    class Question {
        @Test
        @DisplayName("has Patroni's fields, and for how long we count on the answer")
        void written() {
            var sender =
                    new FailsafeView.Sender(
                            US,
                            "postgres://us:5432/postgres",
                            "http://us:8008/patroni",
                            Map.of("them", new Lsn(77)),
                            Duration.ofSeconds(5));
            assertThat(FailsafeView.question(sender))
                    .isEqualTo(
                            "{\"name\":\"us\",\"conn_url\":\"postgres://us:5432/postgres\","
                                    + "\"api_url\":\"http://us:8008/patroni\",\"slots\":{\"them\":77},\"ttl\":5}");
        }

        @Test
        @DisplayName("from Patroni is read without a time, and ours with the longer one")
        void read() {
            Map<String, Object> body =
                    Map.of(
                            "name",
                            "them",
                            "conn_url",
                            "c",
                            "api_url",
                            "a",
                            "slots",
                            Map.of("x", 7));
            var sender = Failsafe.read(body, Duration.ofSeconds(30)).orElseThrow();
            assertThat(sender.slots()).containsEntry("x", new Lsn(7));
            assertThat(sender.ttl()).isEqualTo(Duration.ofSeconds(30));
            Map<String, Object> ours =
                    Map.of("name", "them", "conn_url", "c", "api_url", "a", "ttl", 40);
            assertThat(Failsafe.read(ours, Duration.ofSeconds(30)).orElseThrow().ttl())
                    .isEqualTo(Duration.ofSeconds(40));
            Map<String, Object> absurd =
                    Map.of("name", "them", "conn_url", "c", "api_url", "a", "ttl", 1L << 40);
            assertThat(Failsafe.read(absurd, Duration.ofSeconds(30)).orElseThrow().ttl())
                    .isEqualTo(Duration.ofHours(1));
        }

        @Test
        @DisplayName("without a name or an address is none")
        void incomplete() {
            assertThat(Failsafe.read(Map.of("name", "them"), MUCH)).isEmpty();
            assertThat(Failsafe.read(Map.of("name", "a/b", "conn_url", "c", "api_url", "a"), MUCH))
                    .isEmpty();
        }
    }

    @Test
    @DisplayName("a server that crashes without the store waits read-only, as ever")
    void crashed() {
        var node =
                down("in production")
                        .state(PostgresState.CRASHED)
                        .remembering(m -> m.withStarted());
        assertThat(away(node, ON)).isInstanceOf(StartStandby.class);
    }
}
