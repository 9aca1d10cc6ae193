package io.matriarch.postgres.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.matriarch.api.Code;
import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.LocalPostgres.Followed;
import io.matriarch.postgres.api.PendingRestart;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.Progress;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.Slot;
import io.matriarch.postgres.api.StopMode;
import io.matriarch.postgres.api.Upstream;
import io.matriarch.postgres.core.ControlFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("On a real PostgreSQL (of -Dmatriarch.test.pgbin, else the one found)")
class LocalPostgresOnRealServerTest {
    private static final Map<String, Object> NOTHING = Map.of();

    @BeforeAll
    static void needsPostgres() throws Exception {
        try (var node = TestNode.of("probe")) {
            var programs = new Programs(node.runAs);
            new Binaries(node.settings, programs).version();
        } catch (PostgresException e) {
            Assumptions.abort("no PostgreSQL to test with: " + e.getMessage());
        }
    }

    @Test
    @DisplayName("a cluster is made, cloned, handed over, and the old primary follows the new one")
    void lifeOfACluster() throws Exception {
        try (var a = TestNode.of("node-a");
                var b = TestNode.of("node-b")) {
            needs("pg_basebackup", a);
            assertThat(a.look().dataDirectory()).isEqualTo(DataDirectory.EMPTY);
            a.server.configure(NOTHING);
            a.server.bootstrap(_ -> {});
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
    @DisplayName("settings take effect by reload, a restart or not at all, and say which")
    void settings() throws Exception {
        try (var a = bootstrapped("node-a")) {
            a.server.configure(
                    Map.of(
                            "parameters",
                            Map.of("max_connections", 120, "work_mem", "7MB", "port", 1)));
            assertThat(a.value("SHOW work_mem")).isEqualTo("7MB");
            assertThat(a.look().pendingRestart())
                    .containsExactly(new PendingRestart("max_connections", "100", "120"));
            a.server.restart(TestNode.LONG);
            assertThat(a.look().pendingRestart()).isEmpty();
            assertThat(a.value("SHOW max_connections")).isEqualTo("120");

            a.server.configure(Map.of("parameters", Map.of("shared_buffers", "64MB")));
            assertThat(a.look().pendingRestart())
                    .extracting(PendingRestart::parameter)
                    .containsExactlyInAnyOrder("max_connections", "shared_buffers");

            String before = Files.readString(a.settings.dataDir().resolve("postgresql.conf"));
            for (var wrong :
                    List.of(Map.of("work_mem", "plenty"), Map.of("no_such_parameter", "1"))) {
                var refusal =
                        catchThrowableOfType(
                                PostgresException.class,
                                () -> a.server.configure(Map.of("parameters", wrong)));
                assertThat(refusal).hasMessageContaining(wrong.keySet().iterator().next());
                assertThat(refusal.code()).isEqualTo(Code.CONFIG);
            }
            var refusal =
                    catchThrowableOfType(
                            PostgresException.class,
                            () -> a.server.configure(Map.of("pg_hba", List.of("host all all"))));
            assertThat(refusal).hasMessageContaining("pg_hba.conf").hasMessageContaining("line");
            assertThat(Files.readString(a.settings.dataDir().resolve("postgresql.conf")))
                    .isEqualTo(before);
            a.server.reload();
            assertThat(a.value("SHOW work_mem")).isEqualTo("4MB");
        }
    }

    @Test
    @DisplayName("what diverged is found by its lineage, rewound, and follows")
    void divergedAndRewound() throws Exception {
        try (var a = bootstrapped("node-a");
                var b = clonedFrom(a, "node-b")) {
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
            a.server.restart(TestNode.LONG);
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
            String mine = Files.readString(a.settings.dataDir().resolve("postgresql.conf"));
            a.server.rewind(b.asUpstream(), _ -> {});
            assertThat(Files.readString(a.settings.dataDir().resolve("postgresql.conf")))
                    .isEqualTo(mine);
            b.server.createPhysicalSlot("node_a");
            a.server.startStandby(Optional.of(b.asUpstream()), TestNode.LONG);
            a.await("streaming", LocalPostgresOnRealServerTest::streaming);
            a.await("caught up", v -> v.live().get().replayed().equals(b.live().flushed()));
            assertThat(a.value("SELECT string_agg(n::text, ',') FROM t")).isEqualTo("2");
            assertThat(a.server.follow(Optional.of(b.asUpstream()), TestNode.LONG))
                    .isEqualTo(Followed.UNCHANGED);
            var moved = a.server.follow(Optional.empty(), TestNode.LONG);
            assertThat(moved).isIn(Followed.RELOADED, Followed.RESTARTED);
            assertThat(a.live().upstream()).isEmpty();
        }
    }

    @Test
    @DisplayName("a killed postmaster is a crash, and the next start recovers")
    void crash() throws Exception {
        try (var a = bootstrapped("node-a")) {
            long pid = a.look().postmaster().orElseThrow().pid();
            a.sql("CREATE TABLE t (n int)");
            Signals.KILL.send(pid);
            a.await("crashed", v -> v.state() == PostgresState.CRASHED);
            assertThat(a.look().control().orElseThrow().state()).isEqualTo("in production");
            a.server.startPrimary(TestNode.LONG);
            assertThat(a.look().state()).isEqualTo(PostgresState.RUNNING);
            assertThat(a.value("SELECT count(*) FROM t")).isEqualTo("0");
        }
    }

    @Test
    @DisplayName("a server somebody else started is adopted as it runs")
    void adopted() throws Exception {
        try (var a = bootstrapped("node-a")) {
            a.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});
            var data = a.settings.dataDir();
            Files.move(
                    data.resolve("postgresql.base.conf"),
                    data.resolve("postgresql.conf"),
                    StandardCopyOption.REPLACE_EXISTING);
            new Programs(a.runAs)
                    .run(
                            List.of(
                                    new Binaries(a.settings, new Programs(a.runAs))
                                            .program("pg_ctl")
                                            .toString(),
                                    "-w",
                                    "-D",
                                    data.toString(),
                                    "-l",
                                    a.root.resolve("state/other.log").toString(),
                                    "-o",
                                    "-c listen_addresses=127.0.0.1 -c max_connections=33 -p "
                                            + a.settings.port(),
                                    "start"),
                            Map.of(),
                            TestNode.LONG);
            a.newAgent();
            assertThat(a.look().state()).isEqualTo(PostgresState.RUNNING);
            var postmaster = a.look().postmaster();
            a.server.startPrimary(TestNode.LONG);
            a.server.configure(Map.of("parameters", Map.of("work_mem", "9MB")));
            assertThat(a.look().postmaster()).isEqualTo(postmaster);
            assertThat(a.value("SHOW work_mem")).isEqualTo("9MB");
            assertThat(a.look().pendingRestart())
                    .contains(new PendingRestart("max_connections", "33", "100"));
            assertThat(data.resolve("postgresql.base.conf")).exists();

            a.newAgent(); // a swap of ours
            assertThat(a.look().postmaster()).isEqualTo(postmaster);
            assertThat(a.live().inRecovery()).isFalse();
        }
    }

    @Test
    @DisplayName("an occupied port, a wrong password and a foreign directory are told as such")
    void badSurroundings() throws Exception {
        try (var a = bootstrapped("node-a")) {
            var stranger = a.withPassword("wrong");
            assertThat(stranger.look().trouble()).contains("password");
            assertThat(stranger.look().live()).isEmpty();
            assertThat(stranger.look().state()).isEqualTo(PostgresState.RUNNING);
            var denied = catchThrowableOfType(PostgresException.class, stranger.server::slots);
            assertThat(denied.code()).isEqualTo(Code.POSTGRES_DENIED);
            a.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});
            denied =
                    catchThrowableOfType(
                            PostgresException.class,
                            () -> stranger.server.startPrimary(TestNode.LONG));
            assertThat(denied.code()).isEqualTo(Code.POSTGRES_DENIED);
            assertThat(a.look().running()).isFalse();

            try (var squatter =
                    new ServerSocket(a.settings.port(), 1, InetAddress.getByName("127.0.0.1"))) {
                var inUse =
                        catchThrowableOfType(
                                PostgresException.class,
                                () -> a.server.startPrimary(TestNode.LONG));
                assertThat(inUse.code()).isEqualTo(Code.ADDRESS_IN_USE);
                assertThat(inUse).hasMessageContaining("" + squatter.getLocalPort());
                assertThat(a.look().state()).isEqualTo(PostgresState.START_FAILED);
            }
            Files.delete(a.settings.dataDir().resolve("PG_VERSION"));
            assertThat(a.look().dataDirectory()).isEqualTo(DataDirectory.INACCESSIBLE);
            assertThat(a.look().trouble()).contains("PG_VERSION");
            var foreign =
                    catchThrowableOfType(
                            PostgresException.class, () -> a.server.bootstrap(_ -> {}));
            assertThat(foreign.code()).isEqualTo(Code.DATA_DIRECTORY);
        }
    }

    @Test
    @DisplayName("a clone that fails leaves the directory, one that works keeps the old beside")
    void reclone() throws Exception {
        try (var a = bootstrapped("node-a");
                var b = clonedFrom(a, "node-b")) {
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
            b.await("streaming", LocalPostgresOnRealServerTest::streaming);
            b.server.discardKeptDirectory();
            assertThat(kept).doesNotExist();

            b.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});
            Files.move(b.settings.dataDir(), kept); // the agent was killed between two renames
            b.newAgent();
            assertThat(b.look().systemId()).isEqualTo(systemId);
        }
    }

    @Test
    @DisplayName("slots are made, moved forward only, and dropped")
    void slots() throws Exception {
        try (var a = bootstrapped("node-a")) {
            a.server.configure(Map.of("parameters", Map.of("wal_level", "logical")));
            a.server.restart(TestNode.LONG);
            a.server.createPhysicalSlot("one");
            a.server.createPhysicalSlot("one");
            a.server.createLogicalSlot("two", "postgres", "pgoutput");
            a.sql("CREATE TABLE t (n int)");
            Lsn end = a.live().flushed();
            for (Slot slot : a.server.slots()) {
                a.server.advanceSlot(slot, end);
                a.server.advanceSlot(slot, Lsn.ZERO);
            }
            assertThat(a.server.slots())
                    .extracting(Slot::name, Slot::logical, Slot::plugin, Slot::database)
                    .containsExactly(
                            tuple("one", false, "", ""),
                            tuple("two", true, "pgoutput", "postgres"));
            assertThat(a.server.slots().getFirst().restartLsn()).contains(end);
            a.server.dropSlot("one");
            a.server.dropSlot("two");
            a.server.dropSlot("two");
            assertThat(a.server.slots()).isEmpty();
        }
    }

    @Test
    @DisplayName("a failed bootstrap is set aside with what its script said")
    void failedBootstrap() throws Exception {
        try (var a = TestNode.of("node-a", Map.of(), "echo no luck with $PGPASSFILE >&2; false")) {
            var failure =
                    catchThrowableOfType(
                            PostgresException.class, () -> a.server.bootstrap(_ -> {}));
            assertThat(failure).hasMessageContaining("no luck with").hasMessageContaining("pgpass");
            a.server.setAsideFailedBootstrap();
            assertThat(a.look().dataDirectory()).isEqualTo(DataDirectory.EMPTY);
            assertThat(a.root.resolve("data.failed").resolve("PG_VERSION")).exists();
        }
    }

    @Test
    @DisplayName("the control file read directly says what pg_controldata says")
    void controlFile() throws Exception {
        try (var a = bootstrapped("node-a")) {
            needs("pg_controldata", a);
            a.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});
            var programs = new Programs(a.runAs);
            var dir =
                    new DataDir(
                            a.settings.dataDir(),
                            a.runAs,
                            programs,
                            new Binaries(a.settings, programs));
            byte[] bytes = Files.readAllBytes(a.settings.dataDir().resolve("global/pg_control"));
            assertThat(ControlFile.parse(bytes)).isPresent();
            assertThat(ControlFile.parse(bytes)).isEqualTo(dir.controlByProgram());
        }
    }

    @Test
    @DisplayName("a standby is told whom to follow, promoted, and adopted in between")
    void standbyOfACopy() throws Exception {
        try (var a = bootstrapped("node-a");
                var b = TestNode.of("node-b")) {
            a.server.createPhysicalSlot("node_b");
            a.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});
            b.copyOf(a);
            a.server.startPrimary(TestNode.LONG);
            b.server.configure(NOTHING);
            b.server.startStandby(Optional.empty(), TestNode.LONG);
            assertThat(b.live().inRecovery()).isTrue();
            assertThat(b.live().timeline()).isEqualTo(1);
            assertThat(b.live().upstream()).isEmpty();

            var moved = b.server.follow(Optional.of(a.asUpstream()), TestNode.LONG);
            boolean byReload = b.live().serverVersion() >= 130_000;
            assertThat(moved).isEqualTo(byReload ? Followed.RELOADED : Followed.RESTARTED);
            b.await("streaming", LocalPostgresOnRealServerTest::streaming);
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
    @DisplayName("a stop cuts short a start that never ends")
    void cutShort() throws Exception {
        try (var a = bootstrapped("node-a")) {
            a.server.stop(StopMode.FAST, TestNode.LONG, _ -> {});
            // Without the backup's end of WAL it never becomes consistent, and starts for ever.
            Files.writeString(
                    a.settings.dataDir().resolve("backup_label"),
                    backupLabel(a.look().control().orElseThrow()));
            a.runAs.own(a.settings.dataDir().resolve("backup_label"));
            var failure = new AtomicReference<PostgresException>();
            var starting =
                    Thread.ofVirtual()
                            .start(() ->
                                    failure.set(
                                            catchThrowableOfType(
                                                    PostgresException.class,
                                                    () ->
                                                            a.server.startStandby(
                                                                    Optional.empty(),
                                                                    TestNode.LONG))));
            a.await("starting", v -> v.running() && v.state() == PostgresState.STARTING);
            a.server.stop(StopMode.IMMEDIATE, TestNode.LONG, _ -> {});
            starting.join();
            assertThat(failure.get()).hasMessageContaining("cut short");
            assertThat(a.look().running()).isFalse();
            assertThat(a.look().state()).isEqualTo(PostgresState.STOPPED);
        }
    }

    private static String backupLabel(io.matriarch.postgres.api.ControlData control) {
        return """
        START WAL LOCATION: %s (file 000000010000000000000001)
        CHECKPOINT LOCATION: %s
        BACKUP METHOD: streamed
        BACKUP FROM: primary
        LABEL: test
        START TIMELINE: 1
        """
                .formatted(control.checkpoint(), control.checkpoint());
    }

    @Test
    @DisplayName("a standby starts although the settings are below its primary's")
    void standbyMinimums() throws Exception {
        try (var a = bootstrapped("node-a")) {
            a.server.configure(Map.of("parameters", Map.of("max_connections", 130)));
            a.server.restart(TestNode.LONG);
            try (var b = clonedFrom(a, "node-b")) {
                assertThat(b.value("SHOW max_connections")).isEqualTo("130");
                assertThat(b.look().pendingRestart())
                        .containsExactly(new PendingRestart("max_connections", "130", "100"));
            }
        }
    }

    /** Some installations have the server only: what needs more is skipped there, by name. */
    private static void needs(String program, TestNode node) throws PostgresException {
        var binaries = new Binaries(node.settings, new Programs(node.runAs));
        Assumptions.assumeTrue(
                binaries.optional(program).isPresent(),
                () -> program + " is not beside the server's program");
    }

    private static boolean streaming(ServerView view) {
        return view.live().filter(l -> l.replicationState().equals("streaming")).isPresent();
    }

    private static TestNode bootstrapped(String name) throws Exception {
        var node = TestNode.of(name);
        node.server.configure(NOTHING);
        node.server.bootstrap(_ -> {});
        return node;
    }

    private static TestNode clonedFrom(TestNode source, String name) throws Exception {
        needs("pg_basebackup", source);
        var node = TestNode.of(name);
        source.server.createPhysicalSlot(node.settings.name().slotName());
        node.server.configure(NOTHING);
        node.server.cloneFrom(source.asUpstream(), _ -> {});
        node.server.startStandby(Optional.of(source.asUpstream()), TestNode.LONG);
        node.await("streaming", LocalPostgresOnRealServerTest::streaming);
        return node;
    }
}
