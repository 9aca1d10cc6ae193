package io.matriarch.postgres.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.LocalPostgres.Followed;
import io.matriarch.postgres.api.PendingRestart;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.Progress;
import io.matriarch.postgres.api.StopMode;
import io.matriarch.postgres.api.Upstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
@DisplayName("With two real servers")
class StandbysOnRealServerTest {
    private static final Map<String, Object> NOTHING = Map.of();

    @BeforeAll
    static void needsPostgres() throws Exception {
        TestNode.assumePostgres();
    }

    @Test
    @DisplayName("a cluster is made, cloned, handed over, and the old primary follows the new one")
    void lifeOfACluster() throws Exception {
        try (var a = TestNode.of("node-a");
                var b = TestNode.of("node-b")) {
            a.needs("pg_basebackup");
            assertThat(a.look().dataDirectory()).isEqualTo(DataDirectory.EMPTY);
            a.server.configure(NOTHING);
            a.server.bootstrap(Gate.OPEN, _ -> {});
            assertThat(a.look().state()).isEqualTo(PostgresState.RUNNING);
            assertThat(a.live().inRecovery()).isFalse();
            assertThat(a.live().timeline()).isEqualTo(1);
            assertThat(a.look().control().orElseThrow().checksums()).isTrue();
            assertThat(
                            a.value(
                                    "SELECT rolsuper::text || pg_has_role(oid,'pg_monitor','MEMBER')"
                                            + " || rolconnlimit FROM pg_roles WHERE"
                                            + " rolname='monitor'"))
                    .as("the monitoring role may look, and no more")
                    .isEqualTo("falsetrue5");
            a.sql("CREATE TABLE t (n int)");

            a.server.createPhysicalSlot(b.settings.name().slotName());
            var steps = new ArrayList<Progress>();
            b.server.configure(NOTHING);
            b.server.cloneFrom(a.asUpstream(), steps::add);
            assertThat(steps.getLast().doneBytes()).isPositive();
            b.server.startStandby(Optional.of(a.asUpstream()), TestNode.LONG);
            b.await(
                    "streaming",
                    v ->
                            v.live()
                                    .filter(l -> l.replicationState().equals("streaming"))
                                    .isPresent());
            assertThat(b.live().upstream()).contains(a.settings.connectAddress());
            assertThat(b.live().primarySlotName()).isEqualTo("node_b");
            assertThat(b.look().systemId()).isEqualTo(a.look().systemId());
            assertThat(a.live().walSenders())
                    .singleElement()
                    .satisfies(s -> assertThat(s.applicationName()).isEqualTo("node-b"));

            a.sql("INSERT INTO t VALUES (0)"); // so that no WAL switch is in front of the
            // checkpoint
            var checkpoint = new AtomicReference<Lsn>();
            a.server.stop(StopMode.FAST, TestNode.LONG, checkpoint::set);
            assertThat(a.look().state()).isEqualTo(PostgresState.STOPPED);
            assertThat(a.look().control().orElseThrow().shutDownClean()).isTrue();
            assertThat(checkpoint.get()).isEqualTo(a.look().control().orElseThrow().checkpoint());
            assertThat(b.live().position().isAfter(checkpoint.get())).isTrue();

            b.server.promote(TestNode.LONG);
            assertThat(b.live().inRecovery()).isFalse();
            assertThat(b.live().timeline()).isEqualTo(2);
            assertThat(b.look().standbySignal()).isFalse();
            assertThat(b.server.timelineHistory(2))
                    .singleElement()
                    .satisfies(line -> assertThat(line.endedTimeline()).isEqualTo(1));
            b.sql("INSERT INTO t VALUES (1)");

            var lineage = a.server.lineage(b.asUpstream(), TestNode.ASK);
            assertThat(lineage.formerPrimary()).isTrue();
            assertThat(lineage.cleanShutdown()).isTrue();
            assertThat(lineage.upstreamTimeline()).isEqualTo(2);
            assertThat(lineage.checkpointEnd()).isEqualTo(lineage.switchPoint());

            b.server.createPhysicalSlot("node_a");
            a.server.startStandby(Optional.of(b.asUpstream()), TestNode.LONG);
            a.await("on timeline 2", v -> v.live().filter(l -> l.timeline() == 2).isPresent());
            a.await("caught up", v -> v.live().get().replayed().equals(b.live().flushed()));
            assertThat(a.value("SELECT max(n) FROM t")).isEqualTo("1");
        }
    }

    @Test
    @DisplayName("what diverged is found by its lineage, rewound, and follows")
    void divergedAndRewound() throws Exception {
        try (var a = TestNode.bootstrapped("node-a");
                var b = TestNode.clonedFrom(a, "node-b")) {
            a.sql("CREATE TABLE t (n int)");
            b.await("caught up", v -> v.live().get().replayed().equals(a.live().flushed()));
            b.server.promote(TestNode.LONG);
            b.sql("INSERT INTO t VALUES (2)");
            a.sql("INSERT INTO t SELECT 1 FROM generate_series(1, 1000)");
            b.server.checkpoint(TestNode.LONG);
            var archive = Files.createDirectory(a.root.resolve("archive"));
            a.runAs.own(archive);
            a.server.configure(
                    Map.of("parameters", Map.of("archive_mode", "on", "archive_command", "false")));
            a.server.restart(Gate.OPEN, TestNode.LONG);
            a.sql("INSERT INTO t VALUES (3)");
            a.value("SELECT pg_switch_wal()");
            a.server.configure(
                    Map.of(
                            "parameters",
                            Map.of(
                                    "archive_mode",
                                    "on",
                                    "archive_command",
                                    "test -f "
                                            + a.root.resolve("go")
                                            + " && cp %p "
                                            + archive
                                            + "/%f")));

            assertThat(a.server.lineage(b.asUpstream(), TestNode.ASK).formerPrimary()).isTrue();
            a.server.kill();
            assertThat(a.look().running()).isFalse();
            a.newAgent();
            assertThat(a.look().state()).isEqualTo(PostgresState.CRASHED);
            Files.createFile(a.root.resolve("go"));
            a.server.recoverInSingleUserMode(TestNode.LONG);
            assertThat(archive).isNotEmptyDirectory();
            assertThat(a.look().control().orElseThrow().shutDownClean()).isTrue();

            var lineage = a.server.lineage(b.asUpstream(), TestNode.ASK);
            assertThat(lineage.localTimeline()).isEqualTo(1);
            assertThat(lineage.upstreamTimeline()).isEqualTo(2);
            assertThat(lineage.upstreamInRecovery()).isFalse();
            assertThat(lineage.localLsn().isAfter(lineage.switchPoint().orElseThrow())).isTrue();

            assertThat(a.server.canRewind()).isTrue();
            assertThat(a.server.divergedWal()).isEmpty();
            String mine = Files.readString(a.settings.dataDir().resolve("postgresql.conf"));
            a.server.rewind(b.asUpstream(), _ -> {});
            assertThat(Files.readString(a.settings.dataDir().resolve("postgresql.conf")))
                    .isEqualTo(mine);
            keptWhatOnlyItHad(a, lineage.switchPoint().orElseThrow());
            b.server.createPhysicalSlot("node_a");
            a.server.startStandby(Optional.of(b.asUpstream()), TestNode.LONG);
            a.await("streaming", TestNode::streaming);
            a.await("caught up", v -> v.live().get().replayed().equals(b.live().flushed()));
            assertThat(a.value("SELECT string_agg(n::text, ',') FROM t")).isEqualTo("2");
            assertThat(a.server.follow(Optional.of(b.asUpstream()), TestNode.LONG))
                    .isEqualTo(Followed.UNCHANGED);
            var moved = a.server.follow(Optional.empty(), TestNode.LONG);
            assertThat(moved).isIn(Followed.RELOADED, Followed.RESTARTED);
            assertThat(a.live().upstream()).isEmpty();
        }
    }

    private static void keptWhatOnlyItHad(TestNode node, Lsn fork) throws Exception {
        var kept = node.server.divergedWal();
        assertThat(kept).hasSize(1);
        var one = kept.getFirst();
        assertThat(one.trouble()).isEmpty();
        assertThat(one.from()).isEqualTo(fork);
        assertThat(one.commits().orElseThrow()).as("two inserts").isEqualTo(2);
        assertThat(one.firstCommit().orElseThrow()).isBefore(one.lastCommit().orElseThrow());
        assertThat(one.end().orElseThrow().isAfter(fork)).isTrue();
        var directory = Path.of(one.directory());
        assertThat(directory.resolve("transactions.txt"))
                .content()
                .contains("COMMIT")
                .contains("pg_waldump");
        try (var files = Files.list(directory)) {
            assertThat(files.filter(file -> file.getFileName().toString().length() == 24))
                    .hasSize(one.segments());
        }
        node.newAgent();
        assertThat(node.server.divergedWal()).isEqualTo(kept);
    }

    /** {@code b} leads; {@code a} is down, with one transaction of its own. */
    private static void diverge(TestNode a, TestNode b) throws Exception {
        a.sql("CREATE TABLE t (n int)");
        b.await("caught up", v -> v.live().get().replayed().equals(a.live().flushed()));
        b.server.promote(TestNode.LONG);
        b.server.checkpoint(TestNode.LONG);
        a.sql("INSERT INTO t VALUES (1)");
        a.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});
    }

    @Test
    @DisplayName("WAL of its own is kept before a clone, once, and removed on demand")
    void keptBeforeAClone() throws Exception {
        try (var a = TestNode.bootstrapped("node-a");
                var b = TestNode.clonedFrom(a, "node-b")) {
            diverge(a, b);

            a.server.cloneFrom(b.asUpstream(), _ -> {});
            assertThat(a.server.divergedWal())
                    .singleElement()
                    .satisfies(kept -> {
                        assertThat(kept.leader()).isEqualTo(b.settings.name());
                        assertThat(kept.timeline()).isEqualTo(1);
                        assertThat(kept.commits().orElseThrow()).isEqualTo(1);
                    });
            String id = a.server.divergedWal().getFirst().id();
            a.server.cloneFrom(b.asUpstream(), _ -> {});
            assertThat(a.server.divergedWal()).hasSize(1);

            assertThat(
                            catchThrowableOfType(
                                    PostgresException.class,
                                    () -> a.server.removeDivergedWal("../data")))
                    .hasMessageContaining("../data");
            a.server.removeDivergedWal(id);
            assertThat(a.server.divergedWal()).isEmpty();
            assertThat(a.root.resolve("state/diverged-wal").resolve(id)).doesNotExist();
        }
    }

    @Test
    @DisplayName("where WAL cannot be kept the member is cloned all the same")
    void cannotBeKept() throws Exception {
        try (var a = TestNode.bootstrapped("node-a");
                var b = TestNode.clonedFrom(a, "node-b")) {
            diverge(a, b);
            Files.createFile(a.root.resolve("state/diverged-wal"));

            a.server.cloneFrom(b.asUpstream(), _ -> {});
            b.server.createPhysicalSlot("node_a");
            a.server.startStandby(Optional.of(b.asUpstream()), TestNode.LONG);
            a.await("streaming", TestNode::streaming);
        }
    }

    @Test
    @DisplayName("a clone that fails leaves the directory, one that works keeps the old beside")
    void reclone() throws Exception {
        try (var a = TestNode.bootstrapped("node-a");
                var b = TestNode.clonedFrom(a, "node-b")) {
            b.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});
            var kept = b.root.resolve("data.before-reclone");
            var systemId = b.look().systemId();
            var nobody = new Upstream(a.settings.name(), new HostPort("127.0.0.1", 1), "postgres");
            var failure =
                    catchThrowableOfType(
                            PostgresException.class, () -> b.server.cloneFrom(nobody, _ -> {}));
            assertThat(failure)
                    .hasMessageContaining("pg_basebackup")
                    .hasMessageContaining("refused");
            assertThat(b.look().systemId()).isEqualTo(systemId);
            assertThat(b.look().state()).isEqualTo(PostgresState.STOPPED);
            assertThat(kept).doesNotExist();
            assertThat(b.root.resolve("data.incoming")).doesNotExist();

            b.server.cloneFrom(a.asUpstream(), _ -> {});
            assertThat(kept).isDirectory();
            b.server.startStandby(Optional.of(a.asUpstream()), TestNode.LONG);
            b.await("streaming", TestNode::streaming);
            b.server.discardKeptDirectory();
            assertThat(kept).doesNotExist();

            b.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});
            Files.move(b.settings.dataDir(), kept); // the agent was killed between two renames
            b.newAgent();
            assertThat(b.look().systemId()).isEqualTo(systemId);
        }
    }

    @Test
    @DisplayName("a standby is told whom to follow, promoted, and adopted in between")
    void standbyOfACopy() throws Exception {
        try (var a = TestNode.bootstrapped("node-a");
                var b = TestNode.of("node-b")) {
            a.server.createPhysicalSlot("node_b");
            a.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});
            b.copyOf(a);
            a.server.startPrimary(Gate.OPEN, TestNode.LONG);
            b.server.configure(NOTHING);
            b.server.startStandby(Optional.empty(), TestNode.LONG);
            assertThat(b.live().inRecovery()).isTrue();
            assertThat(b.live().timeline()).isEqualTo(1);
            assertThat(b.live().upstream()).isEmpty();

            var moved = b.server.follow(Optional.of(a.asUpstream()), TestNode.LONG);
            boolean byReload = b.live().serverVersion() >= 130_000;
            assertThat(moved).isEqualTo(byReload ? Followed.RELOADED : Followed.RESTARTED);
            b.await("streaming", TestNode::streaming);
            assertThat(a.live().walSenders()).hasSize(1);

            b.newAgent();
            b.server.configure(Map.of("parameters", Map.of("work_mem", "6MB")));
            assertThat(b.value("SHOW work_mem")).isEqualTo("6MB");
            assertThat(b.live().upstream()).contains(a.settings.connectAddress());

            var lineage = b.server.lineage(a.asUpstream(), TestNode.ASK);
            assertThat(lineage.formerPrimary()).isFalse();
            assertThat(lineage.switchPoint()).isEmpty();
            b.server.promote(TestNode.LONG);
            assertThat(b.live().timeline()).isEqualTo(2);
            assertThat(a.server.lineage(b.asUpstream(), TestNode.ASK).switchPoint()).isPresent();
            assertThat(b.look().control().orElseThrow().state()).isEqualTo("in production");
        }
    }

    @Test
    @DisplayName("a standby starts although the settings are below its primary's")
    void standbyMinimums() throws Exception {
        try (var a = TestNode.bootstrapped("node-a")) {
            a.server.configure(Map.of("parameters", Map.of("max_connections", 130)));
            a.server.restart(Gate.OPEN, TestNode.LONG);
            try (var b = TestNode.clonedFrom(a, "node-b")) {
                assertThat(b.value("SHOW max_connections")).isEqualTo("130");
                assertThat(b.look().pendingRestart())
                        .containsExactly(new PendingRestart("max_connections", "130", "100"));
            }
        }
    }
}
