package io.matriarch.postgres.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.Code;
import io.matriarch.api.Lsn;
import io.matriarch.api.SystemId;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.PendingRestart;
import io.matriarch.postgres.api.PostgresState;
import io.matriarch.postgres.api.Progress;
import io.matriarch.postgres.core.StateRule.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhatServersSayTest {
    private static ControlData control(String state, String minRecoveryEnd, int endTimeline) {
        return new ControlData(
                new SystemId("7711168805385076805"),
                state,
                Lsn.parse("0/3000028"),
                2,
                Lsn.parse(minRecoveryEnd),
                endTimeline,
                true,
                true,
                100,
                8,
                10,
                0,
                64);
    }

    @Test
    @DisplayName("pg_controldata is read by its words")
    void controlText() {
        String output =
                """
                pg_control version number:            1300
                Database system identifier:           7711168805385076805
                Database cluster state:               shut down in recovery
                Latest checkpoint location:           0/3000028
                Latest checkpoint's TimeLineID:       2
                Minimum recovery ending location:     0/30000A0
                Min recovery ending loc's timeline:   2
                wal_log_hints setting:                on
                max_connections setting:              100
                max_worker_processes setting:         8
                max_wal_senders setting:              10
                max_prepared_xacts setting:           0
                max_locks_per_xact setting:           64
                Data page checksum version:           1
                """;
        assertThat(ControlText.parse(output))
                .contains(control("shut down in recovery", "0/30000A0", 2));
        assertThat(ControlText.parse(output.replace("0/3000028", "?"))).isEmpty();
    }

    @Test
    @DisplayName("a control file whose checksum is wrong is not believed")
    void tornControlFile() {
        assertThat(ControlFile.parse(new byte[ControlFile.USED_BYTES])).isEmpty();
        assertThat(ControlFile.parse(new byte[10])).isEmpty();
    }

    @Test
    @DisplayName("postmaster.pid may be half written")
    void postmasterPid() {
        String text = "123\n/data\n1700000000\n5433\n/tmp\n127.0.0.1\n 1 2\nready   \n";
        assertThat(PostmasterPid.parse(text))
                .contains(
                        new PostmasterPid(123, "/data", 1_700_000_000, 5433, "127.0.0.1", "ready"));
        assertThat(PostmasterPid.parse("-77\n/data\n1\n").orElseThrow().pid()).isEqualTo(77);
        assertThat(PostmasterPid.parse("123\n/da")).isEmpty();
        assertThat(PostmasterPid.parse("")).isEmpty();
    }

    @Test
    @DisplayName("a process name with brackets does not shift the fields, a zombie is dead")
    void procStat() {
        String fields = " 4 5 6 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 99887 1 2";
        assertThat(ProcStat.parse("12 (a) b) S" + fields)).contains(new ProcStat('S', 4, 99_887));
        assertThat(ProcStat.parse("12 (postgres) Z" + fields).orElseThrow().alive()).isFalse();
        assertThat(ProcStat.parse("nonsense")).isEmpty();
    }

    @Test
    @DisplayName("a history tells where a timeline was left")
    void history() {
        var lines = History.parse("1\t0/3000060\tno recovery target\n\n# x\n2\t0/5000000\tat\n");
        assertThat(lines).hasSize(2);
        assertThat(History.switchPoint(lines, 2)).contains(Lsn.parse("0/5000000"));
        assertThat(History.switchPoint(lines, 3)).isEmpty();
        assertThat(History.fileName(26)).isEqualTo("0000001A.history");
        assertThatThrownBy(() -> History.parse("garbage"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("a stopped standby stands at its end of recovery, else it was a primary")
    void lineage() {
        var standby = Lineages.stopped(control("shut down in recovery", "0/30000A0", 2));
        assertThat(standby).isEqualTo(new Lineages.Local(2, Lsn.parse("0/30000A0"), false, true));
        var primary = Lineages.stopped(control("shut down", "0/0", 0));
        assertThat(primary).isEqualTo(new Lineages.Local(2, Lsn.parse("0/3000028"), true, true));
        assertThat(Lineages.stopped(control("in production", "0/0", 0)).cleanShutdown()).isFalse();
        assertThat(Lineages.stopped(control("in archive recovery", "0/0", 0)).formerPrimary())
                .isTrue();
        var other =
                new Lineages.Other(
                        3,
                        false,
                        List.of(
                                new History.Line(1, Lsn.parse("0/3"), ""),
                                new History.Line(2, Lsn.parse("0/4"), "")));
        var compared =
                Lineages.compare(
                        primary,
                        Optional.of(List.of(new History.Line(1, Lsn.parse("0/3"), ""))),
                        other,
                        Optional.empty());
        assertThat(compared.switchPoint()).contains(Lsn.parse("0/4"));
        assertThat(compared.upstreamTimeline()).isEqualTo(3);
    }

    @Test
    @DisplayName("a record ends where the next begins, or where pg_waldump finds none")
    void walDump() {
        String record =
                "rmgr: XLOG        len (rec/tot):    114/   114, tx:          0, lsn: 0/03000028,"
                        + " prev 0/02000100, desc: CHECKPOINT_SHUTDOWN redo 0/3000028\n";
        Lsn lsn = Lsn.parse("0/3000028");
        assertThat(
                        WalDump.end(
                                lsn,
                                record,
                                "pg_waldump: error: error in WAL record at 0/3000028: invalid record"
                                        + " length at 0/30000A0: wanted 24, got 0"))
                .contains(Lsn.parse("0/30000A0"));
        assertThat(
                        WalDump.end(
                                lsn,
                                record + record.replace("lsn: 0/03000028", "lsn: 0/030000B0"),
                                ""))
                .contains(Lsn.parse("0/30000B0"));
        assertThat(WalDump.end(lsn, "", "could not find")).isEmpty();
        assertThat(WalDump.records(record).getFirst().previous()).isEqualTo(Lsn.parse("0/2000100"));
    }

    @ParameterizedTest
    @CsvSource({
        ", true, UP, , RUNNING",
        "RUNNING, false, UNKNOWN, in production, CRASHED",
        "STARTING, false, UNKNOWN, in production, CRASHED",
        "STOPPED, false, UNKNOWN, shut down, STOPPED",
        "START_FAILED, false, UNKNOWN, shut down, START_FAILED",
        "START_FAILED, true, UP, , RUNNING",
        ", false, UNKNOWN, in production, CRASHED",
        ", false, UNKNOWN, shut down, STOPPED",
        ", false, UNKNOWN, , STOPPED",
        "RUNNING, true, STARTING, , STARTING",
        "RUNNING, true, STOPPING, , STOPPING",
        "STARTING, true, UNKNOWN, , STARTING",
        "STOPPED, true, UNKNOWN, , RUNNING"
    })
    @DisplayName("the state follows what was seen")
    void states(String now, boolean runs, Answer answer, String control, PostgresState next) {
        assertThat(
                        StateRule.next(
                                Optional.ofNullable(now).map(PostgresState::valueOf),
                                runs,
                                answer,
                                Optional.ofNullable(control).map(c -> control(c, "0/0", 0))))
                .isEqualTo(next);
    }

    @Test
    @DisplayName("what waits for a restart: PostgreSQL's flags and what the command line overrides")
    void pending() {
        assertThat(
                        Pending.of(
                                Map.of(
                                        "max_connections",
                                        "120",
                                        "port",
                                        "5432",
                                        "hot_standby",
                                        "on"),
                                Map.of(
                                        "max_connections",
                                        "100",
                                        "port",
                                        "5432",
                                        "hot_standby",
                                        "off"),
                                Map.of("shared_buffers", "16384", "primary_conninfo", "x"),
                                Map.of("shared_buffers", "64MB")))
                .containsExactly(
                        new PendingRestart("max_connections", "100", "120"),
                        new PendingRestart("shared_buffers", "16384", "64MB"));
    }

    @ParameterizedTest
    @CsvSource({
        "could not bind IPv4 address: Address already in use, ADDRESS_IN_USE",
        "could not create lock file \"/run/.s.PGSQL.1.lock\": Permission denied, POSTGRES_CONTROL",
        "data directory has wrong ownership, DATA_DIRECTORY",
        "database files are incompatible with server, DATA_DIRECTORY",
        "out of shared memory, POSTGRES_CONTROL"
    })
    @DisplayName("a failed start is told by its log")
    void startFailures(String log, Code code) {
        var failure = StartFailure.of("it did not start", "FATAL:  " + log, "/data", 5433);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure).hasMessageContaining(log);
    }

    @Test
    @DisplayName("archive_command knows %p, %f and %%")
    void archiveCommand() {
        assertThat(ArchiveCommand.expand("cp %p /a/%f 100%% %x", "pg_wal/1", "1"))
                .contains("cp pg_wal/1 /a/1 100% %x");
        assertThat(ArchiveCommand.expand("(disabled)", "p", "f")).isEmpty();
        assertThat(ArchiveCommand.expand(" ", "p", "f")).isEmpty();
    }

    @Test
    @DisplayName("versions and progress are read from what programs print")
    void programs() {
        assertThat(PgVersion.ofProgram("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"))
                .contains(new PgVersion(15));
        assertThat(PgVersion.ofFile("12\n")).contains(new PgVersion(12));
        assertThat(PgVersion.ofFile("9.6\n")).isEmpty();
        assertThat(ProgressLines.parse("copy", " 2048/ 4096 kB (50%), 0/1 tablespace"))
                .contains(new Progress("copy", 2_097_152, 4_194_304));
        assertThat(ProgressLines.parse("copy", "waiting for checkpoint")).isEmpty();
    }

    @Test
    @DisplayName("a lock of the socket is found by its name, in any language")
    void socketLocks() {
        String german =
                """
                2026-11-25 20:19:19.431 UTC [158] FATAL:  Sperrdatei »/tmp/.s.PGSQL.5432.lock« existiert bereits
                FATAL:  lock file "/var/run/postgresql/.s.PGSQL.5433.lock" already exists
                """;
        assertThat(SocketLock.namedIn(german))
                .containsExactly(
                        Path.of("/tmp/.s.PGSQL.5432.lock"),
                        Path.of("/var/run/postgresql/.s.PGSQL.5433.lock"));
        assertThat(SocketLock.namedIn("HINT: socket file \"/tmp/.s.PGSQL.5432\"?")).isEmpty();
        String content = "80\n/srv/data\n1795637731\n5432\n/tmp\n";
        assertThat(SocketLock.isOf(content, Path.of("/srv/data"))).isTrue();
        assertThat(SocketLock.isOf(content, Path.of("/srv/data2"))).isFalse();
        assertThat(SocketLock.isOf("80\n", Path.of("/srv/data"))).isFalse();
    }
}
