package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.PastAlert;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/** A week of a cluster on one page. */
public final class Digest {
    private static final Duration WEEK = Duration.ofDays(7);
    private static final int LINES = 20;

    private Digest() {}

    public static String of(Ledger ledger, Instant now) {
        var week =
                ledger.past().stream()
                        .filter(past -> past.until().isAfter(now.minus(WEEK)))
                        .toList();
        var text = new StringBuilder();
        firing(text, ledger.active().values().stream().map(Ledger.Active::alert).toList(), now);
        text.append('\n');
        over(text, week);
        return text.toString();
    }

    private static void firing(StringBuilder text, List<Alert> alerts, Instant now) {
        if (alerts.isEmpty()) {
            text.append("Nothing fires now.\n");
            return;
        }
        text.append("Firing now: ").append(alerts.size()).append('\n');
        alerts.stream()
                .sorted(
                        Comparator.comparing(Alert::severity)
                                .reversed()
                                .thenComparing(Alert::since))
                .limit(LINES)
                .forEach(alert ->
                        text.append(
                                "  %-8s %s, for %s%s\n"
                                        .formatted(
                                                alert.severity().word(),
                                                alert.rule() + ": " + alert.summary(),
                                                Words.time(Duration.between(alert.since(), now)),
                                                alert.mutedBy().isEmpty()
                                                        ? ""
                                                        : " (muted: " + alert.mutedBy() + ")")));
    }

    private static void over(StringBuilder text, List<PastAlert> week) {
        if (week.isEmpty()) {
            text.append("Nothing was wrong within the last seven days that is over now.\n");
            return;
        }
        text.append("Over within the last seven days: ").append(week.size()).append('\n');
        var byRule = new LinkedHashMap<String, List<PastAlert>>();
        for (var past : week) byRule.computeIfAbsent(past.rule(), _ -> new ArrayList<>()).add(past);
        byRule.entrySet().stream()
                .sorted(Comparator.comparingInt(e -> -e.getValue().size()))
                .limit(LINES)
                .forEach(entry ->
                        text.append(
                                "  %3d x %-22s %s altogether, at most %s\n"
                                        .formatted(
                                                entry.getValue().size(),
                                                entry.getKey(),
                                                Words.time(total(entry.getValue())),
                                                Words.time(longest(entry.getValue())))));
    }

    private static Duration total(List<PastAlert> all) {
        return all.stream().map(Digest::length).reduce(Duration.ZERO, Duration::plus);
    }

    private static Duration longest(List<PastAlert> all) {
        return all.stream()
                .map(Digest::length)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    private static Duration length(PastAlert past) {
        return Duration.between(past.from(), past.until());
    }
}
