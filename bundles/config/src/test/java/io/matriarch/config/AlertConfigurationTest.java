package io.matriarch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.config.core.Mapping;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Alerts in matriarch.yml")
class AlertConfigurationTest {
    @TempDir Path folder;

    private Configuration read(String text) throws Exception {
        var file = folder.resolve("m.yml");
        Files.writeString(file, ConfigurationTest.GOOD + text);
        return Configuration.read(file, Map.of());
    }

    private List<String> problems(String text) {
        var refusal = catchThrowableOfType(ConfigurationException.class, () -> read(text));
        assertThat(refusal).as("refused").isNotNull();
        return refusal.problems().stream()
                .map(problem -> problem.toString().replace(folder + "/", ""))
                .toList();
    }

    @Test
    @DisplayName("are handed on whole, with times in seconds and no default filled in")
    void mapped() throws Exception {
        var mapped =
                Mapping.of(
                        read("""
                        alerts:
                          receivers:
                            team: {type: email, to: [dba@example.org]}
                          send: {warning: [team]}
                          group_wait: 1min
                          rules:
                            ReplicationLagTime: {warn: 400s, crit: 15min, for: 5min}
                            CacheHitLow: {enabled: false}
                        """)
                                .settings(),
                        new Mapping.Surroundings(
                                "1.0", "/guard", "/bin/wal", "/key.p12", "/trust.p12", "secret"));
        assertThat(mapped.get("io.matriarch.alerting"))
                .containsEntry("scope", "demo")
                .containsEntry("version", "1.0")
                .hasEntrySatisfying(
                        "alerts",
                        json ->
                                assertThat(json.toString())
                                        .contains("\"group_wait\":60")
                                        .contains("\"warn\":\"400s\"")
                                        .contains("\"for\":300")
                                        .contains("\"enabled\":false")
                                        .contains("\"to\":[\"dba@example.org\"]"));
    }

    @Test
    @DisplayName("are there without a section too: what fires is seen, and nobody is told")
    void absent() throws Exception {
        assertThat(
                        Mapping.of(
                                read("").settings(),
                                new Mapping.Surroundings(
                                        "1.0",
                                        "/guard",
                                        "/bin/wal",
                                        "/key.p12",
                                        "/trust.p12",
                                        "secret")))
                .containsKey("io.matriarch.alerting");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "rules: {ReplicatonLagTime: {warn: 3}} | there is no rule \"ReplicatonLagTime\" | Did you mean ReplicationLagTime?",
                "rules: {DiskFull: {wran: 3}} | DiskFull has no limit \"wran\" | Did you mean warn?",
                "rules: {DiskFull: {warn: many}} | \"many\" is no percentage | a percent",
                "rules: {DcsSlow: {warn: 2 weeks}} | \"2 weeks\" is no time | DcsSlow",
                "rules: {DiskFull: {warn: 95}} | critical (90.0) is reached before warning (95.0) | Set both",
                "rules: {PostgresDown: {warn: 1}} | has no limit \"warn\" | It has: enabled",
                "send: {critical: [temm]} | there is no receiver \"temm\" | alerts.receivers names none",
                "receivers: {a: {type: emial}} | is not one of | Did you mean email?",
                "receivers: {a: {type: email}} | has no to | dba@example.org",
                "receivers: {a: {type: email, to: [nobody]}} | \"nobody\" is no mail address | Such as",
                "receivers: {a: {to: [a@b.c]}} | has no type | pagerduty",
                "receivers: {a: {type: webhook, url: nowhere}} | \"nowhere\" is no URL | https",
                "receivers: {a: {type: webhook, url: 'http://x', to: [a@b.c]}} | does not belong to a receiver of type webhook | url_file",
                "receivers: {a: {type: slack, url_file: /no/such}} | does not exist | readable",
                "smtp: {username: ada} | is set and password_file is not | Set both",
                "smtp: {from: me} | \"me\" is no mail address | Such as",
                "maintenance: [someday] | \"someday\" is not DAYS FROM-TO | sun 02:00",
                "digest: {receivers: [x]} | has no window | mon 08:00",
                "colour: red | unknown key | ",
                "alertmanager: ['ftp://x'] | is no URL | https"
            })
    @DisplayName("are refused with line, value and what would be right:")
    void refused(String text, String message, String hint) {
        var found = String.join("\n", problems("alerts:\n  " + text + "\n"));
        assertThat(found).contains(message).containsPattern("m.yml:\\d+");
        if (hint != null) assertThat(found).contains(hint);
    }

    @Test
    @DisplayName("name the nearest receiver")
    void nearestReceiver() {
        assertThat(
                        problems(
                                """
                                alerts:
                                  receivers: {team: {type: email, to: [a@b.c]}}
                                  rules: {DiskFull: {receivers: [taem]}}
                                """))
                .singleElement()
                .asString()
                .contains("there is no receiver \"taem\"")
                .contains("Did you mean team?");
    }
}
