package io.matriarch.alerting.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.matriarch.alerting.Notices;
import io.matriarch.alerting.spool.Delivery.DeliveryException;
import io.matriarch.alerting.web.HttpDelivery.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A webhook")
class HttpDeliveryTest {
    private record Posted(String authorization, String idempotency, Map<String, Object> json) {}

    private final List<Posted> posted = new CopyOnWriteArrayList<>();
    private volatile int answer = 200;
    private HttpServer server;
    @TempDir private Path directory;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::take);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var headers = exchange.getRequestHeaders();
        posted.add(
                new Posted(
                        String.valueOf(headers.getFirst("Authorization")),
                        String.valueOf(headers.getFirst("Idempotency-Key")),
                        JSON.std.mapFrom(body)));
        var text = "no such key".getBytes(StandardCharsets.UTF_8);
        if (answer / 100 == 3) exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/");
        exchange.sendResponseHeaders(answer, text.length);
        exchange.getResponseBody().write(text);
        exchange.close();
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    private HttpDelivery delivery(Kind kind, Optional<Path> secret) {
        return new HttpDelivery(
                new HttpDelivery.Target(
                        kind,
                        url(),
                        Optional.empty(),
                        secret,
                        Optional.empty(),
                        Duration.ofSeconds(20)),
                "http://n1:8008");
    }

    private Path secret(String text) throws IOException {
        return Files.writeString(directory.resolve("secret"), text + "\n");
    }

    @Test
    @DisplayName("gets what Alertmanager would post, version 4")
    void alertmanagerForm() throws Exception {
        var delivery = delivery(Kind.WEBHOOK, Optional.of(secret("token")));
        delivery.deliver(Notices.firing(), Notices.AT);
        delivery.deliver(Notices.resolved(), Notices.AT);
        var firing = posted.get(0);
        assertThat(firing.authorization()).isEqualTo("Bearer token");
        assertThat(firing.idempotency()).isEqualTo("t1-1");
        assertThat(firing.json())
                .containsEntry("version", "4")
                .containsEntry("status", "firing")
                .containsEntry("receiver", "team")
                .containsEntry("externalURL", "http://n1:8008")
                .containsEntry("groupLabels", Map.of("cluster", "prod", "severity", "critical"));
        var alert = alert(firing);
        assertThat(alert)
                .containsEntry("status", "firing")
                .containsEntry("startsAt", "2026-11-23T08:00:00Z")
                .containsEntry("endsAt", "0001-01-01T00:00:00Z")
                .containsEntry("fingerprint", Notices.DOWN.id())
                .containsEntry(
                        "labels",
                        Map.of(
                                "alertname", "PostgresDown",
                                "cluster", "prod",
                                "member", "n2",
                                "severity", "critical"));
        assertThat(alert.get("annotations").toString())
                .contains("summary=PostgreSQL on n2 answers no query", "cause_certainty=probable");
        assertThat(posted.get(1).json()).containsEntry("status", "resolved");
        assertThat(alert(posted.get(1))).containsEntry("endsAt", "2026-11-23T08:11:00Z");
        assertThat(posted.get(1).json().get("groupKey")).isEqualTo(firing.json().get("groupKey"));
    }

    @SuppressWarnings("unchecked") // JSON objects have text keys
    private static Map<String, Object> alert(Posted posted) {
        return (Map<String, Object>) ((List<?>) posted.json().get("alerts")).getFirst();
    }

    @Test
    @DisplayName("of a chat gets a text, and no name in it calls the whole channel")
    void chat() throws Exception {
        delivery(Kind.SLACK, Optional.empty()).deliver(Notices.firing(), Notices.AT);
        assertThat(posted.getFirst().json().get("text").toString()).contains("PostgresDown n2");
        assertThat(posted.getFirst().json().toString())
                .contains("probably the host is down")
                .doesNotContain("<!");
    }

    @Test
    @DisplayName("of PagerDuty gets one event per alert, opened and closed by the same key")
    void pagerDuty() throws Exception {
        var delivery = delivery(Kind.PAGERDUTY, Optional.of(secret("routing")));
        delivery.deliver(Notices.firing(), Notices.AT);
        delivery.deliver(Notices.resolved(), Notices.AT);
        assertThat(posted).hasSize(2);
        assertThat(posted.get(0).json())
                .containsEntry("routing_key", "routing")
                .containsEntry("event_action", "trigger");
        assertThat(posted.get(1).json()).containsEntry("event_action", "resolve");
        assertThat(posted.get(1).json().get("dedup_key"))
                .isEqualTo(posted.get(0).json().get("dedup_key"));
        assertThat(posted.get(0).authorization()).isEqualTo("null");
    }

    @Test
    @DisplayName("that refuses is told with its status and words, and tried again")
    void refused() {
        for (int status : new int[] {302, 400, 403, 429, 500, 503}) {
            answer = status;
            assertThatThrownBy(() ->
                            delivery(Kind.WEBHOOK, Optional.empty())
                                    .deliver(Notices.firing(), Notices.AT))
                    .isInstanceOf(DeliveryException.class)
                    .hasMessageContaining(url() + " answered " + status)
                    .hasMessageContaining("no such key");
        }
        assertThat(posted).as("no redirect is followed").hasSize(6);
    }

    @Test
    @DisplayName("that is not reached is told with its address, but never with one that is secret")
    void unreachable() throws Exception {
        var there = url();
        server.stop(0);
        assertThatThrownBy(() ->
                        delivery(Kind.WEBHOOK, Optional.empty())
                                .deliver(Notices.firing(), Notices.AT))
                .isInstanceOf(DeliveryException.class)
                .hasMessageContaining(there);
        var file = Files.writeString(directory.resolve("url"), there + "/s3cret\n");
        var hidden =
                new HttpDelivery(
                        new HttpDelivery.Target(
                                Kind.SLACK,
                                "",
                                Optional.of(file),
                                Optional.empty(),
                                Optional.empty(),
                                Duration.ofSeconds(20)),
                        "");
        assertThatThrownBy(() -> hidden.deliver(Notices.firing(), Notices.AT))
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("s3cret");
    }

    @Test
    @DisplayName("may be a program: it reads the JSON, and its exit status is the answer")
    void script() throws Exception {
        var out = directory.resolve("out");
        new ScriptDelivery(
                        List.of(
                                "/bin/sh",
                                "-c",
                                "cat > " + out + "; echo \"$MATRIARCH_SUBJECT\" >> " + out),
                        Duration.ofSeconds(20))
                .deliver(Notices.firing(), Notices.AT);
        assertThat(Files.readString(out)).contains("\"version\":\"4\"").contains("[prod] critical");
        assertThatThrownBy(() ->
                        new ScriptDelivery(
                                        List.of("/bin/sh", "-c", "echo no paper; exit 3"),
                                        Duration.ofSeconds(20))
                                .deliver(Notices.firing(), Notices.AT))
                .hasMessageContaining("ended with 3")
                .hasMessageContaining("no paper");
        assertThatThrownBy(() ->
                        new ScriptDelivery(List.of("/no/such/program"), Duration.ofSeconds(1))
                                .deliver(Notices.firing(), Notices.AT))
                .isInstanceOf(DeliveryException.class)
                .hasMessageContaining("/no/such/program");
    }
}
