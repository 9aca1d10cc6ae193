package io.matriarch.postgres.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.StopMode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
@DisplayName("Synchronous replication on a real server")
class SynchronousOnRealServerTest {
    private static final Map<String, Object> THEIRS =
            Map.of("parameters", Map.of("synchronous_standby_names", ""));

    /**
     * A commit waits for a standby that is only being cloned: on a crowded machine that takes long.
     */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @BeforeAll
    static void needsPostgres() throws Exception {
        try (var node = TestNode.of("probe")) {
            new Binaries(node.settings, new Programs(node.runAs)).version();
        } catch (PostgresException e) {
            Assumptions.abort("no PostgreSQL to test with: " + e.getMessage());
        }
    }

    private static Predicate<ServerView> live(Predicate<ServerView.Live> condition) {
        return view -> view.live().filter(condition).isPresent();
    }

    private static boolean waits(TestNode node) throws SQLException {
        return node.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                .equals("1");
    }

    @Test
    @DisplayName(
            "commits wait for who is named, through a new agent and a restart, until left alone")
    void names() throws Exception {
        try (var a = TestNode.of("node-a");
                var b = TestNode.of("node-b")) {
            a.server.configure(THEIRS);
            a.server.bootstrap(Gate.OPEN, _ -> {});
            a.sql("CREATE TABLE t (n int)");
            assertThat(a.live().synchronousStandbyNames()).isEmpty();
            a.await("idle", live(ServerView.Live::synchronousInForce));

            a.server.synchronousStandbys("\"node-b\"");
            assertThat(a.live().synchronousStandbyNames()).isEqualTo("\"node-b\"");
            var commit =
                    CompletableFuture.runAsync(() -> {
                        try (var session = a.session(PATIENCE)) {
                            session.execute("SET synchronous_commit = on");
                            session.execute("SET statement_timeout = 0");
                            session.execute("INSERT INTO public.t VALUES (1)");
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            a.await(
                    "waiting",
                    _ -> {
                        try {
                            return waits(a);
                        } catch (SQLException e) {
                            return false;
                        }
                    });

            a.newAgent();
            a.server.configure(THEIRS);
            assertThat(a.live().synchronousStandbyNames())
                    .as("an agent that has just started lets nobody go")
                    .isEqualTo("\"node-b\"");
            assertThat(waits(a)).isTrue();

            a.server.createPhysicalSlot("node_b");
            b.server.cloneFrom(a.asUpstream(), _ -> {});
            b.server.startStandby(Optional.of(a.asUpstream()), TestNode.LONG);
            commit.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            a.await(
                    "synchronous",
                    live(l ->
                            l.walSenders().stream()
                                    .anyMatch(s ->
                                            s.syncState().equals("sync")
                                                    && s.syncPriority() == 1)));

            b.server.synchronousStandbys("__patroni_strict_sync_replica_placeholder__");
            assertThat(b.live().synchronousStandbyNames()).contains("placeholder");
            a.server.restart(Gate.OPEN, TestNode.LONG);
            assertThat(a.live().synchronousStandbyNames()).isEqualTo("\"node-b\"");
            a.sql("ALTER SYSTEM SET work_mem = '5MB'");
            a.server.leaveSynchronousStandbys();
            assertThat(a.live().synchronousStandbyNames()).isEmpty();
        }
    }

    @Test
    @DisplayName("a commit that waits when its server is stopped is not told as done")
    void stopped() throws Exception {
        try (var a = TestNode.of("node-a")) {
            a.server.configure(Map.of());
            a.server.bootstrap(Gate.OPEN, _ -> {});
            a.sql("CREATE TABLE t (n int)");
            a.server.synchronousStandbys("nobody");
            var told =
                    CompletableFuture.supplyAsync(() -> {
                        try (var session = a.session(PATIENCE)) {
                            session.execute("SET synchronous_commit = on");
                            session.execute("SET statement_timeout = 0");
                            session.execute("INSERT INTO public.t VALUES (1)");
                            return "done";
                        } catch (SQLException e) {
                            return "failed";
                        }
                    });
            a.await(
                    "waiting",
                    _ -> {
                        try {
                            return waits(a);
                        } catch (SQLException e) {
                            return false;
                        }
                    });
            a.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});
            assertThat(told.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("failed");
        }
    }
}
