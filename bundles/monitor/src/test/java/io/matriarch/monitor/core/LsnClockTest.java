package io.matriarch.monitor.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.api.Lsn;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The LSN clock")
class LsnClockTest {
    private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
    private final LsnClock clock = new LsnClock();

    private static Instant at(long second) {
        return START.plusSeconds(second);
    }

    private void note(long second, long position) {
        clock.note(at(second), new Lsn(position));
    }

    private long lag(long position, long second) {
        return clock.lag(new Lsn(position), at(second)).toSeconds();
    }

    @Test
    @DisplayName("says nothing before anything is noted")
    void empty() {
        assertThat(clock.runs()).isFalse();
        assertThat(clock.timeAt(new Lsn(5))).isEmpty();
        assertThat(clock.lag(new Lsn(5), START)).isZero();
    }

    @Test
    @DisplayName("who has everything is not behind, however long ago it was written")
    void caughtUp() {
        note(0, 100);
        assertThat(lag(100, 500)).isZero();
        assertThat(lag(101, 500)).isZero();
    }

    @Test
    @DisplayName("counts from when the first missing byte was written, between two notes by share")
    void between() {
        note(0, 100);
        note(10, 200);
        note(20, 400);
        assertThat(clock.timeAt(new Lsn(150))).contains(at(5));
        assertThat(clock.timeAt(new Lsn(300))).contains(at(15));
        assertThat(lag(200, 30)).isEqualTo(20);
    }

    @Test
    @DisplayName("after a pause in writing the lag begins when writing begins again")
    void idle() {
        note(0, 100);
        note(1, 100);
        note(500, 100);
        note(501, 101);
        assertThat(lag(100, 503)).isEqualTo(3);
    }

    @Test
    @DisplayName("of WAL older than itself it tells the least it can be")
    void older() {
        note(100, 1000);
        note(101, 2000);
        assertThat(lag(5, 105)).isEqualTo(5);
    }

    @Test
    @DisplayName("keeps a day: seconds for an hour, then ten seconds, and then forgets")
    void thinned() {
        for (int second = 0; second <= 26 * 3600; second++) note(second, 1000L * second);
        int now = 26 * 3600;
        assertThat(lag(1000L * (now - 30) + 500, now)).isBetween(29L, 30L);
        long halfDay = now - 12 * 3600;
        assertThat(lag(1000L * halfDay, now)).isBetween(12 * 3600L - 10, 12 * 3600L + 10);
        assertThat(lag(0, now)).isBetween(23 * 3600L, 25 * 3600L);
    }

    @Test
    @DisplayName("a history that went back (rewind, restore) begins anew from there")
    void wentBack() {
        note(0, 100);
        note(10, 900);
        note(20, 300);
        note(30, 600);
        assertThat(lag(300, 31)).isEqualTo(11);
        assertThat(clock.timeAt(new Lsn(700))).isEmpty();
        assertThat(clock.timeAt(new Lsn(100))).contains(at(0));
    }

    @Test
    @DisplayName("a clock of the host that went back does not confuse it")
    void hostClockWentBack() {
        note(100, 100);
        note(50, 200);
        note(60, 300);
        assertThat(lag(200, 61)).isEqualTo(11);
        assertThat(clock.lag(new Lsn(200), at(10))).isEqualTo(Duration.ZERO);
    }

    @Test
    @DisplayName("positions beyond half of the range of 64 bits are in order")
    void unsigned() {
        note(0, Long.MAX_VALUE);
        note(10, Long.MAX_VALUE + 100);
        assertThat(lag(Long.MAX_VALUE + 50, 10)).isEqualTo(5);
    }
}
