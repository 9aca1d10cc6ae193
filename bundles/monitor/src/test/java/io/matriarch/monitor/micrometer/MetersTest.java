package io.matriarch.monitor.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.monitor.api.TextFormat;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Meters of Micrometer")
class MetersTest {
    @Test
    @DisplayName("are told as it tells them to Prometheus")
    void told() {
        try (var meters = new Meters()) {
            Counter.builder("shop.orders")
                    .tag("kind", "book")
                    .description("Orders.")
                    .register(meters.registry())
                    .increment(3);
            Gauge.builder("shop.queue", () -> 7).register(meters.registry());
            Timer.builder("shop.pay").register(meters.registry()).record(Duration.ofSeconds(2));
            Timer.builder("shop.ship")
                    .serviceLevelObjectives(Duration.ofSeconds(1))
                    .register(meters.registry())
                    .record(Duration.ofSeconds(2));
            assertThat(TextFormat.PROMETHEUS.write(meters.families()))
                    .contains(
                            "# HELP shop_orders_total Orders.\n"
                                    + "# TYPE shop_orders_total counter\n"
                                    + "shop_orders_total{kind=\"book\"} 3\n")
                    .contains("shop_queue 7\n")
                    .contains("# TYPE shop_pay_seconds summary\n")
                    .contains("shop_pay_seconds_sum 2\nshop_pay_seconds_count 1\n")
                    .contains("shop_ship_seconds_bucket{le=\"1\"} 0\n")
                    .contains("shop_ship_seconds_bucket{le=\"+Inf\"} 1\n");
        }
    }
}
