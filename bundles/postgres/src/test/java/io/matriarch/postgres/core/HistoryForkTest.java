package io.matriarch.postgres.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Two histories")
class HistoryForkTest {
    private static final History.Line AT_3 = line(1, "0/3000000");
    private static final History.Line AT_4 = line(1, "0/4000000");
    private static final History.Line SECOND_AT_6 = line(2, "0/6000000");

    private static History.Line line(int timeline, String lsn) {
        return new History.Line(timeline, Lsn.parse(lsn), "");
    }

    @Test
    @DisplayName("that are the same have no fork")
    void same() {
        assertThat(History.fork(List.of(), 1, List.of())).isEmpty();
        assertThat(History.fork(List.of(AT_3), 2, List.of(AT_3))).isEmpty();
    }

    @Test
    @DisplayName("fork where theirs left our timeline")
    void theyWentOn() {
        assertThat(History.fork(List.of(), 1, List.of(AT_3, SECOND_AT_6)))
                .contains(AT_3.switchPoint());
        assertThat(History.fork(List.of(AT_3), 2, List.of(AT_3, SECOND_AT_6)))
                .contains(SECOND_AT_6.switchPoint());
    }

    @Test
    @DisplayName("with one number for two timelines fork where the first of them left")
    void sameNumber() {
        assertThat(History.fork(List.of(AT_4), 2, List.of(AT_3))).contains(AT_3.switchPoint());
        assertThat(History.fork(List.of(AT_3), 2, List.of(AT_4))).contains(AT_3.switchPoint());
        assertThat(History.fork(List.of(AT_4), 2, List.of(AT_3, SECOND_AT_6)))
                .contains(AT_3.switchPoint());
    }

    @Test
    @DisplayName("fork where we left theirs")
    void weWentOn() {
        assertThat(History.fork(List.of(AT_3), 2, List.of())).contains(AT_3.switchPoint());
    }

    @Test
    @DisplayName("that went on by different numbers fork where both left the last they share")
    void skipped() {
        assertThat(History.fork(List.of(AT_3), 3, List.of(AT_3, SECOND_AT_6)))
                .contains(AT_3.switchPoint());
        assertThat(History.fork(List.of(), 3, List.of(AT_3))).contains(Lsn.ZERO);
    }
}
