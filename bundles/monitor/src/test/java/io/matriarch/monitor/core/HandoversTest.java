package io.matriarch.monitor.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import io.matriarch.monitor.core.Handovers.Sight;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("What the ledger notes")
class HandoversTest {
    private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");

    /** As the decision to promote says it. */
    private static final String ASKED =
            "the lease is ours, by the switchover from a that was asked for";

    private final Handovers handovers = new Handovers("b");

    private static Instant at(double second) {
        return START.plusMillis((long) (second * 1000));
    }

    private void sees(double second, String leader, long lag) {
        handovers.seen(new Sight(at(second), leader, OptionalLong.of(lag)));
    }

    @Test
    @DisplayName(
            "of a failover: from the last sight of the old leader until writes are taken, and what was lost")
    void failover() {
        sees(0, "a", 0);
        sees(1, "a", 4096);
        sees(2, "", 4096);
        assertThat(handovers.roleChanged(at(4), "replica", "promoted", "the lease is ours"))
                .isEmpty();
        var event =
                handovers
                        .roleChanged(at(4.5), "promoted", "primary", "the lease is ours")
                        .orElseThrow();
        assertThat(event.kind()).isEqualTo("failover");
        assertThat(event.former()).isEqualTo("a");
        assertThat(event.began()).isEqualTo(at(1));
        assertThat(event.took()).isEqualTo(Duration.ofMillis(3500));
        assertThat(event.phases())
                .containsEntry("elect", Duration.ofSeconds(3))
                .containsEntry("promote", Duration.ofMillis(500));
        assertThat(event.lostBytes()).hasValue(4096);
    }

    @Test
    @DisplayName("of a switchover: nothing was lost, the old leader waited")
    void switchover() {
        sees(0, "a", 100);
        handovers.roleChanged(at(1), "replica", "promoted", ASKED);
        var event = handovers.roleChanged(at(2), "promoted", "primary", ASKED).orElseThrow();
        assertThat(event.kind()).isEqualTo("switchover");
        assertThat(event.lostBytes()).hasValue(0);
    }

    @Test
    @DisplayName("of a primary that was down and came back by itself: an outage")
    void outage() {
        handovers.roleChanged(at(0), "replica", "primary", "the cluster is created");
        handovers.roleChanged(at(10), "primary", "demoted", "the store is away");
        var event =
                handovers
                        .roleChanged(at(15), "demoted", "primary", "the lease is ours")
                        .orElseThrow();
        assertThat(event.kind()).isEqualTo("outage");
        assertThat(event.took()).hasSeconds(5);
        assertThat(event.reason()).isEqualTo("the store is away");
    }

    @Test
    @DisplayName("nothing of a new cluster, and nothing twice")
    void nothing() {
        assertThat(handovers.roleChanged(at(0), "uninitialized", "promoted", "new")).isEmpty();
        assertThat(handovers.roleChanged(at(1), "promoted", "primary", "new")).isEmpty();
        assertThat(handovers.roleChanged(at(2), "promoted", "primary", "new")).isEmpty();
    }

    @Nested
    @DisplayName("What the history keeps")
    class Kept {
        private final MainSeries series = new MainSeries();

        private static List<Family> figures(double commits) {
            var commit = Metric.counter("pg_stat_database_xact_commit", ".", "datid", "datname");
            var lag = Native.gauge("replication_stage_bytes", ".", "standby", "stage");
            var role = Native.gauge("member_role", ".", "role");
            return List.of(
                    Family.of(commit, commits, "1", "x"),
                    Family.of(commit, 10, "2", "y"),
                    Family.of(lag, 5, "c", "m", "s", "network"),
                    Family.of(lag, 7, "c", "m", "s", "total"),
                    Family.of(role, 1, "c", "m", "standby"));
        }

        @Test
        @DisplayName("is the rate of a counter over all its labels, and one figure per standby")
        void values() {
            assertThat(series.of(figures(100), at(0)))
                    .doesNotContainKeys("commits_per_second", "primary")
                    .containsEntry("replication_lag_bytes{standby=\"s\"}", 7.0);
            assertThat(series.of(figures(150), at(10))).containsEntry("commits_per_second", 5.0);
            assertThat(series.of(figures(0), at(20))).doesNotContainKey("commits_per_second");
        }
    }
}
