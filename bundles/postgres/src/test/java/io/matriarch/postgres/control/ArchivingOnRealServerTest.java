package io.matriarch.postgres.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.StopMode;
import io.matriarch.postgres.core.WalCommands;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
@DisplayName("A real PostgreSQL with a repository configured")
class ArchivingOnRealServerTest {
    private static final WalCommands COMMANDS =
            new WalCommands("test ! -e ../down && cp %p ../\"%f\"", "cp ../\"%f\" \"%p\"");

    @BeforeAll
    static void needsPostgres() throws Exception {
        try (var node = TestNode.of("probe")) {
            new Binaries(node.settings, new Programs(node.runAs)).version();
        } catch (PostgresException e) {
            Assumptions.abort("no PostgreSQL to test with: " + e.getMessage());
        }
    }

    @Test
    @DisplayName("archives by our command from its first start, and standbys restore by it")
    void ours() throws Exception {
        try (var a = TestNode.archiving("node-a", COMMANDS);
                var b = TestNode.archiving("node-b", COMMANDS)) {
            a.server.configure(Map.of());
            a.server.bootstrap(Gate.OPEN, _ -> {});
            assertThat(a.value("SHOW archive_mode")).isEqualTo("on");
            assertThat(a.value("SHOW archive_command")).isEqualTo(COMMANDS.archive());
            assertThat(a.value("SHOW archive_timeout")).isEqualTo("1min");
            assertThat(a.value("SHOW restore_command")).isEmpty();
            assertThat(a.look().pendingRestart()).isEmpty();
            b.server.configure(Map.of());
            b.server.cloneFrom(a.asUpstream(), _ -> {});
            b.server.startStandby(Optional.of(a.asUpstream()), TestNode.LONG);
            assertThat(b.value("SHOW restore_command")).isEqualTo(COMMANDS.restore());
            assertThat(b.value("SHOW archive_mode")).isEqualTo("on");
        }
    }

    @Test
    @DisplayName("is rewound when it diverged: a former primary's files name no restore_command")
    void rewound() throws Exception {
        try (var a = TestNode.archiving("node-a", COMMANDS);
                var b = TestNode.archiving("node-b", COMMANDS)) {
            a.needs("pg_rewind");
            a.server.configure(Map.of());
            a.server.bootstrap(Gate.OPEN, _ -> {});
            a.sql("CREATE TABLE t (n int)");
            b.server.configure(Map.of());
            b.server.cloneFrom(a.asUpstream(), _ -> {});
            b.server.startStandby(Optional.of(a.asUpstream()), TestNode.LONG);
            b.await("caught up", v -> v.live().get().replayed().equals(a.live().flushed()));
            b.server.promote(TestNode.LONG);
            b.sql("INSERT INTO t VALUES (2)");
            b.server.checkpoint(TestNode.LONG);
            a.sql("INSERT INTO t VALUES (1)");
            a.server.kill();
            a.server.recoverInSingleUserMode(TestNode.LONG);
            String mine = Files.readString(a.settings.dataDir().resolve("postgresql.conf"));
            a.server.rewind(b.asUpstream(), _ -> {});
            assertThat(a.settings.dataDir().resolve("postgresql.conf")).hasContent(mine);
            b.server.createPhysicalSlot("node_a");
            a.server.startStandby(Optional.of(b.asUpstream()), TestNode.LONG);
            a.await("streaming", TestNode::streaming);
            a.await("caught up", v -> v.live().get().replayed().equals(b.live().flushed()));
            assertThat(a.value("SELECT string_agg(n::text, ',') FROM t")).isEqualTo("2");
        }
    }

    @Test
    @DisplayName("keeps what the user said by ALTER SYSTEM or in the base file")
    void users() throws Exception {
        try (var a = TestNode.archiving("node-a", COMMANDS)) {
            a.server.configure(Map.of());
            a.server.bootstrap(Gate.OPEN, _ -> {});
            a.sql("ALTER SYSTEM SET archive_command = 'true'");
            var base = a.settings.configDir().resolve("postgresql.base.conf");
            Files.writeString(
                    base,
                    Files.readString(base) + "\nrestore_command = 'false'\narchive_timeout = 7\n");
            a.server.configure(Map.of());
            a.server.reload();
            assertThat(a.value("SHOW archive_command")).isEqualTo("true");
            assertThat(a.value("SHOW archive_timeout")).isEqualTo("7s");
            assertThat(a.value("SHOW restore_command")).isEqualTo("false");
            assertThat(a.value("SHOW archive_mode")).isEqualTo("on");
        }
    }

    @Test
    @DisplayName("has its waiting WAL archived after it stopped, before anything removes it")
    void drain() throws Exception {
        try (var a = TestNode.archiving("node-a", COMMANDS)) {
            a.server.configure(Map.of());
            a.server.bootstrap(Gate.OPEN, _ -> {});
            var down = Files.createFile(a.root.resolve("down"));
            a.sql("CREATE TABLE t (n int)");
            String segment = a.value("SELECT pg_walfile_name(pg_switch_wal())");
            a.server.stop(StopMode.IMMEDIATE, TestNode.LONG, _ -> {});
            assertThat(a.root.resolve(segment)).doesNotExist();
            Files.delete(down);
            a.server.recoverInSingleUserMode(TestNode.LONG);
            assertThat(a.root.resolve(segment)).exists();
            var status = a.settings.dataDir().resolve("pg_wal/archive_status");
            assertThat(status.resolve(segment + ".done")).exists();
        }
    }
}
