package io.matriarch.cli.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A time as people type it")
class TimesTest {

    private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");

    @ParameterizedTest
    @CsvSource({"30,30000", "250ms,250", "15m,900000", "2min,120000", "1h,3600000", "2d,172800000"})
    @DisplayName("is a span with a unit, seconds without")
    void span(String text, long millis) throws MatriarchException {
        assertThat(Times.span(text, "--since")).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "h", "-1s", "1 fortnight", "1.5h", "99999999999s"})
    @DisplayName("that is no span is refused by name")
    void noSpan(String text) {
        var e = catchThrowableOfType(MatriarchException.class, () -> Times.span(text, "--since"));
        assertThat(e.code()).isEqualTo(Code.USAGE);
        assertThat(e).hasMessageContaining("--since").hasMessageContaining(text);
    }

    @ParameterizedTest
    @CsvSource({
        "2030-01-01T00:00:00+00:00,2030-01-01T00:00Z",
        "2030-01-01T04:00:00Z,2030-01-01T04:00Z",
        "2030-01-01 04:00:00+02:00,2030-01-01T04:00+02:00"
    })
    @DisplayName("is an instant with a zone")
    void instant(String text, String read) throws MatriarchException {
        assertThat(Times.scheduled(text, "--at", NOW)).hasToString(read);
    }

    @Test
    @DisplayName("without a zone is refused, with the right form as hint")
    void noZone() {
        var e =
                catchThrowableOfType(
                        MatriarchException.class,
                        () -> Times.scheduled("2030-01-01T04:00:00", "--at", NOW));
        assertThat(e.code()).isEqualTo(Code.USAGE);
        assertThat(e).hasMessageContaining("no time zone");
        assertThat(e.hint()).contains("2030-01-01T04:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2020-01-01T00:00:00Z",
                "2026-11-23T00:00:00Z",
                "tomorrow",
                "2030-13-01T00:00:00Z"
            })
    @DisplayName("past or no instant at all is refused")
    void refused(String text) {
        var e =
                catchThrowableOfType(
                        MatriarchException.class, () -> Times.scheduled(text, "--at", NOW));
        assertThat(e.code()).isEqualTo(Code.USAGE);
        assertThat(e).hasMessageContaining(text);
    }
}
