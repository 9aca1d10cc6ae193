package io.matriarch.monitor.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.monitor.Beside;
import io.matriarch.monitor.api.TextFormat;
import io.matriarch.monitor.collect.Task.Outcome;
import io.matriarch.monitor.core.Identity;
import io.matriarch.port.FreePort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The HAProxy beside a node")
@Timeout(120)
class HaproxyTaskTest {
    private static final Identity WE = new Identity("demo", "a");

    @TempDir Path folder;

    private static HaproxyTask task(int port, String path) {
        return new HaproxyTask(
                WE, URI.create("http://127.0.0.1:" + port + path), Duration.ofSeconds(10));
    }

    private static String page(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered(var families) -> TextFormat.PROMETHEUS.write(families);
            case Outcome.Failed(_, var families) -> TextFormat.PROMETHEUS.write(families);
            default -> throw new AssertionError(outcome.toString());
        };
    }

    @Test
    @DisplayName("tells which servers it sends to, once its checks have told it")
    void servers() throws Exception {
        int stats = FreePort.next();
        int clients = FreePort.next();
        var file =
                Files.writeString(
                        folder.resolve("haproxy.cfg"),
                        """
                        global
                            maxconn 100
                        defaults
                            timeout client 5s
                            timeout server 5s
                            timeout connect 1s
                        listen stats
                            mode http
                            bind 127.0.0.1:%d
                            stats enable
                            stats uri /
                        listen primary
                            mode tcp
                            bind 127.0.0.1:%d
                            option httpchk GET /
                            default-server inter 200ms fall 1 rise 1
                            server n1 127.0.0.1:1 check
                            server n2 127.0.0.1:%d check
                        """
                                .formatted(stats, clients, stats));
        try (var _ = Beside.start("haproxy", folder, stats, "-db", "-f", file.toString())) {
            var down =
                    "matriarch_haproxy_server_up{cluster=\"demo\",member=\"a\",proxy=\"primary\",server=\"n1\"} 0";
            var page =
                    Beside.await(
                            "n1 down",
                            () ->
                                    Optional.of(page(task(stats, "/;csv").ask(Instant.now())))
                                            .filter(text -> text.contains(down)));
            assertThat(page.lines())
                    .contains(
                            "matriarch_haproxy_up{cluster=\"demo\",member=\"a\"} 1",
                            "matriarch_haproxy_server_up{cluster=\"demo\",member=\"a\",proxy=\"primary\",server=\"n2\"} 1",
                            "matriarch_haproxy_backend_servers_up{cluster=\"demo\",member=\"a\",proxy=\"primary\"} 1",
                            "matriarch_haproxy_frontend_session_limit{cluster=\"demo\",member=\"a\",proxy=\"primary\"} 100");

            var wrong = task(stats, "/").ask(Instant.now());
            assertThat(wrong.toString()).as("its page for people").contains("not HAProxy's CSV");
            assertThat(page(wrong))
                    .contains("matriarch_haproxy_up{cluster=\"demo\",member=\"a\"} 0");
        }
    }

    @Test
    @DisplayName("is down, and nothing else is told, where nobody listens or answers")
    void away() throws Exception {
        var only = "matriarch_haproxy_up{cluster=\"demo\",member=\"a\"} 0";
        assertThat(
                        page(task(FreePort.next(), "/;csv").ask(Instant.now()))
                                .lines()
                                .filter(line -> !line.startsWith("#")))
                .containsExactly(only);
        try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(page(task(silent.getLocalPort(), "/;csv").ask(Instant.now())))
                    .contains(only);
        }
    }
}
