package io.matriarch.monitor.pgbouncer;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.monitor.Beside;
import io.matriarch.monitor.TestServer;
import io.matriarch.monitor.api.TextFormat;
import io.matriarch.monitor.collect.Task.Outcome;
import io.matriarch.monitor.core.Identity;
import io.matriarch.port.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The PgBouncer beside a node")
@Timeout(240)
class PgBouncerTaskTest {
    private static final Identity WE = new Identity("demo", "a");
    private static final String WATCHER = "watcher";
    private static final String PASSWORD = "eyes only";

    @TempDir Path folder;

    private Path configuration(int port, int postgres, String auth) throws IOException {
        var users = folder.resolve("users");
        Files.writeString(users, "\"watcher\" \"eyes only\"\n\"monitor\" \"eyes only\"\n");
        return Files.writeString(
                folder.resolve("pgbouncer.ini"),
                """
                [databases]
                herd = host=127.0.0.1 port=%d dbname=postgres pool_size=7
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = %s
                auth_file = %s
                stats_users = watcher
                ignore_startup_parameters = extra_float_digits
                """
                        .formatted(postgres, port, auth, users));
    }

    private static PgBouncerTask task(int port, String password) {
        return new PgBouncerTask(
                WE,
                new PgBouncerTask.Settings("127.0.0.1", port, WATCHER, password),
                Duration.ofSeconds(10));
    }

    private static String page(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered(var families) -> TextFormat.PROMETHEUS.write(families);
            case Outcome.Failed(_, var families) -> TextFormat.PROMETHEUS.write(families);
            default -> throw new AssertionError(outcome.toString());
        };
    }

    @Test
    @DisplayName("tells its pools while a client is there, by a user who may only look")
    void pools() throws Exception {
        int port = FreePort.next();
        try (var server = TestServer.start()) {
            configuration(port, server.address().port(), "md5");
            try (var _ =
                            Beside.start(
                                    "pgbouncer",
                                    folder,
                                    port,
                                    folder.resolve("pgbouncer.ini").toString());
                    var client =
                            DriverManager.getConnection(
                                    "jdbc:postgresql://127.0.0.1:" + port + "/herd",
                                    "monitor",
                                    PASSWORD);
                    var statement = client.createStatement()) {
                client.setAutoCommit(false);
                statement.execute("SELECT 1");
                var page = page(task(port, PASSWORD).ask(Instant.now()));
                assertThat(page.lines())
                        .contains(
                                "matriarch_pgbouncer_up{cluster=\"demo\",member=\"a\"} 1",
                                "matriarch_pgbouncer_client_connections{cluster=\"demo\",member=\"a\",database=\"herd\",user=\"monitor\",state=\"active\"} 1",
                                "matriarch_pgbouncer_client_connections{cluster=\"demo\",member=\"a\",database=\"herd\",user=\"monitor\",state=\"waiting\"} 0",
                                "matriarch_pgbouncer_server_connections{cluster=\"demo\",member=\"a\",database=\"herd\",user=\"monitor\",state=\"active\"} 1",
                                "matriarch_pgbouncer_pool_size{cluster=\"demo\",member=\"a\",database=\"herd\"} 7",
                                "matriarch_pgbouncer_database_paused{cluster=\"demo\",member=\"a\",database=\"herd\"} 0")
                        .as("the console is no database of anybody's")
                        .noneMatch(line -> line.contains("database=\"pgbouncer\""));
                assertThat(page)
                        .contains("matriarch_pgbouncer_queries_total")
                        .contains("matriarch_pgbouncer_wait_seconds_total")
                        .contains("matriarch_pgbouncer_max_wait_seconds");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "md5", "scram-sha-256"})
    @DisplayName("takes the password however it asks for it, and refuses another one")
    void login(String auth) throws Exception {
        int port = FreePort.next();
        configuration(port, 1, auth);
        try (var _ =
                Beside.start(
                        "pgbouncer", folder, port, folder.resolve("pgbouncer.ini").toString())) {
            var known = task(port, PASSWORD).ask(Instant.now());
            assertThat(page(known))
                    .as("%s; %s", known, Files.readString(folder.resolve("pgbouncer.output")))
                    .contains("matriarch_pgbouncer_up{cluster=\"demo\",member=\"a\"} 1");
            var refused = task(port, "guessed").ask(Instant.now());
            assertThat(refused).isInstanceOf(Outcome.Failed.class);
            assertThat(refused.toString()).contains("127.0.0.1:" + port).doesNotContain("guessed");
            assertThat(page(refused))
                    .contains("matriarch_pgbouncer_up{cluster=\"demo\",member=\"a\"} 0");
        }
    }

    @Test
    @DisplayName("is down, and nothing else is told, where nobody listens")
    void away() throws Exception {
        int port = FreePort.next();
        var page = page(task(port, PASSWORD).ask(Instant.now()));
        assertThat(page.lines().filter(line -> !line.startsWith("#")))
                .containsExactly("matriarch_pgbouncer_up{cluster=\"demo\",member=\"a\"} 0");
    }

    @Test
    @DisplayName("is given up when it takes the connection and says nothing")
    void silent() throws Exception {
        try (var listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var outcome = task(listening.getLocalPort(), PASSWORD).ask(Instant.now());
            assertThat(outcome).isInstanceOf(Outcome.Failed.class);
            assertThat(page(outcome))
                    .contains("matriarch_pgbouncer_up{cluster=\"demo\",member=\"a\"} 0");
        }
    }

    @Test
    @DisplayName("is not read from a port where something else answers")
    void somethingElse() throws Exception {
        try (var listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var server =
                    Thread.ofVirtual()
                            .start(() -> {
                                try (var socket = listening.accept()) {
                                    socket.getOutputStream()
                                            .write("HTTP/1.0 400 Bad Request\r\n".getBytes());
                                    socket.getInputStream()
                                            .transferTo(java.io.OutputStream.nullOutputStream());
                                } catch (IOException e) {
                                    throw new AssertionError(e);
                                }
                            });
            var outcome = task(listening.getLocalPort(), PASSWORD).ask(Instant.now());
            assertThat(outcome.toString()).contains("no PgBouncer");
            server.join();
        }
    }
}
