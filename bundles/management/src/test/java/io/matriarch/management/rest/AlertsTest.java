package io.matriarch.management.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.management.core.Identity;
import io.matriarch.management.fake.FakeBundles;
import io.matriarch.management.fake.FakeNeighbours;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Alerts by REST")
class AlertsTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-11-23T05:00:00Z"));

    private final FakeNeighbours neighbours = new FakeNeighbours();
    private final ApiServlet servlet =
            new ApiServlet(
                    new Handlers(
                            neighbours,
                            new FakeBundles(),
                            () -> new Identity("main", "n1", "0.1.0"),
                            CLOCK));

    private Exchange send(String method, String path, String body) {
        return new Exchange(method, path).body(body).through(servlet);
    }

    @Test
    @DisplayName("show what fires, with its cause and why nobody is told")
    void shows() {
        var answer = new Exchange("GET", "/alerts").through(servlet);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text())
                .contains("\"rule\":\"PostgresDown\"")
                .contains("\"certainty\":\"probable\"")
                .contains("\"mutedBy\":\"silence s1\"")
                .contains("\"sender\":\"n1\"");
    }

    @Test
    @DisplayName("are kept quiet by matchers, for a time, with a reason")
    void silence() {
        var body =
                "{\"matchers\":\"alertname=DiskFull,member=~\\\"n[1,2]\\\"\",\"seconds\":7200,\"comment\":\"disk\"}";
        assertThat(send("POST", "/silences", body).status()).isEqualTo(200);
        assertThat(neighbours.alerts.calls)
                .containsExactly("silence [alertname=\"DiskFull\", member=~\"n[1,2]\"] PT2H false");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /silences | {\"matchers\":\"x\",\"seconds\":1,\"comment\":\"c\"} | 400",
                "POST | /silences | {\"matchers\":\"a=\\\"b\",\"seconds\":1,\"comment\":\"c\"} | 400",
                "POST | /silences | {\"matchers\":\"a=b\",\"seconds\":0,\"comment\":\"c\"} | 400",
                "POST | /silences | {\"matchers\":\"a=b\",\"seconds\":1} | 400",
                "DELETE | /silences/nope | '' | 412"
            })
    @DisplayName("refuse what cannot be meant:")
    void refused(String method, String path, String body, int status) {
        var answer = send(method, path, body);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json().get("hint").toString()).isNotBlank();
        assertThat(neighbours.alerts.calls).isEmpty();
    }

    @Test
    @DisplayName("are tried, called over and unsilenced; a dry run does none of it")
    void changes() {
        send("POST", "/alerts/receivers/team/test", "{\"dryRun\":true}");
        send("POST", "/alerts/receivers/team/test", "");
        send("POST", "/alerts/0123/resolve", "{\"by\":\"ada\"}");
        send("DELETE", "/silences/s1", "");
        assertThat(neighbours.alerts.calls)
                .containsExactly(
                        "test team true",
                        "test team false",
                        "resolve 0123 ada false",
                        "expire s1 false");
    }

    @Test
    @DisplayName("change nothing without access")
    void withoutAccess() {
        var answer =
                new Exchange("POST", "/alerts/receivers/team/test")
                        .withoutAccess()
                        .through(servlet);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(neighbours.alerts.calls).isEmpty();
    }

    @Test
    @DisplayName("give their rules to Prometheus as YAML")
    void rules() {
        var answer = new Exchange("GET", "/alerts/rules?format=prometheus").through(servlet);
        assertThat(answer.text()).isEqualTo("groups: []\n");
        assertThat(answer.headers().get("Content-Type")).startsWith("application/yaml");
    }
}
