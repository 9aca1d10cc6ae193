package io.matriarch.alerting.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.alerting.Notices;
import io.matriarch.alerting.api.Limit;
import io.matriarch.alerting.api.Severity;
import io.matriarch.alerting.core.Catalogue;
import io.matriarch.alerting.core.Compact;
import io.matriarch.alerting.core.Rule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The section alerts")
class SettingsReaderTest {
    private static SettingsReader reader(String json) {
        return new SettingsReader(
                new SettingsReader.Identity("prod", "n1", "service", "1.0", "http://n1:8008"),
                json);
    }

    private static Rule rule(String json, String name) {
        return reader(json).settings().rules().stream()
                .filter(r -> r.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("left out means: everything is judged at its default, and nobody is told")
    void absent() {
        var settings = reader("").settings();
        assertThat(settings.rules()).isEqualTo(Catalogue.all());
        assertThat(settings.receivers()).isEmpty();
        assertThat(settings.prefix()).isEqualTo("/matriarch/service/prod/alerts/");
        assertThat(reader("").deliveries()).isEmpty();
        assertThat(reader("").enabled()).isTrue();
    }

    @Test
    @DisplayName("changes limits in their own units, both levels at once, and how long they hold")
    void limits() {
        var json =
                "{\"rules\":{\"ReplicationLagTime\":{\"warn\":\"400s\",\"crit\":\"15min\",\"for\":60},"
                        + "\"SlotAtRisk\":{\"warn_left\":\"2GiB\"},\"DiskFull\":{\"crit\":\"85 %\"}}}";
        var lag = rule(json, "ReplicationLagTime").spec();
        assertThat(lag.limits().getFirst().at(Severity.WARNING)).hasValue(400);
        assertThat(lag.limits().getFirst().at(Severity.CRITICAL)).hasValue(900);
        assertThat(lag.hold()).isEqualTo(Duration.ofMinutes(1));
        Limit left = rule(json, "SlotAtRisk").spec().limits().get(1);
        assertThat(left.at(Severity.WARNING)).hasValue(2.0 * (1L << 30));
        assertThat(rule(json, "DiskFull").spec().limits().getFirst().at(Severity.CRITICAL))
                .hasValue(85);
    }

    @Test
    @DisplayName("hands notices over whole, though the store keeps them short")
    void wholeNotices(@TempDir Path directory) throws Exception {
        var out = directory.resolve("out");
        var json =
                "{\"runbooks\":\"https://r/#\",\"receivers\":{\"own\":{\"type\":\"script\",\"command\":[\"/bin/sh\",\"-c\",\"cat >"
                        + out
                        + "\"]}}}";
        var stored = Compact.of(Notices.DOWN);
        assertThat(stored.impact()).isEmpty();
        assertThat(stored.first()).isEmpty();
        var way = reader(json).deliveries().get("own");
        assertThat(way).isNotNull();
        way.deliver(Notices.of("t-1", stored), Notices.AT);
        assertThat(Files.readString(out))
                .contains("Sessions of this server are lost.")
                .contains("matriarchctl list")
                .contains("https://r/#postgresdown");
    }

    @Test
    @DisplayName("switches rules off")
    void off() {
        assertThat(reader("{\"rules\":{\"CacheHitLow\":{\"enabled\":false}}}").settings().rules())
                .extracting(Rule::name)
                .doesNotContain("CacheHitLow")
                .hasSize(Catalogue.all().size() - 1);
    }

    @Test
    @DisplayName("says who is told what, when again, and when nobody is")
    void telling() {
        var settings =
                reader(
                                """
                                {"receivers":{"team":{"type":"email","to":["a@b.c"],"resolved":false},
                                              "own":{"type":"script","command":["/bin/true"]}},
                                 "send":{"critical":["team","own"],"warning":["team"]},
                                 "repeat":{"critical":3600},"group_wait":5,
                                 "rules":{"DiskFull":{"receivers":["own"]}},
                                 "maintenance":["sun 02:00-04:00 UTC"],
                                 "heartbeat":{"receivers":["own"],"every":600},
                                 "digest":{"receivers":["team"],"window":"mon 08:00-09:00"}}
                                """)
                        .settings();
        var policy = settings.policy();
        assertThat(policy.send().get(Severity.CRITICAL)).containsExactly("team", "own");
        assertThat(policy.byRule()).containsEntry("DiskFull", List.of("own"));
        assertThat(policy.quiet()).containsExactly("team");
        assertThat(policy.repeat())
                .containsEntry(Severity.CRITICAL, Duration.ofHours(1))
                .containsEntry(Severity.WARNING, Duration.ofHours(24));
        assertThat(policy.groupWait()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.receivers())
                .containsEntry("team", "email")
                .containsEntry("own", "script");
        assertThat(settings.windows()).hasSize(1);
        assertThat(settings.heartbeat()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.digestReceivers()).containsExactly("team");
    }
}
