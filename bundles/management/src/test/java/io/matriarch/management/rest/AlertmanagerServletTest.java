package io.matriarch.management.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.management.fake.FakeNeighbours;
import io.matriarch.servlet.ServletExchange;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("/api/v2/alerts")
class AlertmanagerServletTest {
    private final FakeNeighbours neighbours = new FakeNeighbours();
    private final AlertmanagerServlet servlet =
            new AlertmanagerServlet(
                    neighbours, InstantSource.fixed(Instant.parse("2026-11-23T05:00:00Z")));

    private final class Call extends ServletExchange<Call> {
        Call(String method) {
            super(method, "/api/v2/alerts");
            attribute(ApiServlet.ACCESS, ApiServlet.GRANTED);
        }

        @Override
        protected Call self() {
            return this;
        }

        Call made() throws IOException {
            servlet.service(request(), response());
            return this;
        }

        Call withoutAccess() {
            attributes().clear();
            return this;
        }
    }

    @Test
    @DisplayName("takes alerts as Prometheus sends them")
    void takes() throws IOException {
        var answer =
                new Call("POST")
                        .body(
                                """
                                [{"labels":{"alertname":"HostOnFire","severity":"critical"},
                                  "annotations":{"summary":"it burns"},
                                  "startsAt":"2026-11-23T04:59:00.123Z","endsAt":"0001-01-01T00:00:00Z",
                                  "generatorURL":"http://prometheus/graph"}]
                                """)
                        .made();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(neighbours.alerts.accepted)
                .singleElement()
                .satisfies(alert -> {
                    assertThat(alert.labels()).containsEntry("alertname", "HostOnFire");
                    assertThat(alert.startsAt())
                            .contains(Instant.parse("2026-11-23T04:59:00.123Z"));
                    assertThat(alert.endsAt()).isEmpty();
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[1]",
                "[{\"labels\":{\"a\":\"b\"}}]",
                "[{\"labels\":{\"alertname\":\"x\"},\"startsAt\":\"yesterday\"}]"
            })
    @DisplayName("refuses what is none, and takes nothing of it")
    void refuses(String body) throws IOException {
        var answer = new Call("POST").body(body).made();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("no list of alerts");
        assertThat(neighbours.alerts.accepted).isEmpty();
    }

    @Test
    @DisplayName("takes nothing without access")
    void withoutAccess() throws IOException {
        assertThat(new Call("POST").body("[]").withoutAccess().made().status()).isEqualTo(503);
    }

    @Test
    @DisplayName("shows ours as Alertmanager would, silenced ones as suppressed")
    void shows() throws IOException {
        var answer = new Call("GET").made();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text())
                .startsWith("[{\"labels\":{\"alertname\":\"PostgresDown\"")
                .contains("\"state\":\"suppressed\"")
                .contains("\"silencedBy\":[\"s1\"]");
    }
}
