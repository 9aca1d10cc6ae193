package io.matriarch.schedule.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Date;
import java.util.TimeZone;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A cron expression")
class CronTest {
    private static final TimeZone UTC = TimeZone.getTimeZone("UTC");

    @ParameterizedTest(name = "{0} is refused for its {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "61 0 0 * * ? | second \"61\"",
                "0 x 0 * * ? | minute \"x\"",
                "0 0 25 * * ? | hour \"25\"",
                "0 0 0 32 * ? | day-of-month \"32\"",
                "0 0 0 ? 13 SUN | month \"13\"",
                "0 30 2 ? * SONNTAG | day-of-week \"SONNTAG\"",
                "0 0 0 * * ? never | year \"never\"",
            })
    void namesTheFieldThatIsWrong(String expression, String blamed) {
        assertThatThrownBy(() -> Cron.parse(expression, UTC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(blamed)
                .hasMessageContaining(expression);
    }

    @ParameterizedTest
    @CsvSource({"30 2 * * *, 5 fields", "'', 0 fields", "0 0 0 * * ? 2030 extra, 8 fields"})
    void ofAnotherNumberOfFieldsIsToldTheForm(String expression, String count) {
        assertThatThrownBy(() -> Cron.parse(expression, UTC))
                .hasMessageContaining(count)
                .hasMessageContaining("0 30 2 ? * SUN");
    }

    @ParameterizedTest
    @CsvSource({"0 0 0 ? * ?", "0 0 0 * * *"})
    void leavesOneOfTheTwoDaysOpen(String expression) {
        assertThatThrownBy(() -> Cron.parse(expression, UTC))
                .hasMessageContaining("exactly one of day-of-month");
    }

    @Test
    void isReadInItsZone() {
        var cron = Cron.parse("0 30 2 ? * SUN", TimeZone.getTimeZone("Europe/Berlin"));
        var after = Date.from(Instant.parse("2026-11-23T00:00:00Z")); // a Monday
        assertThat(cron.getNextValidTimeAfter(after).toInstant())
                .isEqualTo(Instant.parse("2026-11-29T01:30:00Z"));
    }
}
