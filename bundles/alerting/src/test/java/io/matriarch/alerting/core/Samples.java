package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.Cause;
import io.matriarch.alerting.api.Cause.Certainty;
import io.matriarch.alerting.api.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Alerts as the judge would have made them. */
public final class Samples {
    private Samples() {}

    public static Alert alert(String rule, Severity severity, Instant since, String... labels) {
        var all = Figure.labels(labels);
        all.putIfAbsent("cluster", "prod");
        var of = Catalogue.named(rule);
        return new Alert(
                Ids.of(rule, all),
                rule,
                severity,
                all,
                since,
                of.map(r -> Rule.fill(r.text().summaries().getFirst(), all)).orElse(rule),
                Optional.of(
                        new Cause(
                                Certainty.PROBABLE,
                                "the host is down or cut off",
                                List.of("matriarch_slot_active{slot=n2} is 0"))),
                of.map(r -> r.text().impact()).orElse(""),
                of.map(r -> r.first(all)).orElse(List.of()),
                "https://docs.example.org/alerts.html#" + rule.toLowerCase(java.util.Locale.ROOT),
                false,
                "n1",
                "");
    }
}
