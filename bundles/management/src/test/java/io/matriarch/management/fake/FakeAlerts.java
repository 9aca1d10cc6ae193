package io.matriarch.management.fake;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.AlertRule;
import io.matriarch.alerting.api.AlertRules;
import io.matriarch.alerting.api.AlertingStatus;
import io.matriarch.alerting.api.Alerts;
import io.matriarch.alerting.api.Cause;
import io.matriarch.alerting.api.ForeignAlert;
import io.matriarch.alerting.api.Matcher;
import io.matriarch.alerting.api.PastAlert;
import io.matriarch.alerting.api.RuleInfo;
import io.matriarch.alerting.api.Severity;
import io.matriarch.alerting.api.Silence;
import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One alert fires; what is asked of it is kept. */
public final class FakeAlerts implements Alerts {
    private static final Instant SINCE = Instant.parse("2026-11-23T04:00:00Z");
    public final List<String> calls = new ArrayList<>();
    public final List<ForeignAlert> accepted = new ArrayList<>();

    @Override
    public AlertingStatus status() {
        return new AlertingStatus(
                "n1",
                "n1",
                true,
                false,
                "",
                Optional.of(SINCE),
                List.of(
                        new AlertingStatus.Receiver(
                                "team", "email", 0, 3, 1, "sent", "", Optional.of(SINCE))));
    }

    @Override
    public List<Alert> active() {
        return List.of(
                new Alert(
                        "0123456789abcdef",
                        "PostgresDown",
                        Severity.CRITICAL,
                        new TreeMap<>(Map.of("cluster", "main", "member", "n2")),
                        SINCE,
                        "PostgreSQL on n2 answers no query",
                        Optional.of(
                                new Cause(
                                        Cause.Certainty.PROBABLE,
                                        "a volume is full",
                                        List.of("0 bytes"))),
                        "Sessions are lost.",
                        List.of("matriarchctl list"),
                        "https://example.org/alerts#postgresdown",
                        false,
                        "n2",
                        "silence s1"));
    }

    @Override
    public List<PastAlert> past(Instant since) {
        return List.of(
                new PastAlert(
                        "fedcba9876543210",
                        "DiskFull",
                        Severity.WARNING,
                        new TreeMap<>(Map.of("member", "n1")),
                        "the data volume is full",
                        SINCE,
                        SINCE.plusSeconds(60)));
    }

    @Override
    public List<Silence> silences() {
        return List.of(
                new Silence(
                        "s1",
                        List.of(Matcher.is("member", "n2")),
                        SINCE,
                        SINCE.plusSeconds(7200),
                        "ada",
                        "disk"));
    }

    @Override
    public List<RuleInfo> rules() {
        AlertRule rule = AlertRules.named("BlockedSessions").orElseThrow();
        return List.of(
                new RuleInfo(
                        rule,
                        "Database health",
                        true,
                        "sessions wait",
                        "Users wait.",
                        List.of("at half of the limit"),
                        List.of("matriarchctl list"),
                        "Find the root.",
                        List.of("matriarch_blocked_sessions")));
    }

    @Override
    public String prometheusRules() {
        return "groups: []\n";
    }

    @Override
    public Silence silence(SilenceRequest request, boolean dryRun) {
        calls.add("silence %s %s %s".formatted(request.matchers(), request.lasting(), dryRun));
        return new Silence(
                dryRun ? "" : "s2",
                request.matchers(),
                SINCE,
                SINCE.plus(request.lasting()),
                request.by(),
                request.comment());
    }

    @Override
    public Silence expire(String id, boolean dryRun) throws MatriarchException {
        if (!id.equals("s1"))
            throw new MatriarchException(
                    Code.REFUSED, "there is no silence \"" + id + "\"", "list");
        calls.add("expire " + id + " " + dryRun);
        return silences().getFirst();
    }

    @Override
    public Alert resolve(String id, String by, boolean dryRun) {
        calls.add("resolve %s %s %s".formatted(id, by, dryRun));
        return active().getFirst();
    }

    @Override
    public String test(String receiver, boolean dryRun) {
        calls.add("test " + receiver + " " + dryRun);
        return "sent to dba@example.org";
    }

    @Override
    public void accept(List<ForeignAlert> alerts) {
        accepted.addAll(alerts);
    }
}
