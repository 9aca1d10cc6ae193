package io.matriarch.postgres.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import io.matriarch.postgres.core.OwnWal.Piece;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("WAL that only this server has")
class OwnWalTest {
    private static final long SEGMENT = 16L << 20;

    private static Lsn lsn(String text) {
        return Lsn.parse(text);
    }

    private static History.Line line(int ended, String at) {
        return new History.Line(ended, lsn(at), "");
    }

    @Test
    @DisplayName("begins on our timeline where the leader left it")
    void onOneTimeline() {
        assertThat(OwnWal.pieces(lsn("0/5000060"), List.of(), 1))
                .containsExactly(new Piece(1, lsn("0/5000060")));
    }

    @Test
    @DisplayName("goes on over timelines that we were promoted to alone")
    void overTimelines() {
        var history = List.of(line(1, "0/3000000"), line(2, "0/5000000"), line(4, "0/7000000"));
        assertThat(OwnWal.pieces(lsn("0/4000000"), history, 5))
                .containsExactly(
                        new Piece(2, lsn("0/4000000")),
                        new Piece(4, lsn("0/5000000")),
                        new Piece(5, lsn("0/7000000")));
    }

    @Test
    @DisplayName("is in the segments from the fork to the end, of its timelines only")
    void segments() {
        var names =
                List.of(
                        "000000010000000000000004",
                        "000000010000000000000005",
                        "000000010000000000000006",
                        "000000010000000000000007",
                        "000000020000000000000005",
                        "0000000200000000000000FF",
                        "00000001000000010000000A",
                        "000000010000000000000006.00000028.backup",
                        "00000002.history",
                        "archive_status");
        var pieces = List.of(new Piece(1, lsn("0/5000060")));
        assertThat(OwnWal.segments(names, SEGMENT, pieces, Optional.of(lsn("0/6001000"))))
                .containsExactly("000000010000000000000005", "000000010000000000000006");
        assertThat(OwnWal.segments(names, SEGMENT, pieces, Optional.empty()))
                .containsExactly(
                        "000000010000000000000005",
                        "000000010000000000000006",
                        "000000010000000000000007",
                        "00000001000000010000000A");
        assertThat(OwnWal.begin("00000001000000010000000A", SEGMENT)).isEqualTo(lsn("1/A000000"));
        assertThat(OwnWal.begin("000000010000000100000002", 1L << 30)).isEqualTo(lsn("1/80000000"));
    }

    @Test
    @DisplayName("makes room for itself by the oldest")
    void room() {
        assertThat(OwnWal.tooMany(List.of(10L, 20L, 30L), 40, 100)).isZero();
        assertThat(OwnWal.tooMany(List.of(10L, 20L, 30L), 41, 100)).isEqualTo(1);
        assertThat(OwnWal.tooMany(List.of(10L, 20L, 30L), 80, 100)).isEqualTo(3);
        assertThat(OwnWal.tooMany(List.of(), 200, 100)).isZero();
    }

    @Test
    @DisplayName("is counted by what pg_waldump prints")
    void transactions() {
        var dump = new TransactionDump();
        """
        rmgr: Transaction len (rec/tot):     66/    66, tx:        722, lsn: 0/015004B0, prev 0/01500438, desc: COMMIT 2026-11-30 02:44:01.074047 UTC; inval msgs: catcache 21; sync
        rmgr: Transaction len (rec/tot):     34/    34, tx:        726, lsn: 0/015167D8, prev 0/01516798, desc: ABORT 2026-11-30 02:44:05.452110 UTC
        rmgr: Transaction len (rec/tot):     82/    82, tx:          0, lsn: 0/01516800, prev 0/015167D8, desc: COMMIT_PREPARED 731: 2026-11-30 02:44:06.000001 UTC
        rmgr: Transaction len (rec/tot):     54/    54, tx:        732, lsn: 0/01516860, prev 0/01516800, desc: ASSIGNMENT xtop 730: subxacts: 731 732
        first record is after 0/1500000, at 0/1500028, skipping over 40 bytes
        """
                .lines()
                .forEach(dump::line);
        assertThat(dump.commits()).isEqualTo(2);
        assertThat(dump.firstCommit()).contains(Instant.parse("2026-11-30T02:44:01.074047Z"));
        assertThat(dump.lastCommit()).contains(Instant.parse("2026-11-30T02:44:06.000001Z"));
        assertThat(dump.listed())
                .hasSize(3)
                .first()
                .asString()
                .contains("COMMIT", "transaction 722", "0/015004B0");
        assertThat(dump.listed().getLast()).contains("transaction 731");
        assertThat(
                        TransactionDump.end(
                                "pg_waldump: error: error in WAL record at 0/1516800: invalid record"
                                        + " length at 0/1516878: wanted 24, got 0"))
                .contains(lsn("0/1516878"));
        assertThat(
                        TransactionDump.end(
                                "pg_waldump: error: error in WAL record at 0/1516800: invalid magic"
                                        + " number 0000 in log segment 000000010000000000000001, offset 0"))
                .contains(lsn("0/1526800"));
        assertThat(
                        TransactionDump.nothing(
                                "pg_waldump: error: could not find a valid record after 0/9000000"))
                .isTrue();
        assertThat(TransactionDump.end("pg_waldump: error: could not open file")).isEmpty();
    }
}
