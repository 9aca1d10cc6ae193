package io.matriarch.alerting.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.alerting.api.Severity;
import io.matriarch.alerting.core.Ledger;
import io.matriarch.alerting.core.Notice;
import io.matriarch.alerting.core.Notice.Kind;
import io.matriarch.alerting.core.Notifier;
import io.matriarch.alerting.core.Policy;
import io.matriarch.alerting.core.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Though nothing is wrong")
class ExtrasTest {
    private static final Instant START = Instant.parse("2026-11-23T08:00:00Z");

    private static Extras extras(String member) {
        return new Extras(
                new Settings(
                        "prod",
                        member,
                        "1.0",
                        "/p/",
                        List.of(),
                        Policy.of(Map.of()),
                        "",
                        Map.of("own", "webhook"),
                        List.of(),
                        Duration.ofHours(1),
                        List.of("own"),
                        Optional.empty(),
                        List.of()));
    }

    @Test
    @DisplayName("a receiver hears every hour that alerting is alive, whoever sends")
    void heartbeat() {
        var ledger = Ledger.EMPTY;
        var told = new ArrayList<Notice>();
        for (int minute = 0; minute < 300; minute++) {
            var step =
                    extras(minute < 150 ? "n1" : "n2")
                            .of(ledger, START.plus(Duration.ofMinutes(minute)));
            ledger = step.ledger();
            told.addAll(step.notices());
        }
        assertThat(told).hasSize(5).extracting(Notice::kind).containsOnly(Kind.HEARTBEAT);
        assertThat(told).extracting(Notice::id).doesNotHaveDuplicates();
        assertThat(told.getFirst().body()).contains("every 60 minutes").contains("dead");
    }

    @Test
    @DisplayName("the digest tells what fires, how often what was wrong, and for how long")
    void digest() {
        var notifier = new Notifier(Policy.of(Map.of()));
        var ledger = Ledger.EMPTY;
        var lag = Samples.alert("ReplicationLagTime", Severity.WARNING, START, "standby", "n2");
        var full =
                Samples.alert("DiskFull", Severity.CRITICAL, START, "member", "n1", "role", "data");
        for (int minute = 0; minute < 60; minute++) {
            var alerts = minute < 20 ? List.of(lag, full) : List.of(full);
            ledger =
                    notifier.step(
                                    ledger,
                                    new Notifier.Situation(
                                            START.plus(Duration.ofMinutes(minute)),
                                            "prod",
                                            "n1",
                                            alerts,
                                            false,
                                            ""))
                            .ledger();
        }
        assertThat(io.matriarch.alerting.core.Digest.of(ledger, START.plus(Duration.ofHours(1))))
                .contains("Firing now: 1")
                .contains("critical DiskFull")
                .contains("for 1 h")
                .contains("1 x ReplicationLagTime")
                .contains("20 min altogether");
    }
}
