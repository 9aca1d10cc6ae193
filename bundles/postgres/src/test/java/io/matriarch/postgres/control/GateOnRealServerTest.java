package io.matriarch.postgres.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.StopMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
@DisplayName("A gate before a real server")
class GateOnRealServerTest {
    private static final Gate SHUT =
            new Gate(List.of("sh", "-c", "echo the bridge is up >&2; exit " + Gate.REFUSED, "sh"));

    @BeforeAll
    static void needsPostgres() throws Exception {
        TestNode.assumePostgres();
    }

    /** Writes its pid to {@code file} and becomes the server. */
    private static Gate noting(Path file) {
        return new Gate(List.of("sh", "-c", "echo $$ >" + file + "; exec \"$@\"", "sh"));
    }

    private static long noted(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("is passed when a cluster is made, a primary is started or restarted")
    void primaries() throws Exception {
        try (var node = TestNode.of("node-a")) {
            Path passed = node.root.resolve("passed");
            node.server.bootstrap(noting(passed), _ -> {});
            assertThat(node.look().postmaster().orElseThrow().pid()).isEqualTo(noted(passed));

            node.server.restart(noting(passed), TestNode.LONG);
            assertThat(node.look().postmaster().orElseThrow().pid()).isEqualTo(noted(passed));

            node.server.kill();
            node.server.startPrimary(noting(passed), TestNode.LONG);
            assertThat(node.look().postmaster().orElseThrow().pid()).isEqualTo(noted(passed));
            assertThat(node.look().state()).isEqualTo(PostgresState.RUNNING);
        }
    }

    @Test
    @DisplayName("keeps a primary down, and says why")
    void shut() throws Exception {
        try (var node = TestNode.bootstrapped("node-a")) {
            for (boolean restart : new boolean[] {true, false}) {
                var refusal =
                        catchThrowableOfType(
                                PostgresException.class,
                                () -> {
                                    if (restart) node.server.restart(SHUT, TestNode.LONG);
                                    else node.server.startPrimary(SHUT, TestNode.LONG);
                                });
                assertThat(refusal).hasMessageContaining("the bridge is up");
                assertThat(refusal.code()).isEqualTo(Code.REFUSED);
                assertThat(node.look().running()).isFalse();
                assertThat(node.look().state())
                        .isEqualTo(
                                restart
                                        ? PostgresState.RESTART_FAILED
                                        : PostgresState.START_FAILED);
            }
        }
    }

    @Test
    @DisplayName("holds a server up that a stop ends: it does not come up afterwards")
    void stopped() throws Exception {
        try (var node = TestNode.bootstrapped("node-a")) {
            node.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});
            Path asking = node.root.resolve("asking");
            var slow = new Gate(List.of("sh", "-c", "echo $$ >" + asking + "; exec sleep 600"));
            var starting =
                    CompletableFuture.supplyAsync(() ->
                            catchThrowableOfType(
                                    PostgresException.class,
                                    () -> node.server.startPrimary(slow, TestNode.LONG)));
            node.await("asking", _ -> Files.exists(asking));
            node.server.stop(StopMode.IMMEDIATE, TestNode.LONG, _ -> {});
            assertThat(starting.get()).hasMessageContaining("cut short");
            node.await("ended", _ -> Processes.stat(noted(asking)).isEmpty());
        }
    }

    @Test
    @DisplayName("is none for a standby that is restarted")
    void standby() throws Exception {
        try (var node = TestNode.bootstrapped("node-a")) {
            node.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});
            node.server.startStandby(Optional.empty(), TestNode.LONG);
            node.server.restart(SHUT, TestNode.LONG);
            assertThat(node.live().inRecovery()).isTrue();
        }
    }

    @Test
    @DisplayName("guards a directory whose path is told without links, also before it exists")
    void directory() throws Exception {
        try (var node = TestNode.of("node-a")) {
            Path real = node.root.toRealPath().resolve("data");
            assertThat(node.server.dataDirectory()).isEqualTo(real);
            Path link = Files.createSymbolicLink(node.root.resolve("link"), node.root);
            assertThat(DataDir.withoutLinks(link.resolve("no/such")))
                    .isEqualTo(node.root.toRealPath().resolve("no/such"));
        }
    }
}
