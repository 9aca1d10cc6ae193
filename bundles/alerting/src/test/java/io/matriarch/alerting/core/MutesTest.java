package io.matriarch.alerting.core;

import static io.matriarch.alerting.api.Severity.CRITICAL;
import static io.matriarch.alerting.api.Severity.WARNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.Matcher;
import io.matriarch.alerting.api.Silence;
import io.matriarch.alerting.api.WeeklyWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("An alert is not told")
class MutesTest {
    private static final Instant NOW = Story.START;
    private static final Mutes.Circumstances ORDINARY =
            new Mutes.Circumstances(NOW, List.of(), false, false, Optional.empty());

    private static Alert alert(String rule, String... labels) {
        return Samples.alert(rule, WARNING, NOW, labels);
    }

    private static String muted(Alert child, Mutes.Circumstances circumstances, Alert... others) {
        var all = new java.util.ArrayList<>(List.of(others));
        all.add(child);
        return Mutes.apply(all, circumstances).getLast().mutedBy();
    }

    @ParameterizedTest(name = "{0} of {1} beside {2} of {3}")
    @CsvSource({
        "AgentDown, n2, PostgresDown, n2",
        "AgentDown, n2, MemberUnhealthy, n2",
        "AgentDown, n2, DiskFull, n2",
        "PostgresDown, n2, LongTransaction, n2",
        "PostgresDown, n2, MemberUnhealthy, n2",
        "DcsUnreachable, n1, LeaseMarginLow, n1",
        "DcsUnreachable, n1, MemberUnhealthy, n3",
        "RepositoryDown, n1, ArchiveFailing, n1",
        "DiskFull, n1, TempSpillHigh, n1"
    })
    @DisplayName("if another one says it already:")
    void inhibited(String parent, String of, String child, String its) {
        assertThat(muted(alert(child, "member", its), ORDINARY, alert(parent, "member", of)))
                .isEqualTo(parent + " of " + of + " fires");
    }

    @ParameterizedTest(name = "not {2} of {3} beside {0} of {1}")
    @CsvSource({
        "AgentDown, n2, PostgresDown, n1",
        "AgentDown, n2, NoFailoverCandidate, ''",
        "AgentDown, n2, QuorumAtRisk, ''",
        "PostgresDown, n2, DiskFull, n2",
        "RepositoryDown, n1, RpoExceeded, ''",
        "DiskFull, n1, TempSpillHigh, n2"
    })
    @DisplayName("but is if it says something of its own:")
    void notInhibited(String parent, String of, String child, String its) {
        assertThat(muted(alert(child, "member", its), ORDINARY, alert(parent, "member", of)))
                .isEmpty();
    }

    @Test
    @DisplayName("as lag of a standby whose server is down")
    void lagOfTheDead() {
        assertThat(
                        muted(
                                alert("ReplicationLagTime", "standby", "n2"),
                                ORDINARY,
                                alert("PostgresDown", "member", "n2")))
                .isNotEmpty();
    }

    @Test
    @DisplayName("as an echo within two minutes of a change of leadership")
    void echo() {
        var moved =
                new Mutes.Circumstances(
                        NOW, List.of(), false, false, Optional.of(NOW.minusSeconds(60)));
        assertThat(muted(alert("StandbyNotStreaming", "member", "n2"), moved)).isNotEmpty();
        assertThat(muted(alert("PostgresDown", "member", "n2"), moved)).isEmpty();
        var longAgo =
                new Mutes.Circumstances(
                        NOW, List.of(), false, false, Optional.of(NOW.minusSeconds(121)));
        assertThat(muted(alert("StandbyNotStreaming", "member", "n2"), longAgo)).isEmpty();
    }

    @Test
    @DisplayName(
            "in maintenance if maintenance brings it, in a window whatever it is, but some always are")
    void maintenance() {
        var paused = new Mutes.Circumstances(NOW, List.of(), true, false, Optional.empty());
        var window = new Mutes.Circumstances(NOW, List.of(), false, true, Optional.empty());
        var lag = alert("ReplicationLagTime", "standby", "n2");
        var full = alert("DiskFull", "member", "n1", "role", "data");
        var long_ = alert("LongTransaction", "member", "n1");
        assertThat(muted(lag, paused)).isEqualTo("maintenance");
        assertThat(muted(long_, paused)).isEmpty();
        assertThat(muted(long_, window)).isEqualTo("maintenance window");
        for (var always :
                List.of("SplitBrain", "ArchiveGap", "PageChecksumFailure", "XidWraparound")) {
            assertThat(muted(alert(always), paused)).as(always).isEmpty();
            assertThat(muted(alert(always), window)).as(always).isEmpty();
        }
        assertThat(muted(full, window)).isEmpty();
    }

    @Nested
    @DisplayName("under a silence")
    class Silences {
        private Silence silence(Instant from, Instant until, String... matchers) {
            return new Silence(
                    "s1",
                    java.util.stream.Stream.of(matchers).map(Matcher::parse).toList(),
                    from,
                    until,
                    "ada",
                    "disk is being replaced");
        }

        private String with(Silence silence, Alert alert) {
            return muted(
                    alert,
                    new Mutes.Circumstances(NOW, List.of(silence), false, false, Optional.empty()));
        }

        @Test
        @DisplayName("while it lasts, neither before nor after")
        void inTime() {
            var alert = alert("PostgresDown", "member", "n2");
            var hour = Duration.ofHours(1);
            assertThat(with(silence(NOW, NOW.plus(hour), "member=n2"), alert))
                    .isEqualTo("silence s1");
            assertThat(with(silence(NOW.plusSeconds(1), NOW.plus(hour), "member=n2"), alert))
                    .isEmpty();
            assertThat(with(silence(NOW.minus(hour), NOW, "member=n2"), alert)).isEmpty();
        }

        @ParameterizedTest(name = "{0}: {1}")
        @CsvSource({
            "alertname=PostgresDown, true",
            "alertname=~Postgres.*, true",
            "alertname=~Postgres, false",
            "severity=critical, true",
            "severity!=critical, false",
            "member!~n[13], true",
            "slot=, true",
            "slot!=, false"
        })
        @DisplayName("whose matchers all fit, in Alertmanager's forms:")
        void matchers(String matcher, boolean fits) {
            var alert = Samples.alert("PostgresDown", CRITICAL, NOW, "member", "n2");
            var silence = silence(NOW, NOW.plusSeconds(60), matcher, "member=n2");
            assertThat(silence.mutes(alert)).isEqualTo(fits);
        }

        @Test
        @DisplayName("which must say what, how long and why")
        void refused() {
            var later = NOW.plusSeconds(60);
            assertThatThrownBy(() -> silence(NOW, later)).hasMessageContaining("without a matcher");
            assertThatThrownBy(() -> silence(later, NOW, "a=b")).hasMessageContaining("end");
            assertThatThrownBy(() ->
                            new Silence("s", List.of(Matcher.is("a", "b")), NOW, later, "ada", " "))
                    .hasMessageContaining("comment");
            assertThatThrownBy(() -> Matcher.parse("member")).hasMessageContaining("NAME=VALUE");
            assertThatThrownBy(() -> Matcher.parse("member=~[")).hasMessageContaining("regular");
        }
    }

    @Nested
    @DisplayName("in a weekly window")
    class Windows {
        private boolean open(String window, String at) {
            return WeeklyWindow.parse(window, ZoneId.of("UTC")).open(Instant.parse(at));
        }

        @ParameterizedTest(name = "{0} at {1}: {2}")
        @CsvSource(
                delimiter = '|',
                value = {
                    "sun 02:00-04:00 | 2026-11-22T02:00:00Z | true",
                    "sun 02:00-04:00 | 2026-11-22T04:00:00Z | false",
                    "sun 02:00-04:00 | 2026-11-23T03:00:00Z | false",
                    "sun 02:00-04:00 Europe/Berlin | 2026-11-22T01:30:00Z | true",
                    "sun 2:00-4:00 Europe/Berlin | 2026-07-05T00:30:00Z | true",
                    "fri 22:00-01:00 | 2026-11-21T00:59:00Z | true",
                    "fri 22:00-01:00 | 2026-11-21T01:00:00Z | false",
                    "fri 22:00-01:00 | 2026-11-20T21:59:00Z | false",
                    "mon-fri 09:00-17:00 | 2026-11-25T12:00:00Z | true",
                    "sat,sun 09:00-17:00 | 2026-11-25T12:00:00Z | false",
                    "daily 00:00-00:30 | 2026-11-25T00:10:00Z | true"
                })
        @DisplayName("with days, times and zone as people write them:")
        void windows(String window, String at, boolean open) {
            assertThat(open(window, at)).isEqualTo(open);
        }

        @Test
        @DisplayName("which is refused with the value when it is none")
        void refused() {
            for (var bad :
                    List.of(
                            "sunday",
                            "xyz 02:00-04:00",
                            "sun 25:00-26:00",
                            "sun 02:00-04:00 Mars/X"))
                assertThatThrownBy(() -> open(bad, "2026-11-22T02:00:00Z"))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(bad.equals("xyz 02:00-04:00") ? "xyz" : bad);
        }
    }
}
