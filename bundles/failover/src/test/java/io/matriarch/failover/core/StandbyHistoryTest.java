package io.matriarch.failover.core;

import static io.matriarch.failover.core.Views.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.failover.core.Decision.*;
import io.matriarch.postgres.api.HistoryLine;
import io.matriarch.postgres.api.Lineage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The history in the store, while the cluster follows another,")
class StandbyHistoryTest {
    private static final Map<String, Object> SECTION =
            Map.of("host", "far", "primary_slot_name", US.slotName());
    private static final Policy FOLLOWS = policy("standby_cluster", SECTION);
    private static final Policy PAUSED = policy("standby_cluster", SECTION, "pause", true);
    private static final Policy SYNC = policy("synchronous_mode", true);

    /** Our leader streams from the remote server on timeline 3. */
    private static Views.Node streaming() {
        var remote = FOLLOWS.standbyCluster().orElseThrow().upstream().orElseThrow();
        return standby()
                .live(true, "0/2000", 3, "streaming", Optional.of(remote))
                .lease(Duration.ofSeconds(20));
    }

    private static Cluster upTo(int timeline) {
        return cluster().ledBy(US).onTimeline(timeline, US);
    }

    private static Lineage remote(boolean inRecovery) {
        return new Lineage(
                3,
                Lsn.parse("0/2000"),
                Optional.empty(),
                false,
                true,
                3,
                inRecovery,
                Optional.empty());
    }

    private static HistoryLine line(int ended, long at) {
        return new HistoryLine(ended, new Lsn(at), "why", Instant.EPOCH);
    }

    @Test
    @DisplayName("is cut where the remote primary went on without what was written here last")
    void cut() {
        assertThat(decide(upTo(5), streaming(), FOLLOWS)).isInstanceOf(CompareHistory.class);
        var decision = decide(upTo(5), streaming().knowing(remote(false)), FOLLOWS);
        assertThat(decision).isInstanceOf(CutHistory.class);
        assertThat(decision.reason()).contains("timeline 3", "up to 5");
    }

    @Test
    @DisplayName("stays while the remote server is in recovery, cannot be asked, or in pause")
    void stays() {
        assertThat(decide(upTo(5), streaming().knowing(remote(true)), FOLLOWS))
                .isInstanceOf(KeepLeading.class);
        assertThat(decide(upTo(5), streaming(), PAUSED)).isInstanceOf(KeepLeading.class);
        var asked = (CompareHistory) decide(upTo(5), streaming(), FOLLOWS);
        var seen = new StoreState.Seen(upTo(5).view());
        assertThat(Failover.unasked(asked, seen, streaming().view(), FOLLOWS))
                .isInstanceOf(KeepLeading.class);
    }

    @Test
    @DisplayName("stays if it goes no further than what we stream")
    void noFurther() {
        assertThat(decide(upTo(3), streaming(), FOLLOWS)).isInstanceOf(KeepLeading.class);
        assertThat(decide(upTo(2), streaming(), FOLLOWS)).isInstanceOf(KeepLeading.class);
    }

    @Test
    @DisplayName("keeps what both share, with who went on then, and not the remote's own promotion")
    void shared() {
        List<List<Object>> published =
                List.of(
                        List.of(1, 100, "why", "2026-01-01T00:00:00+00:00", "us"),
                        List.of(2, 250, "why", "2026-01-02T00:00:00+00:00", "them"),
                        List.of(3, 300, "why", "2026-01-03T00:00:00+00:00", "us"));
        assertThat(History.cut(published, List.of(line(1, 100), line(2, 200)), 0))
                .isEqualTo("[[1,100,\"why\",\"2026-01-01T00:00:00+00:00\",\"us\"]]");
        assertThat(History.cut(published, List.of(line(1, 90), line(2, 200), line(3, 210)), 0))
                .isEqualTo("[[1,90,\"why\"],[2,200,\"why\"]]");
        assertThat(History.cut(published, List.of(line(1, 90), line(2, 200), line(3, 210)), 1))
                .isEqualTo("[[2,200,\"why\"]]");
        assertThat(History.cut(published, List.of(line(1, 90)), 0)).isEqualTo("[]");
        assertThat(History.cut(published, List.of(), 0)).isEqualTo("[]");
    }

    @Test
    @DisplayName(
            "tells once it is cut that the remote primary went on, so that the cluster may write")
    void afterwards() {
        var live = streaming().view().server().live().orElseThrow();
        assertThat(Synchronous.overtaken(upTo(5).view(), live)).isFalse();
        assertThat(Synchronous.overtaken(upTo(2).view(), live)).isTrue();
        var key = upTo(5).sync(US, 0);
        assertThat(decide(key, streaming(), SYNC)).isInstanceOf(ReleaseLeader.class);
        var cut = upTo(2).sync(US, 0);
        assertThat(decide(cut, streaming().hearing(THEM, standbyAt("0/2000")), SYNC))
                .isInstanceOf(Promote.class);
    }
}
