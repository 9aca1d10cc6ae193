package io.matriarch.management.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.management.fake.FakeNeighbours;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Native;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The MBeans of monitoring")
class MonitoringBeansTest {
    private final FakeNeighbours neighbours = new FakeNeighbours();
    private final HealthBean health = new HealthBean(neighbours);
    private final EventsBean events =
            new EventsBean(neighbours, InstantSource.fixed(Instant.parse("2026-11-25T13:00:00Z")));
    private final ReplicationBean replication = new ReplicationBean(neighbours, () -> 0);

    private void tells(String name, double value, String[] labels, String... values) {
        var metric = Native.gauge(name, ".", labels);
        var all = new java.util.ArrayList<>(java.util.List.of("demo", "n1"));
        all.addAll(java.util.List.of(values));
        neighbours.monitor.figures.add(Family.of(metric, value, all.toArray(String[]::new)));
    }

    @Test
    @DisplayName("health is the worst of an aspect's checks, and ok where there is none")
    void health() {
        assertThat(health.getLiveness()).isEqualTo("ok");
        assertThat(health.getRestart()).isEqualTo("warning");
        assertThat(health.getReadiness()).isEqualTo("ok");
        assertThat(health.getChecks())
                .extracting(PastViews.Check::text)
                .contains("this node leads");
    }

    @Test
    @DisplayName("an event tells how long it took and what was lost")
    void events() {
        var event = events.getRecent().getFirst();
        assertThat(event.tookMillis()).isEqualTo(3_000);
        assertThat(event.phasesMillis()).containsEntry("promote", 300L);
        assertThat(event.lostBytes()).isEqualTo(4_096);
        assertThat(events.since("2026-11-25T11:00:00+00:00")).hasSize(1);
        assertThatThrownBy(() -> events.since("yesterday")).hasMessageContaining("yesterday");
    }

    @Test
    @DisplayName("a primary tells of each standby; what is not known is -1")
    void replication() {
        String[] standby = {"standby"};
        tells("replication_state", 1, new String[] {"standby", "state"}, "b", "streaming");
        tells("replication_sync_state", 1, new String[] {"standby", "sync_state"}, "b", "async");
        tells("replication_clock_lag_seconds", 2.5, standby, "b");
        tells("replication_stage_bytes", 70, new String[] {"standby", "stage"}, "b", "total");
        tells("replication_sync_required", 1, new String[0]);
        assertThat(replication.getStandbys())
                .containsExactly(new PastViews.Standby("b", "streaming", "async", 2.5, 70, -1));
        assertThat(replication.getSynchronousRequired()).isEqualTo(1);
        assertThat(replication.getSynchronousAvailable()).isEqualTo(-1);
        assertThat(replication.isReceiving()).isFalse();
        assertThat(replication.getRpoSeconds()).isEqualTo(-1);
    }

    @Test
    @DisplayName("without the bundle they say so")
    void absent() {
        neighbours.absent = true;
        assertThatThrownBy(health::getChecks).hasMessageContaining("monitoring is absent");
        assertThatThrownBy(replication::getStandbys).hasMessageContaining("monitoring is absent");
    }
}
