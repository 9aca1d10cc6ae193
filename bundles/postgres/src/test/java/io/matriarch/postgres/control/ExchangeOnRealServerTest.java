package io.matriarch.postgres.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.api.SystemId;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.StopMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
@DisplayName("A prepared directory")
class ExchangeOnRealServerTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @BeforeAll
    static void needsPostgres() throws IOException {
        TestNode.assumePostgres();
    }

    /** The node's past: a stopped copy of it, promoted to timeline 2. */
    private static Path past(TestNode node) throws Exception {
        node.server.stop(StopMode.FAST, LONG, _ -> {});
        Path data = node.settings.dataDir();
        Path copy = data.resolveSibling("data.replacement");
        run("cp", "-a", data.toString(), copy.toString());
        node.server.becomeStandby();
        node.server.startStandby(java.util.Optional.empty(), LONG);
        node.server.promote(LONG);
        node.server.checkpoint(LONG);
        node.server.stop(StopMode.FAST, LONG, _ -> {});
        // What was promoted is the past, and the present is what was copied: of timeline 1.
        Path promoted = data.resolveSibling("promoted");
        Files.move(data, promoted);
        Files.move(copy, data);
        Files.move(promoted, copy);
        return copy;
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    @DisplayName(
            "takes the place of the data, which is kept; cut off between the renames it goes on, and"
                    + " done twice it changes nothing")
    void takesThePlace() throws Exception {
        try (var node = TestNode.bootstrapped("exchange")) {
            SystemId id = node.look().systemId().orElseThrow();
            Path prepared = past(node);
            Path data = node.settings.dataDir();
            Path kept = data.resolveSibling("data.kept");
            Files.writeString(data.resolve("pg_hba.conf"), "# of the present\n");
            assertThat(node.server.prepared(prepared, id).checkpointTimeline()).isEqualTo(2);

            Files.move(data, kept); // killed there
            node.newAgent();
            assertThat(node.look().dataDirectory()).isEqualTo(DataDirectory.EMPTY);
            node.server.undoExchange(kept);
            assertThat(node.look().dataDirectory()).isEqualTo(DataDirectory.PRESENT);
            Files.move(data, kept);
            node.server.exchangeData(prepared, kept, id, 2);
            assertThat(prepared).doesNotExist();
            node.server.exchangeData(prepared, kept, id, 2);
            assertThat(kept.resolve("PG_VERSION")).exists();
            node.server.undoExchange(kept);
            assertThat(kept.resolve("PG_VERSION")).as("done is done").exists();
            node.server.startPrimary(Gate.OPEN, LONG);
            assertThat(node.live().timeline()).isEqualTo(2);
            assertThat(node.live().inRecovery()).isFalse();
        }
    }

    @Test
    @DisplayName("takes over the configuration of the present")
    void configuration() throws Exception {
        try (var node = TestNode.bootstrapped("exchangeconf")) {
            SystemId id = node.look().systemId().orElseThrow();
            Path prepared = past(node);
            Path data = node.settings.dataDir();
            Files.writeString(data.resolve("pg_ident.conf"), "# of the present\n");
            node.server.exchangeData(prepared, data.resolveSibling("data.kept"), id, 2);
            assertThat(data.resolve("pg_ident.conf")).hasContent("# of the present");
        }
    }

    @Test
    @DisplayName("is refused if it runs, waits for recovery, is another's, or lies elsewhere")
    void refused() throws Exception {
        try (var node = TestNode.bootstrapped("exchangeno")) {
            SystemId id = node.look().systemId().orElseThrow();
            Path prepared = past(node);
            Path data = node.settings.dataDir();
            assertThat(why(node, prepared, new SystemId("7711168805385076805")))
                    .contains("is of another cluster");
            assertThat(why(node, data, id)).contains("does not lie beside");
            assertThat(why(node, prepared.resolve("base"), id)).contains("does not lie beside");
            assertThat(why(node, data.resolveSibling("no"), id)).contains("is no directory");
            for (String file : new String[] {"recovery.signal", "postmaster.pid"}) {
                Files.writeString(prepared.resolve(file), "");
                assertThat(why(node, prepared, id)).contains(file);
                Files.delete(prepared.resolve(file));
            }
            Path clone = Files.createDirectory(data.resolveSibling("data.before-reclone"));
            assertThat(why(node, prepared, id)).contains("left of a clone");
            Files.delete(clone);
            assertThat(node.server.prepared(prepared, id).shutDownClean()).isTrue();
        }
    }

    private static String why(TestNode node, Path directory, SystemId id) {
        return catchThrowableOfType(
                        PostgresException.class, () -> node.server.prepared(directory, id))
                .getMessage();
    }
}
