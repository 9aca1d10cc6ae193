package io.matriarch.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The difference of two clocks that were looked at in one moment")
class SpanTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    /** In seconds after noon. */
    private static Span span(double from, double until) {
        return new Span(at(from), at(until));
    }

    private static Instant at(double seconds) {
        return NOON.plusMillis(Math.round(seconds * 1e3));
    }

    private static Span date(String header) {
        return Span.ofHttpDate(header).orElseThrow();
    }

    @Test
    @DisplayName("is nothing as long as both may have shown the same")
    void same() {
        assertThat(span(0, 1).aheadOf(span(0.2, 0.4))).isZero();
        assertThat(span(0, 1).aheadOf(span(0.9, 1.4))).isZero();
        assertThat(span(0, 1).aheadOf(span(1, 1))).isZero();
    }

    @Test
    @DisplayName("is the least that explains what was seen, negative for a clock that is behind")
    void different() {
        assertThat(span(90, 91).aheadOf(span(0, 0.5))).isEqualTo(Duration.ofMillis(89_500));
        assertThat(span(0, 1).aheadOf(span(91, 91.5))).isEqualTo(Duration.ofSeconds(-90));
    }

    @Test
    @DisplayName("knows that the date of an answer has no part of a second")
    void http() {
        var date = date("Mon, 30 Nov 2026 12:00:00 GMT");
        assertThat(date).isEqualTo(span(0, 1));
        assertThat(date.aheadOf(span(0.98, 0.99))).isZero();
        assertThat(Span.ofHttpDate("yesterday")).isEmpty();
        assertThat(Span.ofHttpDate("")).isEmpty();
    }

    @Test
    @DisplayName("knows that a file's time is a tick late, and on some file systems whole seconds")
    void modified() {
        assertThat(Span.ofModified(at(0.246)).aheadOf(span(0.25, 0.3))).isZero();
        assertThat(Span.ofModified(at(0)).aheadOf(span(0.9, 0.95))).isZero();
        assertThat(Span.ofModified(at(3600.5)).aheadOf(span(0.4, 0.5)))
                .isEqualTo(Duration.ofHours(1));
    }

    @Test
    @DisplayName("is refused of a span that ends before it begins")
    void backwards() {
        assertThatThrownBy(() -> span(2, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("before it begins");
    }
}
