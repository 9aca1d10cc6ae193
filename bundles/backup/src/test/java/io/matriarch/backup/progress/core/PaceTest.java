package io.matriarch.backup.progress.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The pace of work")
class PaceTest {
    private static final long MB = 1 << 20;

    private static long at(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    /** So many seconds more, at a rate, measured each second. */
    private static Pace going(Pace from, int seconds, long bytesPerSecond) {
        Pace pace = from;
        for (int i = 0; i < seconds; i++)
            pace = pace.at(pace.bytes() + bytesPerSecond, pace.nanos() + at(1));
        return pace;
    }

    @Test
    @DisplayName("is unknown before two points are measured, and so is the end")
    void unknown() {
        var pace = Pace.from(50 * MB, at(7));
        assertThat(pace.bytesPerSecond()).isZero();
        assertThat(pace.left(MB)).isEmpty();
    }

    @Test
    @DisplayName("is the first measurement as a whole, whatever was done before it was watched")
    void first() {
        var pace = Pace.from(50 * MB, at(7)).at(70 * MB, at(9));
        assertThat(pace.bytesPerSecond()).isEqualTo(10 * MB);
        assertThat(pace.left(100 * MB)).contains(Duration.ofSeconds(10));
        assertThat(pace.end(100 * MB, Instant.parse("2026-11-30T02:00:00.7Z")))
                .contains(Instant.parse("2026-11-30T02:00:10Z"));
    }

    @Test
    @DisplayName("stays what it is while work goes evenly")
    void even() {
        assertThat(going(Pace.from(0, 0), 60, 10 * MB).bytesPerSecond())
                .isCloseTo(10 * MB, within(1.0));
    }

    @Test
    @DisplayName("moves little in one slow second, and has come down within half a minute")
    void slower() {
        var even = going(Pace.from(0, 0), 60, 10 * MB);
        assertThat(going(even, 1, MB).bytesPerSecond()).isGreaterThan(9.0 * MB);
        assertThat(going(even, 30, MB).bytesPerSecond()).isLessThan(1.5 * MB);
    }

    @Test
    @DisplayName("of work that stands still puts the end off, and after a time tells none")
    void stalled() {
        var even = going(Pace.from(0, 0), 60, 10 * MB);
        var before = even.left(100 * MB).orElseThrow();
        assertThat(going(even, 20, 0).left(100 * MB).orElseThrow()).isGreaterThan(before);
        assertThat(going(even, 300, 0).left(100 * MB)).isEmpty();
    }

    @Test
    @DisplayName("counts what is over as no time, and what takes years as none that can be told")
    void limits() {
        var pace = Pace.from(0, 0).at(10, at(1));
        assertThat(pace.left(-5)).contains(Duration.ZERO);
        assertThat(pace.left(11)).contains(Duration.ofSeconds(2));
        assertThat(pace.left(Long.MAX_VALUE)).isEmpty();
    }

    @Test
    @DisplayName("is never below nothing, and two looks in one moment are no division by zero")
    void odd() {
        assertThat(Pace.from(10, 0).at(5, at(1)).bytesPerSecond()).isZero();
        assertThat(Pace.from(0, 0).at(1, 0).bytesPerSecond()).isEqualTo(1000);
    }
}
