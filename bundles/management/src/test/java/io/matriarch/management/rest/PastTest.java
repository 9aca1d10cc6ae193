package io.matriarch.management.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.management.core.Identity;
import io.matriarch.management.fake.FakeBundles;
import io.matriarch.management.fake.FakeNeighbours;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The past of this node")
class PastTest {
    private static final Instant NOW = Instant.parse("2026-11-25T13:00:00Z");
    private final FakeNeighbours neighbours = new FakeNeighbours();
    private final ApiServlet servlet =
            new ApiServlet(
                    new Handlers(
                            neighbours,
                            new FakeBundles(),
                            () -> new Identity("main", "n1", "0.1.0"),
                            InstantSource.fixed(NOW)));

    private Exchange get(String target) {
        return new Exchange("GET", target).through(servlet);
    }

    @Test
    @DisplayName("an event says how long it took, its parts in milliseconds, and what was lost")
    void events() {
        var event = (Map<?, ?>) ((List<?>) get("/events").json().get("events")).getFirst();
        assertThat(event.get("kind")).isEqualTo("failover");
        assertThat(event.get("phases")).isEqualTo(Map.of("promote", 300));
        assertThat(event.get("lostBytes")).isEqualTo(4096);
    }

    @Test
    @DisplayName(
            "values of a series are null where nothing is known; the last hour in 360 unless told otherwise")
    void values() {
        var answer = get("/series/values?names=connections,primary");
        assertThat(answer.text()).contains("[1.5,null]");
        assertThat(neighbours.monitor.askedFrom).isEqualTo(NOW.minusSeconds(3_600));
        assertThat(neighbours.monitor.askedTo).isEqualTo(NOW);
        assertThat(neighbours.monitor.askedPoints).isEqualTo(360);
        get(
                "/series/values?names=connections&sinceSeconds=600&until=2026-11-25T12:55:00Z&points=10");
        assertThat(neighbours.monitor.askedFrom).isEqualTo(NOW.minusSeconds(600));
        assertThat(neighbours.monitor.askedPoints).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/series/values | names",
                "/series/values?names=nonsense | there is no series",
                "/series/values?names=connections&points=0 | points",
                "/series/values?names=connections&until=2020-01-01T00:00:00Z | is not after"
            })
    @DisplayName("what cannot be answered is refused with what would be right")
    void refused(String target, String why) {
        var answer = get(target);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains(why);
    }

    @Test
    @DisplayName("health of one aspect is told by the status too: 503 is no, a warning is yes")
    void health() {
        assertThat(get("/health").json()).containsEntry("status", "warning");
        assertThat(get("/health?aspect=restart").status()).isEqualTo(200);
        neighbours.monitor.restart = io.matriarch.monitor.api.Health.Status.CRITICAL;
        assertThat(get("/health?aspect=restart").status()).isEqualTo(503);
        assertThat(get("/health?aspect=liveness").status()).isEqualTo(200);
        assertThat(get("/health").status()).isEqualTo(200);
        assertThat(get("/health?aspect=wealth").status()).isEqualTo(400);
    }

    @Test
    @DisplayName("without the bundle that keeps it the answer names the bundle")
    void absent() {
        neighbours.absent = true;
        assertThat(get("/events").status()).isEqualTo(503);
        assertThat(get("/series").text()).contains("monitoring is absent");
    }
}
