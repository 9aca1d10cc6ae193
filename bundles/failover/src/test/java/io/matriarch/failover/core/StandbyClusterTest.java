package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.failover.core.ClusterView.Initialize;
import io.matriarch.failover.core.Decision.*;
import io.matriarch.failover.core.LocalView.Memory;
import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.Lineage;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A standby cluster")
class StandbyClusterTest {
    private static final Duration MUCH = Duration.ofSeconds(20);
    private static final Map<String, Object> SECTION =
            Map.of("host", "far-a,far-b", "port", 5433, "primary_slot_name", "dr");
    private static final Policy FOLLOWS = policy("standby_cluster", SECTION, "use_slots", true);
    private static final Policy PAUSED = policy("standby_cluster", SECTION, "pause", true);
    private static final Policy BY_ARCHIVE =
            policy("standby_cluster", Map.of("restore_command", "fetch %f %p"));

    private static Upstream remote() {
        return FOLLOWS.standbyCluster().orElseThrow().upstream().orElseThrow();
    }

    private static Cluster ours() {
        return cluster().ledBy(US);
    }

    private static Views.Node streaming() {
        return pointing("streaming");
    }

    private static Views.Node pointing(String replication) {
        return standby().lease(MUCH).pointing(remote(), "dr", replication);
    }

    /** Of a standby at 0/2000 on timeline 1, beside a remote primary that left it there. */
    private static Lineage leftAt(String left) {
        return new Lineage(
                1,
                Lsn.parse("0/2000"),
                Optional.empty(),
                false,
                true,
                2,
                false,
                Optional.of(Lsn.parse(left)));
    }

    private static Lineage remoteInRecovery() {
        return new Lineage(
                1, Lsn.parse("0/2000"), Optional.empty(), false, true, 1, true, Optional.empty());
    }

    @Nested
    @DisplayName("is led by a member that")
    class Leader {
        @Test
        @DisplayName("follows the remote primary, wherever of its hosts that is, by the slot named")
        void follows() {
            var decision = decide(ours(), standby().lease(MUCH), FOLLOWS);
            assertThat(decision).isInstanceOf(Follow.class);
            var upstream = ((Follow) decision).upstream().orElseThrow();
            assertThat(upstream.addresses())
                    .containsExactly(new HostPort("far-a", 5433), new HostPort("far-b", 5433));
            assertThat(upstream.remote().orElseThrow().slot()).contains("dr");
        }

        @Test
        @DisplayName("keeps the key and is never promoted, also where it is a handover's candidate")
        void keeps() {
            assertThat(decide(ours(), streaming(), FOLLOWS)).isInstanceOf(KeepLeading.class);
            var asked = ours().asked(Optional.of(THEM), Optional.of(US), Optional.empty());
            assertThat(decide(asked, streaming(), FOLLOWS)).isInstanceOf(ClearHandover.class);
            assertThat(decide(asked, streaming(), PAUSED)).isInstanceOf(KeepLeading.class);
        }

        @Test
        @DisplayName("points elsewhere when the section names other hosts or another slot")
        void changed() {
            var elsewhere = policy("standby_cluster", Map.of("host", "far-a", "port", 5433));
            assertThat(decide(ours(), streaming(), elsewhere)).isInstanceOf(Follow.class);
            var withoutSlots =
                    policy("standby_cluster", SECTION, "postgresql", Map.of("use_slots", false));
            assertThat(decide(ours(), streaming(), withoutSlots)).isInstanceOf(Follow.class);
        }

        @Test
        @DisplayName(
                "that was told to end recovery, when the cluster was its own, is stopped first")
        void toldToEndRecovery() {
            assertThat(decide(ours(), streaming().toldToEndRecovery(), FOLLOWS))
                    .isInstanceOf(StopStandby.class);
            assertThat(decide(ours(), streaming().toldToEndRecovery(), PAUSED))
                    .isInstanceOf(KeepLeading.class);
        }

        @Test
        @DisplayName("gives the key back if it is seen now that another alone has every commit")
        void lacksCommits() {
            var sync =
                    policy("standby_cluster", SECTION, "use_slots", true, "synchronous_mode", "on");
            assertThat(decide(ours().sync(THEM, 0), streaming(), sync))
                    .isInstanceOf(ReleaseLeader.class);
            assertThat(decide(ours().sync(THEM, 0, US), streaming(), sync))
                    .isInstanceOf(KeepLeading.class);
            assertThat(decide(ours().sync(THEM, 0), streaming().onTimeline(2), sync))
                    .as("the remote primary has gone on: the key is of former days")
                    .isNotInstanceOf(ReleaseLeader.class);
        }

        @Test
        @DisplayName("follows nobody where only an archive is named")
        void archive() {
            assertThat(decide(ours(), standby().lease(MUCH), BY_ARCHIVE))
                    .isInstanceOf(KeepLeading.class);
            assertThat(decide(ours(), streaming(), BY_ARCHIVE))
                    .isInstanceOfSatisfying(
                            Follow.class, follow -> assertThat(follow.upstream()).isEmpty());
        }

        @Test
        @DisplayName("that does not stream asks whether its WAL left the remote's history")
        void compares() {
            assertThat(decide(ours(), pointing(""), FOLLOWS))
                    .isInstanceOfSatisfying(
                            CompareHistory.class,
                            ask -> assertThat(ask.upstream()).isEqualTo(remote()));
            assertThat(decide(ours(), pointing("").knowing(leftAt("0/3000")), FOLLOWS))
                    .isInstanceOf(KeepLeading.class);
            assertThat(decide(ours(), pointing("").knowing(remoteInRecovery()), FOLLOWS))
                    .isInstanceOf(KeepLeading.class);
            assertThat(decide(ours(), pointing("").knowing(leftAt("0/1000")), FOLLOWS))
                    .isInstanceOf(StopStandby.class);
            assertThat(decide(ours(), pointing("").knowing(leftAt("0/1000")), PAUSED))
                    .as("in pause nothing is stopped")
                    .isInstanceOf(KeepLeading.class);
        }

        @Test
        @DisplayName("leads on while the remote cannot be asked: it is what is left")
        void remoteLost() {
            var store = new StoreState.Seen(ours().view());
            var asked = (CompareHistory) decide(ours(), pointing(""), FOLLOWS);
            assertThat(Failover.unasked(asked, store, pointing("").view(), FOLLOWS))
                    .isInstanceOf(KeepLeading.class);
            var stopped = down("shut down in recovery").standbySignal().lease(MUCH);
            assertThat(Failover.unasked(asked, store, stopped.view(), FOLLOWS))
                    .isInstanceOfSatisfying(
                            StartStandby.class,
                            start -> assertThat(start.upstream()).contains(remote()));
            assertThat(Failover.unasked(asked, store, stopped.view(), policy()))
                    .as("in an ordinary cluster a leader is needed first")
                    .isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("hands over at a switchover as any leader does")
        void switchover() {
            var asked = ours().switchover(Optional.of(THEM));
            assertThat(decide(asked, streaming(), FOLLOWS)).isInstanceOf(AskPeers.class);
            assertThat(decide(asked, streaming().hearing(THEM, standbyAt("0/2000")), FOLLOWS))
                    .isInstanceOfSatisfying(
                            Demote.class,
                            demote -> assertThat(demote.mode()).isEqualTo(Demote.Mode.GRACEFUL));
        }

        @Test
        @DisplayName("goes on reading when the store is away, and follows the remote if it starts")
        void storeAway() {
            assertThat(away(streaming().role(Role.STANDBY_LEADER), FOLLOWS))
                    .isInstanceOf(Wait.class);
            var stopped =
                    down("shut down in recovery")
                            .role(Role.STANDBY_LEADER)
                            .remembering(Memory::withStarted);
            assertThat(away(stopped, FOLLOWS))
                    .isInstanceOfSatisfying(
                            StartStandby.class,
                            start -> assertThat(start.upstream()).contains(remote()));
        }
    }

    @Nested
    @DisplayName("when its leader's PostgreSQL is down")
    class Down {
        @Test
        @DisplayName("never starts it as a primary, also where it crashed as one")
        void neverPrimary() {
            var crashed = down("in production").role(Role.PRIMARY).lease(MUCH);
            assertThat(decide(ours(), crashed)).isInstanceOf(StartPrimary.class);
            assertThat(decide(ours(), crashed, FOLLOWS)).isInstanceOf(CompareHistory.class);
        }

        @Test
        @DisplayName("brings it onto the remote's history: follow, rewind, clone")
        void ladder() {
            var clean = down("shut down in recovery").standbySignal().lease(MUCH);
            assertThat(decide(ours(), clean.knowing(leftAt("0/3000")), FOLLOWS))
                    .isInstanceOfSatisfying(
                            StartStandby.class,
                            start -> assertThat(start.upstream()).contains(remote()));
            assertThat(decide(ours(), clean.knowing(leftAt("0/1000")), FOLLOWS))
                    .isInstanceOfSatisfying(
                            Rewind.class,
                            rewind -> assertThat(rewind.upstream()).isEqualTo(remote()));
            assertThat(
                            decide(
                                    ours(),
                                    clean.remembering(m -> m.withRewind(Memory.Rewind.FAILED)),
                                    FOLLOWS))
                    .isInstanceOfSatisfying(
                            Clone.class, clone -> assertThat(clone.upstream()).isEqualTo(remote()));
        }

        @Test
        @DisplayName("starts it beside a remote that is no primary yet, as after demote-cluster")
        void remoteNotYetPrimary() {
            var clean = down("shut down").lease(MUCH).knowing(remoteInRecovery());
            assertThat(decide(ours(), clean, FOLLOWS)).isInstanceOf(StartStandby.class);
        }

        @Test
        @DisplayName("starts it without asking anybody where only an archive is named")
        void archive() {
            assertThat(decide(ours(), down("shut down in recovery").lease(MUCH), BY_ARCHIVE))
                    .isInstanceOfSatisfying(
                            StartStandby.class, start -> assertThat(start.upstream()).isEmpty());
        }

        @Test
        @DisplayName("gives the key to another if it does not start")
        void failed() {
            assertThat(
                            decide(
                                    ours(),
                                    down("shut down in recovery")
                                            .state(PostgresState.START_FAILED)
                                            .lease(MUCH),
                                    FOLLOWS))
                    .isInstanceOf(ReleaseLeader.class);
        }
    }

    @Nested
    @DisplayName("has other members that")
    class Others {
        private final Cluster led =
                cluster().ledBy(THEM).with(member(THEM, "role", "standby_leader"));

        @Test
        @DisplayName("cascade from the leader")
        void cascade() {
            assertThat(decide(led, standby(), FOLLOWS))
                    .isInstanceOfSatisfying(
                            Follow.class,
                            follow -> assertThat(follow.upstream()).contains(upstream(THEM)));
        }

        @Test
        @DisplayName("are compared with and rewound against the remote primary")
        void compared() {
            var cut = standby().live(true, "0/2000", 1, "", Optional.of(upstream(THEM)));
            assertThat(decide(led, cut, FOLLOWS))
                    .isInstanceOfSatisfying(
                            CompareHistory.class,
                            ask -> assertThat(ask.upstream()).isEqualTo(remote()));
            assertThat(decide(led, cut.knowing(leftAt("0/1000")), FOLLOWS))
                    .isInstanceOf(StopStandby.class);
            assertThat(
                            decide(
                                    led,
                                    down("shut down in recovery").knowing(leftAt("0/1000")),
                                    FOLLOWS))
                    .isInstanceOfSatisfying(
                            Rewind.class,
                            rewind -> assertThat(rewind.upstream()).isEqualTo(remote()));
        }

        @Test
        @DisplayName("are cloned from the leader")
        void cloned() {
            assertThat(decide(led, empty(), FOLLOWS))
                    .isInstanceOfSatisfying(
                            Clone.class,
                            clone -> assertThat(clone.upstream()).isEqualTo(upstream(THEM)));
        }

        @Test
        @DisplayName("race for its place, whatever the history says of a time before")
        void race() {
            assertThat(decide(cluster(), standby().hearing(THEM, standbyAt("0/1000")), FOLLOWS))
                    .isInstanceOf(Acquire.class);
            var checked = policy("standby_cluster", SECTION, "check_timeline", true);
            var later = cluster().onTimeline(7, THEM);
            assertThat(decide(later, standby().hearing(THEM, standbyAt("0/1000")), checked))
                    .isInstanceOf(Acquire.class);
            assertThat(decide(cluster(), standby().hearing(THEM, standbyAt("0/3000")), FOLLOWS))
                    .isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("stop at once if they are primaries")
        void stop() {
            assertThat(decide(led, primary(), FOLLOWS))
                    .isInstanceOfSatisfying(
                            Demote.class,
                            demote ->
                                    assertThat(demote.mode())
                                            .isEqualTo(Demote.Mode.IMMEDIATE_NOLOCK));
        }
    }

    @Nested
    @DisplayName("is made")
    class Made {
        @Test
        @DisplayName("as a copy of the remote primary")
        void bootstrap() {
            var none = cluster().initialize(new Initialize.Absent());
            assertThat(decide(none, empty(), FOLLOWS))
                    .isInstanceOfSatisfying(
                            BootstrapStandby.class,
                            made -> assertThat(made.remote()).isEqualTo(remote()));
            assertThat(decide(none, empty(), BY_ARCHIVE))
                    .isInstanceOfSatisfying(
                            Wait.class, wait -> assertThat(wait.reason()).contains("no host"));
        }

        @Test
        @DisplayName("and published once the copy answers as a standby")
        void published() {
            var claimed = cluster().initialize(new Initialize.InProgress());
            var copied = standby().remembering(m -> m.withBootstrap(Memory.Bootstrap.DONE));
            assertThat(decide(claimed, copied, FOLLOWS)).isInstanceOf(FinishBootstrap.class);
            assertThat(decide(claimed, copied, policy())).isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("anew in a store that lost it, out of what its members have")
        void adopted() {
            var none = cluster().initialize(new Initialize.Absent());
            assertThat(decide(none, standby(), FOLLOWS)).isInstanceOf(WriteInitialize.class);
            assertThat(decide(none, standby())).isInstanceOf(Exit.class);
        }
    }

    @Nested
    @DisplayName("comes and goes with its section:")
    class Change {
        @Test
        @DisplayName("a primary steps down and keeps the key; in pause that waits")
        void demoted() {
            assertThat(decide(ours(), primary(), FOLLOWS))
                    .isInstanceOfSatisfying(
                            Demote.class,
                            demote -> assertThat(demote.mode()).isEqualTo(Demote.Mode.CLUSTER));
            assertThat(decide(ours(), primary(), PAUSED)).isInstanceOf(KeepLeading.class);
            assertThat(decide(ours(), primary().doing(Kind.DEMOTE), FOLLOWS))
                    .isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("a primary without a leader's key takes it, to step down in order")
        void vacant() {
            assertThat(decide(cluster(), primary(), FOLLOWS)).isInstanceOf(Acquire.class);
        }

        @Test
        @DisplayName("its leader is promoted when the section is gone")
        void promoted() {
            assertThat(decide(ours(), streaming(), policy())).isInstanceOf(Promote.class);
        }

        @Test
        @DisplayName("what was acknowledged before it came is not forgotten")
        void acknowledged() {
            var sync = policy("standby_cluster", SECTION, "synchronous_mode", "on");
            var key = cluster().sync(THEM, 0, THIRD);
            assertThat(decide(key, standby().hearing(THEM, standbyAt("0/1000")), sync))
                    .isInstanceOf(Wait.class);
        }
    }

    @Nested
    @DisplayName("has a section")
    class Section {
        private static Map<String, Object> with(Object section) {
            return Map.of("standby_cluster", section);
        }

        @Test
        @DisplayName("that names one or several hosts, and one port for all or one for each")
        void hosts() {
            assertThat(hosts(Map.of("host", "a"))).containsExactly(new HostPort("a", 5432));
            assertThat(hosts(Map.of("host", "::1"))).containsExactly(new HostPort("::1", 5432));
            assertThat(hosts(Map.of("host", "a, b", "port", "1,2")))
                    .containsExactly(new HostPort("a", 1), new HostPort("b", 2));
        }

        private List<HostPort> hosts(Map<String, Object> section) {
            return StandbyCluster.of(with(section)).orElseThrow().hosts();
        }

        @Test
        @DisplayName("without which, or with nothing in it to follow, it is none")
        void none() {
            assertThat(StandbyCluster.of(Map.of())).isEmpty();
            assertThat(StandbyCluster.of(with(Map.of()))).isEmpty();
            assertThat(StandbyCluster.of(with(Map.of("primary_slot_name", "x")))).isEmpty();
        }

        @Test
        @DisplayName("that cannot be read follows nobody, and promotes nobody either")
        void unreadable() {
            var odd = policy("standby_cluster", Map.of("host", "a", "port", "many"));
            assertThat(odd.standbyCluster().orElseThrow().trouble()).contains("many");
            assertThat(decide(ours(), standby().lease(MUCH), odd)).isInstanceOf(KeepLeading.class);
        }

        @ParameterizedTest
        @DisplayName("that is refused where it would not do what it says")
        @CsvSource(
                delimiter = '|',
                value = {
                    "{\"hots\":\"a\"} | hots",
                    "{\"primary_slot_name\":\"x\"} | needs a host",
                    "{\"port\":5432} | a port without a host",
                    "{\"host\":\"a\",\"port\":\"many\"} | \"many\" is not a number",
                    "{\"host\":\"a\",\"port\":70000} | 70000",
                    "{\"host\":\"a:5433,b\"} | has a port in it; they stand apart: host a, port 5433",
                    "{\"host\":\"[::1]\"} | without them",
                    "{\"host\":\"a,b,c\",\"port\":\"1,2\"} | 2 ports",
                    "{\"host\":\"a\",\"primary_slot_name\":\"B-1\"} | B-1",
                    "{\"host\":\"a\",\"create_replica_methods\":[\"wal_g\"]} | wal_g",
                    "{\"host\":\"a\",\"recovery_min_apply_delay\":\"soon\"} | soon",
                    "\"far\" | no object"
                })
        void refused(String section, String told) {
            var after = ConfigChange.parse("{\"standby_cluster\":" + section + "}").orElseThrow();
            assertThat(ConfigChange.refuse(Map.of(), after).orElseThrow().text())
                    .contains("standby_cluster", told);
        }

        @Test
        @DisplayName("that is taken with all it may say, and taken away")
        void taken() {
            var whole =
                    with(
                            Map.of(
                                    "host",
                                    "a",
                                    "port",
                                    5432,
                                    "primary_slot_name",
                                    "dr",
                                    "create_replica_methods",
                                    List.of("basebackup"),
                                    "restore_command",
                                    "fetch %f %p",
                                    "archive_cleanup_command",
                                    "clean %r",
                                    "recovery_min_apply_delay",
                                    "5min"));
            assertThat(ConfigChange.refuse(Map.of(), whole)).isEmpty();
            assertThat(ConfigChange.refuse(whole, Map.of())).isEmpty();
        }
    }

    @Test
    @DisplayName("stands for its remote primary by a name that no member's slot is taken for")
    void remoteName() {
        assertThat(remote().name()).isEqualTo(new MemberName("remote_member"));
        assertThat(remote().database()).isEqualTo("postgres");
    }
}
