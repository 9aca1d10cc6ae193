package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.failover.core.Decision.*;
import io.matriarch.failover.core.Synchronous.Next;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.WalSender;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Synchronous replication")
class SynchronousTest {
    private static final Policy ON = policy("synchronous_mode", true);
    private static final Policy STRICT =
            policy("synchronous_mode", "on", "synchronous_mode_strict", true);
    private static final Policy QUORUM = policy("synchronous_mode", "quorum");
    private static final Duration MUCH = Duration.ofSeconds(20);

    private static WalSender sender(MemberName name, String syncState, String flushed) {
        var lsn = Lsn.parse(flushed);
        int priority = syncState.equals("async") ? 0 : 1;
        return new WalSender(
                "r", name.value(), "", "streaming", syncState, priority, lsn, lsn, lsn, lsn);
    }

    /** A primary at 0/2000 with these names in force. */
    private static ServerView.Live live(String names, boolean inForce, WalSender... senders) {
        return new ServerView.Live(
                false,
                1,
                Lsn.parse("0/2000"),
                Lsn.ZERO,
                Lsn.ZERO,
                Optional.empty(),
                false,
                "",
                List.of(),
                "",
                170_000,
                "",
                List.of(senders),
                names,
                inForce);
    }

    private static SyncMemory confirmed(String names, MemberName... who) {
        return new SyncMemory(
                names, true, Optional.of(Lsn.parse("0/1000")), new TreeSet<>(List.of(who)));
    }

    private static Cluster three() {
        return cluster().with(member(THIRD)).ledBy(US);
    }

    private static Next next(
            Cluster cluster, ServerView.Live live, SyncMemory memory, Policy policy) {
        return Synchronous.next(cluster.view(), US, live, memory, policy.sync());
    }

    private static SyncKey key(MemberName leader, int quorum, MemberName... voters) {
        return SyncKey.of(leader, List.of(voters), quorum);
    }

    @Nested
    @DisplayName("with one standby")
    class One {
        private final WalSender async = sender(THEM, "async", "0/2000");
        private final WalSender sync = sender(THEM, "sync", "0/2000");

        @Test
        @DisplayName("begins with a key that names the leader alone")
        void begins() {
            var next = next(three(), live("", true, async), SyncMemory.NONE, ON);
            assertThat(((Next.WriteKey) next).key().says(key(US, 0))).isTrue();
        }

        @Test
        @DisplayName("then lets commits wait, and only then lets the standby vote")
        void grows() {
            var alone = three().sync(US, 0);
            var names = next(alone, live("", true, async), SyncMemory.NONE, ON);
            assertThat(((Next.SetNames) names).names().text()).isEqualTo("them");
            var waits = next(alone, live("them", true, sync), confirmed("them"), ON);
            assertThat(waits).isInstanceOf(Next.Wait.class);
            var votes = next(alone, live("them", true, sync), confirmed("them", THEM), ON);
            assertThat(((Next.WriteKey) votes).key().says(key(US, 0, THEM))).isTrue();
            var done =
                    next(
                            three().sync(US, 0, THEM),
                            live("them", true, sync),
                            confirmed("them", THEM),
                            ON);
            assertThat(done).isInstanceOf(Next.Done.class);
        }

        @Test
        @DisplayName("takes a lost one out of the key before commits stop waiting for it")
        void shrinks() {
            var lost = live("them", true);
            var first = next(three().sync(US, 0, THEM), lost, confirmed("them", THEM), ON);
            assertThat(((Next.WriteKey) first).key().says(key(US, 0))).isTrue();
            var then = next(three().sync(US, 0), lost, confirmed("them", THEM), ON);
            assertThat(((Next.SetNames) then).names()).isEqualTo(StandbyNames.NONE);
        }

        @Test
        @DisplayName("in strict mode goes on waiting for it, and for anybody if nobody ever was")
        void strict() {
            var lost = live("them", true);
            assertThat(next(three().sync(US, 0, THEM), lost, confirmed("them", THEM), STRICT))
                    .isInstanceOf(Next.Done.class);
            var nobody = next(three().sync(US, 0), live("", true), SyncMemory.NONE, STRICT);
            assertThat(((Next.SetNames) nobody).names()).isEqualTo(StandbyNames.NOBODY);
        }

        @Test
        @DisplayName("does not take a voter of a quorum for one that has everything")
        void fromQuorum() {
            var next =
                    next(
                            three().sync(US, 1, THEM, THIRD),
                            live("ANY 1 (them,third)", true, sync),
                            SyncMemory.NONE,
                            ON);
            assertThat(((Next.WriteKey) next).key().says(key(US, 0))).isTrue();
        }
    }

    @Nested
    @DisplayName("picks")
    class Picks {
        private List<MemberName> eligible(Cluster cluster, Policy policy, WalSender... senders) {
            return Synchronous.eligible(cluster.view(), US, live("", true, senders), policy.sync());
        }

        @Test
        @DisplayName("the higher priority, then who is one already, then who has more")
        void order() {
            var them = sender(THEM, "async", "0/1F00");
            var third = sender(THIRD, "async", "0/2000");
            assertThat(eligible(three(), ON, them, third)).containsExactly(THIRD, THEM);
            assertThat(eligible(three(), ON, sender(THEM, "sync", "0/1F00"), third))
                    .containsExactly(THEM, THIRD);
            var preferred =
                    three().with(member(THEM, "tags", java.util.Map.of("sync_priority", 2)));
            assertThat(eligible(preferred, ON, them, third)).containsExactly(THEM, THIRD);
        }

        @Test
        @DisplayName("nobody tagged nosync, not running, or unknown to the store")
        void not() {
            var both =
                    new WalSender[] {sender(THEM, "async", "0/1"), sender(THIRD, "async", "0/1")};
            assertThat(
                            eligible(
                                    three().with(
                                                    member(
                                                            THEM,
                                                            "tags",
                                                            java.util.Map.of("nosync", true))),
                                    ON,
                                    both))
                    .containsExactly(THIRD);
            assertThat(eligible(three().with(member(THEM, "state", "stopped")), ON, both))
                    .containsExactly(THIRD);
            assertThat(eligible(three().without(THEM), ON, both)).containsExactly(THIRD);
        }

        @Test
        @DisplayName("nobody further behind the best than maximum_lag_on_syncnode")
        void lag() {
            var policy = policy("synchronous_mode", true, "maximum_lag_on_syncnode", 256);
            assertThat(
                            eligible(
                                    three(),
                                    policy,
                                    sender(THEM, "async", "0/2000"),
                                    sender(THIRD, "async", "0/1E00")))
                    .containsExactly(THEM);
        }
    }

    @Nested
    @DisplayName("knows a standby to have everything")
    class Confirmed {
        @Test
        @DisplayName("once names were seen in force twice, and it is past where the WAL was then")
        void after() {
            var behind = live("them", true, sender(THEM, "sync", "0/1000"));
            var memory = SyncMemory.NONE.after(behind);
            assertThat(memory.inForce()).as("only just read").isFalse();
            memory = memory.after(live("them", false, sender(THEM, "sync", "0/2000")));
            assertThat(memory.inForce()).as("the checkpointer is busy").isFalse();
            memory = memory.after(behind);
            assertThat(memory.inForce()).isTrue();
            memory = memory.after(behind);
            assertThat(memory.since()).contains(Lsn.parse("0/2000"));
            assertThat(memory.confirmed()).as("it lacks some").isEmpty();
            memory = memory.after(live("them", true, sender(THEM, "sync", "0/2000")));
            assertThat(memory.confirmed()).containsExactly(THEM);
            assertThat(memory.after(live("third", true)).confirmed()).isEmpty();
        }

        @Test
        @DisplayName("not while a WAL sender still goes by the old names")
        void oldNames() {
            var old =
                    live(
                            "them",
                            true,
                            sender(THEM, "sync", "0/2000"),
                            sender(THIRD, "sync", "0/1"));
            assertThat(SyncMemory.NONE.after(old).after(old).after(old).inForce()).isFalse();
        }
    }

    @Nested
    @DisplayName("when nobody leads")
    class NobodyLeads {
        @Test
        @DisplayName("lets only the leader or a voter be promoted, and says what would be lost")
        void onlyNamed() {
            var asked = standby().hearing(THEM, PeerAnswer.UNREACHABLE);
            assertThat(decide(cluster().sync(THEM, 0, US), asked, ON)).isInstanceOf(Acquire.class);
            assertThat(decide(cluster().sync(US, 0), asked, ON)).isInstanceOf(Acquire.class);
            var decision = decide(cluster().optime("0/3000").sync(THEM, 0, THIRD), asked, ON);
            assertThat(decision).isInstanceOf(Wait.class);
            assertThat(decision.reason())
                    .contains("[them, third] have every acknowledged commit", "4096 bytes ahead");
        }

        @Test
        @DisplayName(
                "a voter does not mind what the old leader has beyond it, nor the lag of bytes")
        void unacknowledged() {
            var node = standby().hearing(THEM, standbyAt("0/900000"));
            assertThat(decide(cluster().optime("0/900000").sync(THEM, 0, US), node, ON))
                    .isInstanceOf(Acquire.class);
            assertThat(decide(cluster().sync(THIRD, 0, US, THEM), node, ON))
                    .as("another voter")
                    .isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("in quorum mode counts who is not ahead, and a voter ahead ends it")
        void quorum() {
            var cluster = cluster().with(member(THIRD)).sync(THEM, 1, US, THIRD);
            var silent = PeerAnswer.UNREACHABLE;
            assertThat(
                            decide(
                                    cluster,
                                    standby().hearing(THEM, silent).hearing(THIRD, silent),
                                    QUORUM))
                    .isInstanceOf(Wait.class);
            assertThat(
                            decide(
                                    cluster,
                                    standby()
                                            .hearing(THEM, silent)
                                            .hearing(THIRD, standbyAt("0/1000")),
                                    QUORUM))
                    .isInstanceOf(Acquire.class);
            assertThat(
                            decide(
                                    cluster,
                                    standby()
                                            .hearing(THEM, silent)
                                            .hearing(THIRD, standbyAt("0/3000")),
                                    QUORUM))
                    .isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("a later timeline counts before a larger position, on either side")
        void timelines() {
            var cluster = cluster().with(member(THIRD)).sync(THIRD, 1, US, THEM);
            var later =
                    new PeerAnswer(
                            true,
                            false,
                            Lsn.parse("0/1000"),
                            2,
                            Tags.NONE,
                            false,
                            WritePath.Room.UNKNOWN);
            assertThat(decide(cluster, standby().hearing(THEM, later), QUORUM))
                    .isInstanceOf(Wait.class);
            var earlier = standby().onTimeline(2).hearing(THEM, standbyAt("0/9000"));
            assertThat(decide(cluster, earlier, QUORUM)).isInstanceOf(Acquire.class);
            assertThat(decide(cluster.onTimeline(3, THEM), earlier, QUORUM))
                    .isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("a higher priority on a timeline that was left keeps nobody from leading")
        void priorityOnAnOldTimeline() {
            var cluster = cluster().sync(US, 0, THEM);
            var preferred =
                    new PeerAnswer(
                            true,
                            false,
                            Lsn.parse("0/2000"),
                            1,
                            tags("failover_priority", 5),
                            false,
                            WritePath.Room.UNKNOWN);
            assertThat(decide(cluster, standby().hearing(THEM, preferred), ON))
                    .isInstanceOf(Wait.class);
            var us = standby().onTimeline(2).hearing(THEM, preferred);
            assertThat(decide(cluster, us, ON)).isInstanceOf(Acquire.class);
            assertThat(decide(cluster.onTimeline(2, US), us, ON)).isInstanceOf(Acquire.class);
        }

        @Test
        @DisplayName("what a person orders is done, also to a member that may lack commits")
        void ordered() {
            var asked =
                    cluster()
                            .sync(THEM, 0, THIRD)
                            .asked(Optional.empty(), Optional.of(US), Optional.empty());
            assertThat(decide(asked, standby(), ON)).isInstanceOf(Acquire.class);
            assertThat(decide(asked.ledBy(US), standby().lease(MUCH), ON))
                    .isInstanceOf(Promote.class);
        }
    }

    @Test
    @DisplayName("a key taken on an old view is given back if we turn out to lack something")
    void recheck() {
        var taken = cluster().with(member(THIRD)).ledBy(US).sync(THEM, 1, US, THIRD);
        var node = standby().lease(MUCH);
        assertThat(decide(taken, node, QUORUM)).isInstanceOf(AskPeers.class);
        assertThat(decide(taken, node.hearing(THIRD, standbyAt("0/3000")), QUORUM))
                .isInstanceOf(ReleaseLeader.class);
        assertThat(decide(cluster().ledBy(US).sync(THEM, 0, THIRD), standby().lease(MUCH), ON))
                .isInstanceOf(ReleaseLeader.class);
    }

    @Nested
    @DisplayName("before a promotion")
    class Before {
        private Synchronous.Preparation prepare(Cluster cluster, Policy policy) {
            return Synchronous.promotion(cluster.view(), US, policy.sync(), false).orElseThrow();
        }

        @Test
        @DisplayName(
                "a key that says so already stays, but not if a write of ours may be on its way")
        void unsettled() {
            var ours = cluster().sync(US, 0);
            var quorum = cluster().sync(US, 1, THEM, THIRD);
            assertThat(prepare(ours, ON).key()).isEmpty();
            assertThat(prepare(quorum, QUORUM).key()).isEmpty();
            assertThat(anew(ours, ON).says(key(US, 0))).isTrue();
            assertThat(anew(quorum, QUORUM).says(key(US, 1, THEM, THIRD))).isTrue();
        }

        private SyncKey anew(Cluster cluster, Policy policy) {
            return Synchronous.promotion(cluster.view(), US, policy.sync(), true)
                    .flatMap(Synchronous.Preparation::key)
                    .orElseThrow();
        }

        @Test
        @DisplayName("the key names us alone, and in strict mode those commits then wait for")
        void priority() {
            var old = cluster().sync(THEM, 0, US);
            assertThat(prepare(old, ON).key().orElseThrow().says(key(US, 0))).isTrue();
            assertThat(prepare(old, ON).names()).isEqualTo(StandbyNames.NONE);
            assertThat(prepare(old, STRICT).key().orElseThrow().says(key(US, 0, THEM))).isTrue();
            assertThat(prepare(old, STRICT).names().text()).isEqualTo("them");
        }

        @Test
        @DisplayName("of a quorum the key names us, and commits wait for enough of the others")
        void quorum() {
            var prepared = prepare(cluster().sync(THEM, 1, US, THIRD), QUORUM);
            assertThat(prepared.key().orElseThrow().says(key(US, 1, THEM, THIRD))).isTrue();
            assertThat(prepared.names().text()).isEqualTo("ANY 1 (them,third)");
        }
    }

    @Nested
    @DisplayName("writes")
    class Texts {
        @Test
        @DisplayName("the key as Patroni does")
        void json() {
            assertThat(key(THEM, 1, US, THIRD).json())
                    .isEqualTo("{\"leader\":\"them\",\"quorum\":1,\"sync_standby\":\"third,us\"}");
            assertThat(key(THEM, 0).json())
                    .isEqualTo("{\"leader\":\"them\",\"quorum\":0,\"sync_standby\":null}");
        }

        @Test
        @DisplayName("names as PostgreSQL reads them, and reads them again")
        void names() {
            var c = new MemberName("node-c");
            assertThat(StandbyNames.first(List.of(c)).text()).isEqualTo("\"node-c\"");
            for (var text :
                    List.of(
                            "\"node-c\"",
                            "2 (\"node-a\",\"node-c\")",
                            "ANY 1 (\"node-a\",b)",
                            "ANY 2 (\"a\"\"b\",\"any\",c)"))
                assertThat(StandbyNames.parse(text).text()).isEqualTo(text);
            assertThat(StandbyNames.parse("a, b").names()).containsExactly("a", "b");
            assertThat(StandbyNames.parse("FIRST 1 (*)").members()).isEmpty();
            assertThat(StandbyNames.parse("")).isEqualTo(StandbyNames.NONE);
        }
    }
}
