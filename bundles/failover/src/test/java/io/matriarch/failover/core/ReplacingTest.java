package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.failover.core.Decision.*;
import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.PostgresState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("While the cluster's data is replaced by restored data, on timeline 2")
class ReplacingTest {
    private static final Duration MUCH = Duration.ofSeconds(20);
    private static final Replacement OURS =
            new Replacement(US, "/pg/data.replacement", "/pg/data.kept", 2, List.of(US, THEM));
    private static final Replacement THEIRS =
            new Replacement(THEM, "/pg/data.replacement", "/pg/data.kept", 2, List.of(US, THEM));

    private static Policy during(Replacement replacement, Object... more) {
        return policyOf(replacement.in(config(more)));
    }

    private static Map<String, Object> config(Object... more) {
        var config = new java.util.LinkedHashMap<String, Object>();
        for (int i = 0; i < more.length; i += 2) config.put((String) more[i], more[i + 1]);
        return config;
    }

    private static Policy policyOf(Map<String, Object> config) {
        return Policy.of(config);
    }

    @Nested
    @DisplayName("the member it is done on, killed at any step,")
    class Steps {
        @Test
        @DisplayName("exchanges the directories while it serves the old data")
        void serving() {
            assertThat(decide(cluster().ledBy(US), primary(), during(OURS)))
                    .isInstanceOfSatisfying(
                            ReplaceData.class, it -> assertThat(it.replacement()).isEqualTo(OURS));
        }

        @Test
        @DisplayName("goes on with it when the old server is stopped")
        void stopped() {
            var node = down("shut down").lease(MUCH);
            assertThat(decide(cluster().ledBy(US), node, during(OURS)))
                    .isInstanceOf(ReplaceData.class);
        }

        @Test
        @DisplayName("goes on with it between the two renames, and neither clones nor gives up")
        void between() {
            assertThat(decide(cluster().ledBy(US), empty().lease(MUCH), during(OURS)))
                    .isInstanceOf(ReplaceData.class);
        }

        @Test
        @DisplayName("starts what is in place after them as the primary it is")
        void exchanged() {
            var node = down("shut down").controlTimeline(2).lease(MUCH).role(Role.UNINITIALIZED);
            assertThat(decide(cluster().ledBy(US), node, during(OURS)))
                    .isInstanceOf(StartPrimary.class);
        }

        @Test
        @DisplayName("leads as ever once it serves the restored data")
        void serves() {
            var node = primary().onTimeline(2);
            assertThat(decide(cluster().ledBy(US), node, during(OURS)))
                    .isInstanceOf(KeepLeading.class);
        }

        @Test
        @DisplayName("takes the key up again if its lease ran out meanwhile, at any step")
        void leaseLost() {
            for (var node : List.of(standby(), down("shut down"), empty()))
                assertThat(decide(cluster(), node, during(OURS))).isInstanceOf(Acquire.class);
        }

        @Test
        @DisplayName("keeps the lease while it is at it, and steps down without")
        void atIt() {
            var node = primary().doing(Kind.REPLACE);
            assertThat(decide(cluster().ledBy(US), node, during(OURS)))
                    .isInstanceOf(KeepLeading.class);
            assertThat(decide(cluster().ledBy(THEM), node, during(OURS)))
                    .isInstanceOf(Demote.class);
        }

        @Test
        @DisplayName("begins nothing that the lease is too short for, or that failed a moment ago")
        void notNow() {
            var hurried = down("shut down").lease(Duration.ofMillis(100));
            assertThat(decide(cluster().ledBy(US), hurried, during(OURS))).isInstanceOf(Wait.class);
            var failed =
                    down("shut down")
                            .lease(MUCH)
                            .remembering(it -> it.withRetryAt(Optional.of(NOW.plusSeconds(1))));
            assertThat(decide(cluster().ledBy(US), failed, during(OURS))).isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("clones nobody between the renames while another leads: a person decides")
        void anotherLeads() {
            assertThat(decide(cluster().ledBy(THEM), empty(), during(OURS)).reason())
                    .contains("them leads: cancel the replacement");
        }
    }

    @Nested
    @DisplayName("a member with the old data")
    class Others {
        @Test
        @DisplayName("is never promoted: not in a race, not by request, not with the key in hand")
        void barred() {
            var alone = standby().hearing(THEM, PeerAnswer.UNREACHABLE);
            assertThat(decide(cluster(), alone, policy())).isInstanceOf(Acquire.class);
            assertThat(decide(cluster(), alone, during(THEIRS)).reason())
                    .contains("not us: the cluster's data is being replaced on them");
            var asked = cluster().asked(Optional.empty(), Optional.of(US), Optional.empty());
            assertThat(decide(asked, alone, during(THEIRS))).isInstanceOf(Wait.class);
            assertThat(decide(cluster().ledBy(US), alone.lease(MUCH), during(THEIRS)))
                    .isInstanceOf(ReleaseLeader.class);
        }

        @Test
        @DisplayName("stops writing if it is a primary that nobody leads by")
        void primaryOfOld() {
            assertThat(decide(cluster(), primary(), during(THEIRS))).isInstanceOf(Demote.class);
        }

        @Test
        @DisplayName("keeps nobody with the restored data from leading, however much WAL it has")
        void countsForNothing() {
            var fresh = standby().onTimeline(2).hearing(THEM, standbyAt("0/9000"));
            assertThat(decide(cluster(), fresh, policy())).isInstanceOf(Wait.class);
            assertThat(decide(cluster(), fresh, during(THEIRS))).isInstanceOf(Acquire.class);
        }
    }

    @Test
    @DisplayName("it is over when every member that had the old data runs on the new timeline")
    void over() {
        var we = primary().onTimeline(2).view();
        var late = cluster().ledBy(US).with(member(THEM, "timeline", 1)).view();
        assertThat(Replacing.over(late, we, OURS)).isFalse();
        var gone = cluster().ledBy(US).without(THEM).view();
        assertThat(Replacing.over(gone, we, OURS)).as("it may come back").isFalse();
        var there = cluster().ledBy(US).with(member(THEM, "timeline", 2)).view();
        assertThat(Replacing.over(there, we, OURS)).isTrue();
    }

    @Nested
    @DisplayName("is refused")
    class Refusals {
        private String why(Cluster cluster, Policy policy) {
            return Replacing.refuse(
                            cluster.with(member(US, "matriarch", "1")).view(),
                            US,
                            policy,
                            primary().view().server(),
                            "1")
                    .map(answer -> answer.text())
                    .orElse("");
        }

        private Cluster ready() {
            return cluster().with(member(THEM, "matriarch", "1"));
        }

        @Test
        @DisplayName("in no healthy cluster whose leader is asked")
        void not() {
            assertThat(why(ready().ledBy(US), policy())).isEmpty();
        }

        @Test
        @DisplayName("while another is under way, in pause, of a standby cluster, under a handover")
        void otherwiseBusy() {
            var busy = ready().ledBy(US).configured(THEIRS.in(Map.of()));
            assertThat(why(busy, policy())).contains("under way, on them");
            assertThat(why(ready().ledBy(US), policy("pause", true))).contains("paused");
            assertThat(why(ready().ledBy(US), policy("standby_cluster", Map.of("host", "far"))))
                    .contains("standby cluster");
            var asked =
                    ready().ledBy(US).asked(Optional.of(US), Optional.of(THEM), Optional.empty());
            assertThat(why(asked, policy())).contains("switchover");
        }

        @Test
        @DisplayName("by others than the leader, who is named")
        void notTheLeader() {
            assertThat(why(cluster().with(member(THEM)).ledBy(THEM), policy()))
                    .contains("ask the leader, them");
            assertThat(why(ready(), policy())).contains("nobody leads");
        }

        @Test
        @DisplayName("with members that do not know the rule, such as Patroni's")
        void strangers() {
            assertThat(why(cluster().with(member(THEM)).ledBy(US), policy())).contains("[them]");
        }

        @Test
        @DisplayName("if the restored data is on no timeline of its own")
        void sameTimeline() {
            var server = primary().onTimeline(2).view().server();
            ControlData same = down("shut down").controlTimeline(2).view().server().control().get();
            assertThat(Replacing.refuse(server, same).get().text())
                    .contains("on timeline 2, and the cluster on 2");
            ControlData later =
                    down("shut down").controlTimeline(3).view().server().control().get();
            assertThat(Replacing.refuse(server, later)).isEmpty();
        }
    }

    @Test
    @DisplayName("is taken back while the old data is in place or aside, and not by guess")
    void undone() {
        assertThat(undo(primary())).isEmpty();
        assertThat(undo(down("shut down"))).isEmpty();
        assertThat(undo(empty())).isEmpty();
        assertThat(undo(down("shut down").controlTimeline(2)))
                .contains(
                        "the restored data is in place already; the old is kept as /pg/data.kept");
        assertThat(undo(down("shut down").controlTimeline(0))).contains("cannot be read");
    }

    private static String undo(Node node) {
        return Replacing.refuseUndo(node.view().server(), OURS)
                .map(answer -> answer.text())
                .orElse("");
    }

    @Test
    @DisplayName("is read back as it was written, and what is half of one is none")
    void reads() {
        assertThat(during(OURS, "ttl", 30).replacement()).contains(OURS);
        assertThat(policy("replacement", Map.of("member", "us")).replacement()).isEmpty();
        assertThat(Replacement.without(OURS.in(config("ttl", 30)))).isEqualTo(config("ttl", 30));
        assertThat(decide(cluster(), standby().state(PostgresState.RUNNING), during(OURS)))
                .isNotNull();
    }

    @Test
    @DisplayName("cannot be written or removed by hand")
    void byHand() {
        assertThat(ConfigChange.refuse(OURS.in(Map.of()), Map.of())).isPresent();
        assertThat(ConfigChange.refuse(Map.of(), OURS.in(Map.of()))).isPresent();
        assertThat(ConfigChange.refuse(OURS.in(Map.of()), OURS.in(Map.of("ttl", 30)))).isEmpty();
    }
}
