package io.matriarch.postgres.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.matriarch.api.Code;
import io.matriarch.api.Lsn;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.PendingRestart;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.Slot;
import io.matriarch.postgres.api.StopMode;
import io.matriarch.postgres.core.ControlFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
@DisplayName("On a real PostgreSQL (of -Dmatriarch.test.pgbin, else the one found)")
class LocalPostgresOnRealServerTest {
    private static final Map<String, Object> NOTHING = Map.of();

    @BeforeAll
    static void needsPostgres() throws Exception {
        TestNode.assumePostgres();
    }

    @Test
    @DisplayName("settings take effect by reload, a restart or not at all, and say which")
    void settings() throws Exception {
        try (var a = TestNode.bootstrapped("node-a")) {
            a.server.configure(
                    Map.of(
                            "parameters",
                            Map.of("max_connections", 120, "work_mem", "7MB", "port", 1)));
            assertThat(a.value("SHOW work_mem")).isEqualTo("7MB");
            assertThat(a.look().pendingRestart())
                    .containsExactly(new PendingRestart("max_connections", "100", "120"));
            a.server.restart(Gate.OPEN, TestNode.LONG);
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
    @DisplayName("a killed postmaster is a crash, and the next start recovers")
    void crash() throws Exception {
        try (var a = TestNode.bootstrapped("node-a")) {
            long pid = a.look().postmaster().orElseThrow().pid();
            a.sql("CREATE TABLE t (n int)");
            Signals.KILL.send(pid);
            a.await("crashed", v -> v.state() == PostgresState.CRASHED);
            assertThat(a.look().control().orElseThrow().state()).isEqualTo("in production");
            a.server.startPrimary(Gate.OPEN, TestNode.LONG);
            assertThat(a.look().state()).isEqualTo(PostgresState.RUNNING);
            assertThat(a.value("SELECT count(*) FROM t")).isEqualTo("0");
        }
    }

    @Test
    @DisplayName("a server somebody else started is adopted as it runs")
    void adopted() throws Exception {
        try (var a = TestNode.bootstrapped("node-a")) {
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
            a.server.startPrimary(Gate.OPEN, TestNode.LONG);
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
        try (var a = TestNode.bootstrapped("node-a")) {
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
                            () -> stranger.server.startPrimary(Gate.OPEN, TestNode.LONG));
            assertThat(denied.code()).isEqualTo(Code.POSTGRES_DENIED);
            assertThat(a.look().running()).isFalse();

            try (var squatter =
                    new ServerSocket(a.settings.port(), 1, InetAddress.getByName("127.0.0.1"))) {
                var inUse =
                        catchThrowableOfType(
                                PostgresException.class,
                                () -> a.server.startPrimary(Gate.OPEN, TestNode.LONG));
                assertThat(inUse.code()).isEqualTo(Code.ADDRESS_IN_USE);
                assertThat(inUse).hasMessageContaining("" + squatter.getLocalPort());
                assertThat(a.look().state()).isEqualTo(PostgresState.START_FAILED);
            }
            Files.delete(a.settings.dataDir().resolve("PG_VERSION"));
            assertThat(a.look().dataDirectory()).isEqualTo(DataDirectory.INACCESSIBLE);
            assertThat(a.look().trouble()).contains("PG_VERSION");
            var foreign =
                    catchThrowableOfType(
                            PostgresException.class, () -> a.server.bootstrap(Gate.OPEN, _ -> {}));
            assertThat(foreign.code()).isEqualTo(Code.DATA_DIRECTORY);
        }
    }

    @Test
    @DisplayName("slots are made, moved forward only, and dropped")
    void slots() throws Exception {
        try (var a = TestNode.bootstrapped("node-a")) {
            a.server.configure(Map.of("parameters", Map.of("wal_level", "logical")));
            a.server.restart(Gate.OPEN, TestNode.LONG);
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
                            PostgresException.class, () -> a.server.bootstrap(Gate.OPEN, _ -> {}));
            assertThat(failure).hasMessageContaining("no luck with").hasMessageContaining("pgpass");
            a.server.setAsideFailedBootstrap();
            assertThat(a.look().dataDirectory()).isEqualTo(DataDirectory.EMPTY);
            assertThat(a.root.resolve("data.failed").resolve("PG_VERSION")).exists();
        }
    }

    @Test
    @DisplayName("the control file read directly says what pg_controldata says")
    void controlFile() throws Exception {
        try (var a = TestNode.bootstrapped("node-a")) {
            a.needs("pg_controldata");
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
    @DisplayName("a stop cuts short a start that never ends")
    void cutShort() throws Exception {
        try (var a = TestNode.bootstrapped("node-a")) {
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
}
