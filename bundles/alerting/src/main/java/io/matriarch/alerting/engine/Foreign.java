package io.matriarch.alerting.engine;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.ForeignAlert;
import io.matriarch.alerting.api.Severity;
import io.matriarch.alerting.core.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Alerts others sent, until they end or are not sent any more. Any thread. */
final class Foreign {
    /** As Alertmanager's resolve_timeout. */
    private static final Duration UNTIL_FORGOTTEN = Duration.ofMinutes(5);

    /** A sender gone wild must not fill the memory. */
    private static final int MOST = 1_000;

    private record Held(Alert alert, Instant until) {}

    private final Map<String, Held> held = new ConcurrentHashMap<>();

    void accept(List<ForeignAlert> alerts, String cluster, Instant now) {
        for (var foreign : alerts) {
            var labels = new TreeMap<>(foreign.labels());
            var rule = labels.getOrDefault("alertname", "");
            labels.remove("alertname");
            var severity = Severity.of(labels.getOrDefault("severity", "warning"));
            labels.remove("severity");
            labels.putIfAbsent("cluster", cluster);
            var id = Ids.of(rule, labels);
            var until = foreign.endsAt().orElse(now.plus(UNTIL_FORGOTTEN));
            if (!until.isAfter(now)) held.remove(id);
            else if (held.containsKey(id) || held.size() < MOST)
                held.put(
                        id,
                        new Held(
                                alert(
                                        id,
                                        rule,
                                        severity.orElse(Severity.WARNING),
                                        labels,
                                        foreign,
                                        now),
                                until));
        }
    }

    private Alert alert(
            String id,
            String rule,
            Severity severity,
            TreeMap<String, String> labels,
            ForeignAlert foreign,
            Instant now) {
        var known = held.get(id);
        var notes = foreign.annotations();
        return new Alert(
                id,
                rule,
                severity,
                labels,
                foreign.startsAt().orElse(known == null ? now : known.alert().since()),
                notes.getOrDefault("summary", rule),
                Optional.empty(),
                notes.getOrDefault("description", ""),
                List.of(),
                notes.getOrDefault("runbook_url", foreign.generatorUrl()),
                false,
                "prometheus",
                "");
    }

    List<Alert> alerts(Instant now) {
        held.values().removeIf(h -> !h.until().isAfter(now));
        return held.values().stream().map(Held::alert).toList();
    }
}
