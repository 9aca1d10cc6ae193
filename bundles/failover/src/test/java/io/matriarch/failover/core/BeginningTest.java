package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Code;
import io.matriarch.api.SystemId;
import io.matriarch.failover.core.ClusterView.Initialize;
import io.matriarch.failover.core.Decision.*;
import io.matriarch.failover.core.LocalView.Memory;
import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.PostgresState;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("How a node begins")
class BeginningTest {
    private static final Initialize ABSENT = new Initialize.Absent();
    private static final SystemId OTHER = new SystemId("1234567890123");

    @Nested
    @DisplayName("without a data directory")
    class WithoutData {
        @Test
        @DisplayName("it creates the cluster if there is none")
        void bootstrap() {
            assertThat(decide(cluster().initialize(ABSENT), empty())).isInstanceOf(Bootstrap.class);
        }

        @Test
        @DisplayName("it waits if its file does not say how, or it may never lead")
        void mayNot() {
            var none = cluster().initialize(ABSENT);
            assertThat(decide(none, empty().withoutBootstrapSection())).isInstanceOf(Wait.class);
            assertThat(decide(none, empty().tags(tags("nofailover", true))))
                    .isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("it waits while another member creates the cluster, and while nobody leads")
        void waits() {
            assertThat(decide(cluster().initialize(new Initialize.InProgress()), empty()))
                    .isInstanceOf(Wait.class);
            assertThat(decide(cluster(), empty())).isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("it clones the leader")
        void clonesTheLeader() {
            var decision = decide(cluster().ledBy(THEM), empty());
            assertThat(decision)
                    .isInstanceOfSatisfying(
                            Clone.class,
                            clone -> assertThat(clone.upstream()).isEqualTo(upstream(THEM)));
        }

        @Test
        @DisplayName("it clones a running member that offers itself, rather than the leader")
        void clonesWhoOffers() {
            var offer = member(THIRD, "tags", java.util.Map.of("clonefrom", true));
            var decision = decide(cluster().ledBy(THEM).with(offer), empty());
            assertThat(decision)
                    .isInstanceOfSatisfying(
                            Clone.class,
                            clone -> assertThat(clone.upstream()).isEqualTo(upstream(THIRD)));
        }

        @Test
        @DisplayName(
                "it gives a leader key back, waits in pause, and waits a while after a failure")
        void notNow() {
            assertThat(decide(cluster().ledBy(US), empty())).isInstanceOf(ReleaseLeader.class);
            assertThat(decide(cluster().ledBy(THEM), empty(), policy("pause", true)))
                    .isInstanceOf(Wait.class);
            var failed = empty().remembering(m -> m.withRetryAt(Optional.of(NOW.plusSeconds(3))));
            assertThat(decide(cluster().ledBy(THEM), failed)).isInstanceOf(Wait.class);
        }

        @Test
        @DisplayName("a time to wait for that lies an hour ahead is a calendar set back, and past")
        void calendarSetBack() {
            var jumped =
                    empty().remembering(m -> m.withRetryAt(Optional.of(NOW.plusSeconds(3_600))));
            assertThat(decide(cluster().ledBy(THEM), jumped)).isInstanceOf(Clone.class);
        }
    }

    @Nested
    @DisplayName("while it creates the cluster")
    class OwnBootstrap {
        @Test
        @DisplayName("it waits for initdb, publishes the primary, and tidies up after a failure")
        void stages() {
            var claimed = cluster().initialize(new Initialize.InProgress());
            assertThat(
                            decide(
                                    claimed,
                                    empty().remembering(m ->
                                            m.withBootstrap(Memory.Bootstrap.CLAIMED))))
                    .isInstanceOf(Wait.class);
            assertThat(
                            decide(
                                    claimed,
                                    primary()
                                            .remembering(
                                                    m -> m.withBootstrap(Memory.Bootstrap.DONE))))
                    .isInstanceOfSatisfying(
                            FinishBootstrap.class, finish -> assertThat(finish.id()).isEqualTo(ID));
            assertThat(
                            decide(
                                    claimed,
                                    standby()
                                            .remembering(
                                                    m -> m.withBootstrap(Memory.Bootstrap.DONE))))
                    .isInstanceOf(Wait.class);
            assertThat(
                            decide(
                                    claimed,
                                    empty().remembering(
                                                    m -> m.withBootstrap(Memory.Bootstrap.FAILED))))
                    .isInstanceOf(AbandonBootstrap.class);
            assertThat(
                            decide(
                                    claimed,
                                    down("in production")
                                            .state(PostgresState.CRASHED)
                                            .remembering(
                                                    m -> m.withBootstrap(Memory.Bootstrap.DONE))))
                    .isInstanceOf(AbandonBootstrap.class);
            assertThat(decide(claimed, empty().doing(Kind.BOOTSTRAP))).isInstanceOf(Wait.class);
        }
    }

    @Nested
    @DisplayName("with a data directory")
    class WithData {
        @Test
        @DisplayName("of another cluster it ends, except in pause")
        void anothersData() {
            assertThat(decide(cluster(), standby().id(OTHER)))
                    .isInstanceOfSatisfying(
                            Exit.class,
                            exit -> {
                                assertThat(exit.code()).isEqualTo(Code.DATA_DIRECTORY);
                                assertThat(exit.reason()).contains(OTHER.value(), ID.value());
                            });
            assertThat(decide(cluster(), standby().id(OTHER), policy("pause", true)))
                    .isInstanceOf(Wait.class);
            assertThat(decide(cluster().ledBy(US), standby().id(OTHER), policy("pause", true)))
                    .isInstanceOf(ReleaseLeader.class);
        }

        @Test
        @DisplayName("a running primary is adopted: its identifier goes into the store")
        void adopts() {
            assertThat(decide(cluster().initialize(ABSENT), primary()))
                    .isInstanceOfSatisfying(
                            WriteInitialize.class, write -> assertThat(write.id()).isEqualTo(ID));
        }

        @Test
        @DisplayName("a standby is not adopted: its primary's agent has to start first")
        void adoptsNoStandby() {
            assertThat(decide(cluster().initialize(ABSENT), standby())).isInstanceOf(Exit.class);
        }

        @Test
        @DisplayName("the leader repairs a missing or broken identifier")
        void repairs() {
            for (var broken :
                    java.util.List.of(
                            ABSENT, new Initialize.Broken("x"), new Initialize.InProgress()))
                assertThat(decide(cluster().initialize(broken).ledBy(US), primary()))
                        .isInstanceOf(WriteInitialize.class);
        }

        @Test
        @DisplayName(
                "that cannot be used it ends, or waits if it could be used before, and gives a leader key back")
        void inaccessible() {
            var node = down("in production").directory(DataDirectory.INACCESSIBLE);
            assertThat(decide(cluster(), node)).isInstanceOf(Exit.class);
            assertThat(decide(cluster().ledBy(US), node)).isInstanceOf(ReleaseLeader.class);
            var before = node.remembering(LocalView.Memory::withStarted);
            assertThat(decide(cluster(), before)).isInstanceOf(Wait.class);
        }
    }
}
