package io.matriarch.alerting.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.Cause;
import io.matriarch.alerting.api.Cause.Certainty;
import io.matriarch.alerting.api.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("One list out of what the members report")
class MergeTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final Cause NOT_MEASURED =
            new Cause(Certainty.UNKNOWN, "unknown; not measured here: its slot", List.of());
    private static final Cause PROBABLE =
            new Cause(Certainty.PROBABLE, "the agent alone has stopped", List.of("it streams"));
    private static final Cause SEEN =
            new Cause(Certainty.SEEN, "its agent was stopped", List.of("it says so"));

    private static MemberReport report(String member, int secondsAgo, Cause cause) {
        var alert =
                new Alert(
                        "a1",
                        "AgentDown",
                        Severity.CRITICAL,
                        new TreeMap<>(Map.of("member", "n2")),
                        NOW.minusSeconds(secondsAgo),
                        "the agent of n2 is silent, says " + member,
                        Optional.of(cause),
                        "",
                        List.of(),
                        "",
                        false,
                        member,
                        "");
        return new MemberReport(member, NOW, "1", false, List.of(alert));
    }

    private static Alert merged(MemberReport... reports) {
        var all = Merge.of(List.of(reports), Set.of("n1", "n3"));
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    @Test
    @DisplayName("names the cause of whoever could see one, whoever saw the alert first")
    void theCauseOfWhoeverSawOne() {
        var merged = merged(report("n3", 60, NOT_MEASURED), report("n1", 50, PROBABLE));
        assertThat(merged.cause()).contains(PROBABLE);
        assertThat(merged.since()).as("the earliest").isEqualTo(NOW.minusSeconds(60));
        assertThat(merged(report("n1", 50, PROBABLE), report("n3", 60, NOT_MEASURED)).cause())
                .contains(PROBABLE);
    }

    @Test
    @DisplayName("prefers what was seen to what is probable")
    void seenOverProbable() {
        assertThat(merged(report("n3", 60, PROBABLE), report("n1", 50, SEEN)).cause())
                .contains(SEEN);
        assertThat(merged(report("n3", 60, SEEN), report("n1", 50, PROBABLE)).cause())
                .contains(SEEN);
    }
}
