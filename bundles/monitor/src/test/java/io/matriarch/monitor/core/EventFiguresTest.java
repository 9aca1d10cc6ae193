package io.matriarch.monitor.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.monitor.api.Event;
import io.matriarch.monitor.api.TextFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The ledger, as figures,")
class EventFiguresTest {
    private static final Instant START = Instant.ofEpochSecond(1_800_000_000);

    private static Event event(String kind, int second, int seconds, OptionalLong lost) {
        return new Event(
                kind,
                "b",
                "a",
                START.plusSeconds(second),
                START.plusSeconds(second + seconds),
                Map.of("elect", Duration.ofMillis(1500)),
                lost,
                "the lease is ours");
    }

    private static String page(EventFigures figures) {
        return TextFormat.PROMETHEUS.write(figures.families(new Identity("demo", "b")));
    }

    @Test
    @DisplayName("says that nothing happened yet by counters at zero")
    void empty() {
        assertThat(page(new EventFigures(List.of())))
                .contains(
                        "matriarch_failovers_total{cluster=\"demo\",member=\"b\",kind=\"failover\",result=\"done\"} 0")
                .doesNotContain("event_last");
    }

    @Test
    @DisplayName("counts what happens from now on, and tells the last of each kind")
    void happened() {
        var figures = new EventFigures(List.of());
        figures.happened(event("failover", 0, 3, OptionalLong.of(4096)));
        figures.happened(event("switchover", 100, 1, OptionalLong.of(0)));
        figures.happened(event("failover", 200, 5, OptionalLong.empty()));
        figures.happened(event("outage", 300, 2, OptionalLong.of(0)));
        assertThat(page(figures))
                .contains(
                        "failovers_total{cluster=\"demo\",member=\"b\",kind=\"failover\",result=\"done\"} 2",
                        "kind=\"switchover\",result=\"done\"} 1",
                        "failover_last_duration_seconds{cluster=\"demo\",member=\"b\",phase=\"elect\"} 1.5",
                        "phase=\"total\"} 5",
                        "event_last_timestamp_seconds{cluster=\"demo\",member=\"b\",kind=\"failover\"} 1800000205",
                        "event_last_duration_seconds{cluster=\"demo\",member=\"b\",kind=\"outage\"} 2",
                        "event_last_lost_bytes{cluster=\"demo\",member=\"b\",kind=\"switchover\"} 0")
                .doesNotContain(
                        "event_last_lost_bytes{cluster=\"demo\",member=\"b\",kind=\"failover\"}");
    }

    @Test
    @DisplayName("knows the last of each kind after a restart of the agent, and counts anew")
    void restarted() {
        var past = List.of(event("failover", 0, 3, OptionalLong.empty()));
        assertThat(page(new EventFigures(past)))
                .contains(
                        "kind=\"failover\",result=\"done\"} 0",
                        "event_last_timestamp_seconds{cluster=\"demo\",member=\"b\",kind=\"failover\"} 1800000003");
    }
}
