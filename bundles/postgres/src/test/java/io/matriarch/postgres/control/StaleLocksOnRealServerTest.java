package io.matriarch.postgres.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.StopMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A lock file a killed server left, whose pid another process has by now,")
class StaleLocksOnRealServerTest {
    @BeforeAll
    static void needsPostgres() throws Exception {
        TestNode.assumePostgres();
    }

    @Test
    @DisplayName("keeps no server of the same directory from starting, and stays if of another")
    void socketLock() throws Exception {
        try (var node = TestNode.bootstrapped("node-a")) {
            Path lock =
                    Path.of(node.value("SHOW unix_socket_directories").split(",")[0].strip())
                            .resolve(".s.PGSQL." + node.settings.port() + ".lock");
            String content = Files.readString(lock);
            node.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});
            assertThat(lock).doesNotExist();
            Process stranger = new ProcessBuilder(node.runAs.wrap(List.of("sleep", "600"))).start();
            try {
                String ours = stranger.pid() + content.substring(content.indexOf('\n'));
                leave(node, lock, ours);
                node.server.startPrimary(Gate.OPEN, TestNode.LONG);
                assertThat(node.look().state()).isEqualTo(PostgresState.RUNNING);
                node.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});

                String others = ours.replace(node.settings.dataDir().toString(), "/srv/other");
                leave(node, lock, others);
                var failure =
                        catchThrowableOfType(
                                PostgresException.class,
                                () -> node.server.startPrimary(Gate.OPEN, TestNode.LONG));
                assertThat(failure).hasMessageContaining(lock.toString());
                assertThat(lock).hasContent(others);
            } finally {
                stranger.destroy();
                Files.deleteIfExists(lock);
            }
        }
    }

    private static void leave(TestNode node, Path lock, String content) throws Exception {
        Files.writeString(lock, content);
        node.runAs.own(lock);
    }
}
