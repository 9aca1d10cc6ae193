package io.matriarch.alerting.form;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.Cause;
import io.matriarch.alerting.api.Severity;
import io.matriarch.alerting.core.Catalogue;
import io.matriarch.alerting.core.Notice;
import io.matriarch.alerting.core.Notice.Ended;
import io.matriarch.alerting.core.Notice.How;
import io.matriarch.alerting.core.Notice.Kind;
import io.matriarch.alerting.core.Words;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes mail. All mails of one incident have one subject and refer to its first, so that mail
 * programs keep them together; what is new stands in the first line, which is what a phone shows.
 */
public final class Letters {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /** More are counted only: a mail is read by a person. */
    private static final int IN_FULL = 30;

    private Letters() {}

    /**
     * @param now when it is sent; later than it was written if it had to wait
     */
    public static Letter of(Notice notice, Instant now) {
        var sheet = sheet(notice, now);
        return new Letter(
                notice.subject(),
                notice.at(),
                headers(notice),
                PlainText.of(sheet),
                Html.of(sheet, notice.severity()));
    }

    private static Map<String, String> headers(Notice notice) {
        var headers = new LinkedHashMap<String, String>();
        var domain = domain(notice.cluster());
        headers.put("Message-ID", "<" + notice.id() + domain);
        if (notice.number() > 1) {
            var first = "<" + notice.thread() + "-1" + domain;
            headers.put("In-Reply-To", first);
            headers.put("References", first);
        }
        headers.put("Auto-Submitted", "auto-generated");
        headers.put("X-Auto-Response-Suppress", "All");
        headers.put("X-Matriarch-Cluster", notice.cluster());
        headers.put("X-Matriarch-Member", notice.member());
        headers.put("X-Matriarch-Kind", notice.kind().name().toLowerCase(Locale.ROOT));
        if (notice.aboutAlerts()) {
            headers.put("X-Matriarch-Severity", notice.severity().word());
            headers.put(
                    "X-Matriarch-Status", notice.kind() == Kind.RESOLVED ? "resolved" : "firing");
        }
        if (notice.degraded()) headers.put("X-Matriarch-Degraded", "the store is away");
        if (notice.severity() == Severity.CRITICAL && notice.kind() != Kind.RESOLVED)
            headers.put("Importance", "high");
        return headers;
    }

    private static String domain(String cluster) {
        return "@" + cluster.replaceAll("[^A-Za-z0-9.-]", "-") + ".matriarch>";
    }

    /** What stands in a mail, before it is text or HTML. */
    record Sheet(String headline, List<String> remarks, List<Block> blocks, List<String> closing) {}

    /**
     * @param lines name and value; a value may have several lines
     */
    record Block(String title, boolean fresh, boolean over, List<Line> lines) {}

    record Line(String name, List<String> values, boolean commands) {}

    private static Sheet sheet(Notice notice, Instant now) {
        var remarks = new ArrayList<String>();
        remarks.add(
                "Cluster %s, written by %s at %s"
                        .formatted(notice.cluster(), notice.member(), TIME.format(notice.at())));
        var late = Duration.between(notice.at(), now);
        if (late.compareTo(Duration.ofMinutes(2)) > 0)
            remarks.add(
                    "Delayed by %s, because the receiver did not take it; things may have changed."
                            .formatted(Words.time(late)));
        if (notice.degraded())
            remarks.add(
                    "DEGRADED: the store does not answer, so other members may send the same notice.");
        if (!notice.aboutAlerts())
            return new Sheet(
                    headline(notice), remarks, List.of(), List.of(notice.body().split("\n", -1)));
        if (!notice.body().isEmpty()) remarks.add(notice.body());
        var blocks = new ArrayList<Block>();
        for (var alert : notice.firing())
            if (blocks.size() < IN_FULL) blocks.add(firing(alert, notice));
        int left = notice.firing().size() - blocks.size();
        var closing = new ArrayList<String>();
        if (left > 0) closing.add("And " + left + " more: matriarchctl alerts");
        for (var ended : notice.ended()) blocks.add(ended(ended));
        closing.add("All of them: matriarchctl alerts");
        return new Sheet(headline(notice), remarks, blocks, closing);
    }

    private static String headline(Notice notice) {
        var severity = notice.severity().word().toUpperCase(Locale.ROOT);
        return switch (notice.kind()) {
            case FIRING, UPDATE -> severity + ": " + most(notice);
            case REPEAT -> "STILL " + severity + ": " + most(notice);
            case RESOLVED -> "RESOLVED: " + over(notice);
            case TEST -> "TEST: this receiver works";
            case DIGEST -> "The week of " + notice.cluster();
            case HEARTBEAT -> "Alerting of " + notice.cluster() + " is alive";
        };
    }

    private static String most(Notice notice) {
        if (notice.firing().isEmpty()) return over(notice);
        var news = notice.firing().stream().filter(a -> notice.fresh().contains(a.id())).toList();
        var shown = news.isEmpty() ? notice.firing() : news;
        int more = notice.firing().size() - 1;
        return shown.getFirst().summary() + (more > 0 ? " (and " + more + " more)" : "");
    }

    private static String over(Notice notice) {
        if (notice.ended().isEmpty()) return "nothing fires any more";
        var first = notice.ended().getFirst();
        int more = notice.ended().size() - 1;
        return "%s; it lasted %s%s"
                .formatted(
                        first.alert().summary(),
                        Words.time(Duration.between(first.alert().since(), first.until())),
                        more > 0 ? " (and " + more + " more)" : "");
    }

    private static Block firing(Alert alert, Notice notice) {
        var lines = new ArrayList<Line>();
        lines.add(
                line(
                        "since",
                        "%s (%s)"
                                .formatted(
                                        TIME.format(alert.since()),
                                        Words.time(Duration.between(alert.since(), notice.at())))));
        if (alert.flapping())
            lines.add(line("flapping", "it comes and goes; told again when it has been steady"));
        alert.cause().ifPresent(cause -> lines.add(new Line("cause", cause(cause), false)));
        if (!alert.impact().isEmpty()) lines.add(line("impact", alert.impact()));
        if (!alert.first().isEmpty()) lines.add(new Line("first", alert.first(), true));
        if (!alert.link().isEmpty()) lines.add(line("runbook", alert.link()));
        else if (Catalogue.named(alert.rule()).isPresent())
            lines.add(line("runbook", "docs/alerts.md of the installation, " + alert.rule()));
        lines.add(
                new Line(
                        "quiet",
                        List.of(
                                "matriarchctl silence --alert %s --for 2h --comment WHY"
                                        .formatted(alert.id())),
                        true));
        return new Block(
                alert.rule() + ": " + alert.summary(),
                notice.fresh().contains(alert.id()) && notice.number() > 1,
                false,
                lines);
    }

    private static List<String> cause(Cause cause) {
        var lines = new ArrayList<String>();
        lines.add(
                switch (cause.certainty()) {
                    case SEEN -> cause.text();
                    case PROBABLE -> "probably: " + cause.text();
                    case UNKNOWN -> cause.text();
                });
        for (var evidence : cause.evidence()) lines.add("- " + evidence);
        return lines;
    }

    private static Block ended(Ended ended) {
        var lasted = Words.time(Duration.between(ended.alert().since(), ended.until()));
        boolean escalated = ended.how() == How.ESCALATED;
        return new Block(
                "%s %s: %s"
                        .formatted(
                                escalated ? "GREW WORSE" : "RESOLVED",
                                ended.alert().rule(),
                                ended.alert().summary()),
                false,
                true,
                List.of(
                        line("from", TIME.format(ended.alert().since())),
                        line("to", TIME.format(ended.until()) + " (" + lasted + ")"),
                        line(
                                "why",
                                escalated
                                        ? "it is critical now, and goes on in a thread of its own"
                                        : "it is right again, or nobody measures it any more")));
    }

    private static Line line(String name, String value) {
        return new Line(name, List.of(value), false);
    }
}
