package io.matriarch.postgres.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.Progress;
import io.matriarch.postgres.api.StopMode;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("On a real PostgreSQL (of -Dmatriarch.test.pgbin, else the one found)")
class LocalPostgresOnRealServerTest {
    private static final Map<String, Object> NOTHING = Map.of();

    @Test
    @DisplayName("a cluster is made, cloned, handed over, and the old primary follows the new one")
    void lifeOfACluster() throws Exception {
        try (var a = TestNode.of("node-a");
                var b = TestNode.of("node-b")) {
            assertThat(a.look().dataDirectory()).isEqualTo(DataDirectory.EMPTY);
            a.server.configure(NOTHING);
            a.server.bootstrap(_ -> {});
            assertThat(a.look().state()).isEqualTo(PostgresState.RUNNING);
            assertThat(a.live().inRecovery()).isFalse();
            assertThat(a.live().timeline()).isEqualTo(1);
            assertThat(a.look().control().orElseThrow().checksums()).isTrue();
            a.sql("CREATE TABLE t (n int)");

            a.server.createPhysicalSlot(b.settings.name().slotName());
            var steps = new ArrayList<Progress>();
            b.server.configure(NOTHING);
            b.server.cloneFrom(a.asUpstream(), steps::add);
            assertThat(steps.getLast().doneBytes()).isPositive();
            b.server.startStandby(Optional.of(a.asUpstream()), TestNode.LONG);
            b.await(
                    "streaming",
                    v ->
                            v.live()
                                    .filter(l -> l.replicationState().equals("streaming"))
                                    .isPresent());
            assertThat(b.live().upstream()).contains(a.settings.connectAddress());
            assertThat(b.live().primarySlotName()).isEqualTo("node_b");
            assertThat(b.look().systemId()).isEqualTo(a.look().systemId());
            assertThat(a.live().walSenders())
                    .singleElement()
                    .satisfies(s -> assertThat(s.applicationName()).isEqualTo("node-b"));

            var checkpoint = new AtomicReference<Lsn>();
            a.server.stop(StopMode.FAST, TestNode.LONG, checkpoint::set);
            assertThat(a.look().state()).isEqualTo(PostgresState.STOPPED);
            assertThat(a.look().control().orElseThrow().shutDownClean()).isTrue();
            assertThat(checkpoint.get()).isEqualTo(a.look().control().orElseThrow().checkpoint());
            assertThat(b.live().position().isAfter(checkpoint.get())).isTrue();

            b.server.promote(TestNode.LONG);
            assertThat(b.live().inRecovery()).isFalse();
            assertThat(b.live().timeline()).isEqualTo(2);
            assertThat(b.look().standbySignal()).isFalse();
            assertThat(b.server.timelineHistory(2))
                    .singleElement()
                    .satisfies(line -> assertThat(line.endedTimeline()).isEqualTo(1));
            b.sql("INSERT INTO t VALUES (1)");

            var lineage = a.server.lineage(b.asUpstream(), TestNode.ASK);
            assertThat(lineage.formerPrimary()).isTrue();
            assertThat(lineage.cleanShutdown()).isTrue();
            assertThat(lineage.upstreamTimeline()).isEqualTo(2);
            assertThat(lineage.checkpointEnd()).isEqualTo(lineage.switchPoint());

            b.server.createPhysicalSlot("node_a");
            a.server.startStandby(Optional.of(b.asUpstream()), TestNode.LONG);
            a.await("on timeline 2", v -> v.live().filter(l -> l.timeline() == 2).isPresent());
            a.await("caught up", v -> v.live().get().replayed().equals(b.live().flushed()));
            assertThat(a.value("SELECT n FROM t")).isEqualTo("1");
        }
    }
}
