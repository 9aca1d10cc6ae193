package io.matriarch.alerting.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.Alerts.SilenceRequest;
import io.matriarch.alerting.api.Matcher;
import io.matriarch.alerting.spool.Delivery;
import io.matriarch.alerting.spool.Delivery.DeliveryException;
import io.matriarch.api.MatriarchException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The port of alerting")
class AlertsServiceTest {
    @TempDir private Path directory;
    private World world;
    private AlertsService alerts;

    @BeforeEach
    void begin() {
        world = new World(directory);
        Delivery way =
                (notice, _) -> {
                    if (notice.receiver().equals("oncall")) throw new DeliveryException("535 no");
                    return "sent";
                };
        alerts = new AlertsService(world.node("n2").engine(), Map.of("team", way, "oncall", way));
        world.pass(Duration.ofMinutes(1));
    }

    private static SilenceRequest request(String matcher, Duration time) {
        return new SilenceRequest(
                List.of(Matcher.parse(matcher)), Optional.empty(), time, "ada", "new disk");
    }

    @Test
    @DisplayName("sets a silence that every member honours, and ends it")
    void silence() throws MatriarchException {
        world.node("n1").measures("pg_up", 0);
        var dry = alerts.silence(request("alertname=PostgresDown", Duration.ofHours(1)), true);
        assertThat(dry.id()).isEmpty();
        world.pass(Duration.ofSeconds(20));
        assertThat(alerts.silences()).isEmpty();
        var set = alerts.silence(request("alertname=PostgresDown", Duration.ofHours(1)), false);
        world.pass(Duration.ofMinutes(5));
        assertThat(alerts.silences()).extracting(s -> s.id()).containsExactly(set.id());
        assertThat(world.told).isEmpty();
        assertThat(alerts.active())
                .extracting(Alert::mutedBy)
                .containsExactly("silence " + set.id());
        alerts.expire(set.id(), true);
        world.pass(Duration.ofMinutes(1));
        assertThat(world.told).as("a dry run ends nothing").isEmpty();
        alerts.expire(set.id(), false);
        world.pass(Duration.ofMinutes(2));
        assertThat(alerts.silences()).isEmpty();
        assertThat(world.told("oncall")).hasSize(1);
    }

    @Test
    @DisplayName("refuses what cannot be meant, with what would be right")
    void refused() {
        assertThatThrownBy(() -> alerts.silence(request("a=b", Duration.ZERO), false))
                .isInstanceOf(MatriarchException.class);
        assertThatThrownBy(() -> alerts.silence(request("a=b", Duration.ofDays(400)), false))
                .hasMessageContaining("not possible");
        assertThatThrownBy(() -> alerts.expire("nope", false))
                .hasMessageContaining("no silence \"nope\"");
        assertThatThrownBy(() -> alerts.resolve("ffff", "ada", false))
                .hasMessageContaining("no alert \"ffff\"");
        assertThatThrownBy(() -> alerts.test("taem", false))
                .hasMessageContaining("no receiver \"taem\"")
                .satisfies(e -> assertThat(((MatriarchException) e).hint()).contains("team"));
    }

    @Test
    @DisplayName("calls over what ends by hand, and nothing else")
    void resolve() throws MatriarchException {
        var node = world.node("n1");
        node.measures("matriarch_cluster_primaries", 2).measures("pg_up", 0);
        world.pass(Duration.ofMinutes(1));
        node.measures("matriarch_cluster_primaries", 1);
        world.pass(Duration.ofMinutes(1));
        var split = find("SplitBrain");
        assertThatThrownBy(() -> alerts.resolve(find("PostgresDown").id(), "ada", false))
                .hasMessageContaining("ends by itself");
        alerts.resolve(split.id().substring(0, 8), "ada", true);
        world.pass(Duration.ofMinutes(1));
        assertThat(find("SplitBrain")).as("a dry run does nothing").isNotNull();
        alerts.resolve(split.id().substring(0, 8), "ada", false);
        world.pass(Duration.ofMinutes(1));
        assertThat(alerts.active()).noneMatch(a -> a.rule().equals("SplitBrain"));
        assertThat(alerts.past(Instant.EPOCH)).anyMatch(a -> a.rule().equals("SplitBrain"));
    }

    private Alert find(String rule) {
        return alerts.active().stream()
                .filter(a -> a.rule().equals(rule))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("tries a receiver now, and tells what it answered")
    void test() throws MatriarchException {
        assertThat(alerts.test("team", true)).contains("would send");
        assertThat(alerts.test("team", false)).isEqualTo("sent");
        assertThatThrownBy(() -> alerts.test("oncall", false)).hasMessageContaining("535 no");
    }

    @Test
    @DisplayName("says who sends, and whether the store is away")
    void status() {
        var status = alerts.status();
        assertThat(status.sender()).isEqualTo(world.senders().getFirst());
        assertThat(status.degraded()).isFalse();
        assertThat(status.receivers())
                .extracting(r -> r.name())
                .containsExactlyInAnyOrder("team", "oncall");
        for (var name : World.NAMES) world.store().partition(name);
        world.pass(Duration.ofMinutes(2));
        assertThat(alerts.status().degraded()).isTrue();
        assertThat(alerts.status().storeError()).isNotBlank();
        assertThatThrownBy(() -> alerts.silence(request("a=b", Duration.ofHours(1)), false))
                .isInstanceOf(MatriarchException.class);
    }
}
