package io.matriarch.monitor.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.MatriarchException;
import io.matriarch.monitor.TestServer;
import io.matriarch.monitor.api.Sessions.ClientSession;
import io.matriarch.monitor.sql.Login;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Sessions of a real server, asked by a role that has only pg_monitor")
class LiveSessionsTest {
    private static final Login LOGIN =
            new Login(TestServer.ROLE, TestServer.PASSWORD, "postgres", Map.of());
    private static TestServer server;
    private final AtomicLong nanos = new AtomicLong();

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start();
        server.sql("CREATE TABLE stock (n int)", "INSERT INTO stock VALUES (1)");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) server.close();
    }

    private LiveSessions sessions() {
        return new LiveSessions(() -> Optional.of(server.address()), LOGIN, nanos::get);
    }

    private static void update(Connection connection) {
        try (var statement = connection.createStatement()) {
            statement.execute("UPDATE stock SET n = n + 1");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("name the one that waits, the statement, and the one it waits for")
    void blocked() throws Exception {
        try (var holder = server.connect("postgres");
                var other = server.connect("postgres")) {
            holder.setAutoCommit(false);
            update(holder);
            var waiting = Thread.ofVirtual().start(() -> update(other));
            server.await(
                    "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
            List<ClientSession> now = sessions().now();
            var waiter = now.getFirst();
            assertThat(waiter.blockedBy()).hasSize(1);
            assertThat(waiter.query()).isEqualTo("UPDATE stock SET n = n + 1");
            assertThat(waiter.waitEvent()).startsWith("Lock:");
            assertThat(waiter.transactionSeconds()).isPresent();
            var blocker =
                    now.stream()
                            .filter(each -> each.pid() == waiter.blockedBy().getFirst())
                            .findFirst()
                            .orElseThrow();
            assertThat(blocker.state()).isEqualTo("idle in transaction");
            assertThat(blocker.blockedBy()).isEmpty();
            holder.rollback();
            waiting.join();
        }
    }

    @Test
    @DisplayName("are the same for whoever asks within a second, and then new ones")
    void once() throws Exception {
        var sessions = sessions();
        var first = sessions.now();
        try (var another = server.connect("postgres")) {
            assertThat(another.isValid(10)).isTrue();
            assertThat(sessions.now()).isSameAs(first);
            nanos.addAndGet(2_000_000_000L);
            assertThat(sessions.now()).hasSizeGreaterThan(first.size());
        }
    }

    @Test
    @DisplayName("cannot be told by a server that is not known or lets us not in")
    void refused() {
        assertThatThrownBy(() -> new LiveSessions(Optional::empty, LOGIN, nanos::get).now())
                .isInstanceOf(MatriarchException.class)
                .hasMessageContaining("not known where PostgreSQL listens");
        var stranger = new Login("stranger", "x", "postgres", Map.of());
        assertThatThrownBy(() ->
                        new LiveSessions(() -> Optional.of(server.address()), stranger, nanos::get)
                                .now())
                .isInstanceOf(MatriarchException.class)
                .hasMessageContaining("stranger");
    }
}
