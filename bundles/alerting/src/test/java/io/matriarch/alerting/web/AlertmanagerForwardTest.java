package io.matriarch.alerting.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.net.httpserver.HttpServer;
import io.matriarch.alerting.Notices;
import io.matriarch.alerting.api.Alert;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An Alertmanager")
class AlertmanagerForwardTest {
    private final List<List<Object>> posted = new CopyOnWriteArrayList<>();
    private volatile int answer = 200;
    private HttpServer server;
    private AlertmanagerForward forward;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/api/v2/alerts",
                exchange -> {
                    posted.add(JSON.std.listFrom(exchange.getRequestBody().readAllBytes()));
                    exchange.sendResponseHeaders(answer, -1);
                    exchange.close();
                });
        server.start();
        forward =
                new AlertmanagerForward(
                        List.of("http://127.0.0.1:" + server.getAddress().getPort() + "/"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static Alert fromPrometheus() {
        var a = Notices.DOWN;
        return new Alert(
                "f",
                "HostOnFire",
                a.severity(),
                a.labels(),
                a.since(),
                "x",
                a.cause(),
                "",
                List.of(),
                "",
                false,
                "prometheus",
                "");
    }

    @Test
    @DisplayName("is told what fires for five minutes at a time, and the end once")
    void told() {
        forward.tell(List.of(), Notices.AT);
        assertThat(posted).as("nothing to tell").isEmpty();
        forward.tell(List.of(Notices.DOWN, fromPrometheus()), Notices.AT);
        assertThat(posted.getFirst())
                .singleElement()
                .asString()
                .contains("alertname=PostgresDown", "endsAt=2026-11-23T08:06:00Z");
        forward.tell(List.of(), Notices.AT.plusSeconds(60));
        assertThat(posted.getLast())
                .singleElement()
                .asString()
                .contains("endsAt=2026-11-23T08:02:00Z");
        forward.tell(List.of(), Notices.AT.plusSeconds(120));
        assertThat(posted).hasSize(2);
    }

    @Test
    @DisplayName("that did not take the end is told again")
    void toldAgain() {
        forward.tell(List.of(Notices.DOWN), Notices.AT);
        answer = 503;
        forward.tell(List.of(), Notices.AT.plusSeconds(60));
        answer = 200;
        forward.tell(List.of(), Notices.AT.plusSeconds(120));
        assertThat(posted).hasSize(3);
        assertThat((Map<?, ?>) posted.getLast().getFirst()).isNotEmpty();
    }
}
