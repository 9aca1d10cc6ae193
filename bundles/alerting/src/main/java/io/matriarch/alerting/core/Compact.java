package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.core.Notice.Ended;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * Alerts without what every member knows by itself from the rule: the store holds small values.
 * What comes from elsewhere keeps all it has.
 */
public final class Compact {
    private Compact() {}

    public static Alert of(Alert alert) {
        return Catalogue.named(alert.rule()).isEmpty() ? alert : with(alert, "", List.of(), "");
    }

    /**
     * @param runbooks begins the address of every runbook; empty: none are linked
     */
    public static Alert whole(Alert alert, String runbooks) {
        var rule = Catalogue.named(alert.rule());
        if (rule.isEmpty() || !alert.impact().isEmpty()) return alert;
        var values = new TreeMap<>(alert.labels());
        values.putIfAbsent("member", alert.source());
        return with(
                alert,
                rule.get().text().impact(),
                rule.get().first(values),
                runbooks.isEmpty() ? "" : runbooks + alert.rule().toLowerCase(Locale.ROOT));
    }

    public static Notice whole(Notice notice, String runbooks) {
        return new Notice(
                notice.id(),
                notice.receiver(),
                notice.kind(),
                notice.severity(),
                notice.cluster(),
                notice.thread(),
                notice.number(),
                notice.at(),
                notice.subject(),
                notice.firing().stream().map(alert -> whole(alert, runbooks)).toList(),
                notice.ended().stream()
                        .map(e -> new Ended(whole(e.alert(), runbooks), e.until(), e.how()))
                        .toList(),
                notice.fresh(),
                notice.member(),
                notice.degraded(),
                notice.body());
    }

    private static Alert with(Alert a, String impact, List<String> first, String link) {
        return new Alert(
                a.id(),
                a.rule(),
                a.severity(),
                a.labels(),
                a.since(),
                a.summary(),
                a.cause(),
                impact,
                first,
                link,
                a.flapping(),
                a.source(),
                a.mutedBy());
    }
}
