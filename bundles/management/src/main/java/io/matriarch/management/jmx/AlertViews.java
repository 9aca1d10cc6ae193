package io.matriarch.management.jmx;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.AlertingStatus;
import io.matriarch.alerting.api.PastAlert;
import io.matriarch.alerting.api.RuleInfo;
import io.matriarch.alerting.api.Silence;
import java.util.List;
import java.util.stream.Collectors;

/** Alerts in types JMX can carry. Times are ISO 8601; the empty text stands for "none". */
public final class AlertViews {
    private AlertViews() {}

    /**
     * @param labels as {@code name=value}, separated by commas
     * @param certainty {@code seen}, {@code probable} or {@code unknown}
     * @param mutedBy why nobody is told; empty if people are
     */
    public record Firing(
            String id,
            String rule,
            String severity,
            String labels,
            String since,
            String summary,
            String cause,
            String certainty,
            List<String> evidence,
            String impact,
            List<String> first,
            String runbook,
            boolean flapping,
            String mutedBy) {
        static Firing of(Alert a) {
            return new Firing(
                    a.id(),
                    a.rule(),
                    a.severity().word(),
                    a.labels().entrySet().stream()
                            .map(e -> e.getKey() + "=" + e.getValue())
                            .collect(Collectors.joining(",")),
                    a.since().toString(),
                    a.summary(),
                    a.cause().map(c -> c.text()).orElse(""),
                    a.cause()
                            .map(c -> c.certainty().name().toLowerCase(java.util.Locale.ROOT))
                            .orElse(""),
                    a.cause().map(c -> c.evidence()).orElse(List.of()),
                    a.impact(),
                    a.first(),
                    a.link(),
                    a.flapping(),
                    a.mutedBy());
        }
    }

    /**
     * @param levels as {@code warn=60.0,crit=300.0} in the unit's base: seconds, bytes, percent
     */
    public record Known(
            String name,
            String topic,
            boolean enabled,
            String levels,
            long holdSeconds,
            String summary,
            String runbook) {
        static Known of(RuleInfo info) {
            return new Known(
                    info.rule().name(),
                    info.topic(),
                    info.enabled(),
                    info.rule().keys().stream()
                            .map(key -> key + "=" + level(info, key))
                            .collect(Collectors.joining(",")),
                    info.rule().hold().toSeconds(),
                    info.summary(),
                    info.runbook());
        }

        private static double level(RuleInfo info, String key) {
            var setting = info.rule().setting(key).orElseThrow();
            return setting.limit().at(setting.severity()).orElseThrow();
        }
    }

    public record Over(
            String id, String rule, String severity, String summary, String from, String until) {
        static Over of(PastAlert a) {
            return new Over(
                    a.id(),
                    a.rule(),
                    a.severity().word(),
                    a.summary(),
                    a.from().toString(),
                    a.until().toString());
        }
    }

    public record Quiet(
            String id,
            List<String> matchers,
            String from,
            String until,
            String by,
            String comment) {
        static Quiet of(Silence s) {
            return new Quiet(
                    s.id(),
                    s.matchers().stream().map(Object::toString).toList(),
                    s.from().toString(),
                    s.until().toString(),
                    s.by(),
                    s.comment());
        }
    }

    public record Receiver(
            String name,
            String kind,
            long waiting,
            long taken,
            long refused,
            String lastAnswer,
            String error,
            String lastAt) {
        static Receiver of(AlertingStatus.Receiver r) {
            return new Receiver(
                    r.name(),
                    r.kind(),
                    r.waiting(),
                    r.taken(),
                    r.refused(),
                    r.lastAnswer(),
                    r.error(),
                    Views.time(r.lastAt()));
        }
    }
}
