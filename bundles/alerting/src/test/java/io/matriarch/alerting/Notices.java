package io.matriarch.alerting;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.Severity;
import io.matriarch.alerting.core.Notice;
import io.matriarch.alerting.core.Notice.Ended;
import io.matriarch.alerting.core.Notice.How;
import io.matriarch.alerting.core.Notice.Kind;
import io.matriarch.alerting.core.Samples;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Notices as the notifier would have written them. */
public final class Notices {
    public static final Instant AT = Instant.parse("2026-11-23T08:01:00Z");
    public static final Alert DOWN =
            Samples.alert("PostgresDown", Severity.CRITICAL, AT.minusSeconds(60), "member", "n2");

    private Notices() {}

    public static Notice firing() {
        return notice("t1-1", Kind.FIRING, Severity.CRITICAL, 1, List.of(DOWN), List.of());
    }

    public static Notice resolved() {
        return notice(
                "t1-2",
                Kind.RESOLVED,
                Severity.CRITICAL,
                2,
                List.of(),
                List.of(new Ended(DOWN, AT.plusSeconds(600), How.RESOLVED)));
    }

    public static Notice of(String id, Alert alert) {
        return notice(id, Kind.FIRING, alert.severity(), 1, List.of(alert), List.of());
    }

    public static Notice notice(
            String id,
            Kind kind,
            Severity severity,
            int number,
            List<Alert> firing,
            List<Ended> ended) {
        return new Notice(
                id,
                "team",
                kind,
                severity,
                "prod",
                id.split("-")[0],
                number,
                AT,
                "[prod] " + severity.word() + ": PostgresDown n2 \u2013 Z\u00fcrich",
                firing,
                ended,
                Set.copyOf(firing.stream().map(Alert::id).toList()),
                "n1",
                false,
                "RPO now 12 s, objective 1 min");
    }
}
