package io.matriarch.alerting.form;

import io.matriarch.alerting.api.AlertRule;
import io.matriarch.alerting.api.Limit;
import io.matriarch.alerting.api.Severity;
import io.matriarch.alerting.core.Catalogue;
import io.matriarch.alerting.core.Clear;
import io.matriarch.alerting.core.Rule;
import io.matriarch.alerting.core.Words;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/** The rules as {@code docs/alerts.md}; a test compares the committed file with it. */
public final class Reference {
    private Reference() {}

    /**
     * @param head what stands before the rules; written by hand
     */
    public static String markdown(String head) {
        var text = new StringBuilder(head.strip()).append("\n\n");
        for (var topic : Rule.Topic.values()) {
            text.append("## ").append(topic.title()).append("\n\n");
            text.append("| rule | warning | critical | for | ends |\n|---|---|---|---|---|\n");
            for (var rule : Catalogue.all()) if (rule.topic() == topic) row(text, rule);
            text.append('\n');
        }
        text.append("# Runbooks\n\n");
        for (var rule : Catalogue.all()) runbook(text, rule);
        return text.toString().strip() + "\n";
    }

    private static void row(StringBuilder text, Rule rule) {
        var warning = new ArrayList<String>();
        var critical = new ArrayList<String>();
        for (var limit : rule.spec().limits()) {
            level(warning, limit, Severity.WARNING);
            level(critical, limit, Severity.CRITICAL);
        }
        var clears = new LinkedHashSet<String>();
        for (var clear : rule.clears()) clears.add(clear.words());
        text.append("| [")
                .append(rule.name())
                .append("](#")
                .append(rule.name().toLowerCase(Locale.ROOT))
                .append(") | ")
                .append(joined(warning))
                .append(rule.spec().lesser() == Severity.INFO ? " (info only)" : "")
                .append(" | ")
                .append(joined(critical))
                .append(" | ")
                .append(rule.spec().hold().isZero() ? "" : Words.time(rule.spec().hold()))
                .append(" | ")
                .append(
                        clears.contains(new Clear.AtOnce().words()) && clears.size() == 1
                                ? ""
                                : joined(clears))
                .append(" |\n");
    }

    private static void level(List<String> into, Limit limit, Severity severity) {
        if (limit.at(severity).isEmpty()) return;
        var sign = limit.side() == Limit.Side.BELOW ? "≤ " : "";
        into.add(
                limit.unit() == io.matriarch.alerting.api.Unit.FLAG
                        ? "yes"
                        : sign + Words.of(limit.unit(), limit.at(severity).getAsDouble()));
    }

    private static String joined(Iterable<String> parts) {
        return String.join(" or ", parts);
    }

    private static void runbook(StringBuilder text, Rule rule) {
        text.append("## ").append(rule.name()).append("\n\n");
        for (var summary : rule.text().summaries())
            text.append("*").append(shown(summary)).append("*\n\n");
        text.append(rule.text().impact()).append("\n\nFirst:\n\n");
        for (var command : rule.text().first())
            text.append("    ").append(shown(command)).append('\n');
        text.append('\n').append(shown(rule.text().runbook())).append("\n\n");
        text.append(settings(rule.spec())).append(" Judged by: ");
        var metrics = new LinkedHashSet<String>();
        for (var measure : rule.measures()) metrics.addAll(measure.metrics());
        text.append("`").append(String.join("`, `", metrics)).append("`.\n\n");
    }

    private static String settings(AlertRule rule) {
        var keys = new ArrayList<>(rule.keys());
        keys.add("for");
        return "Set by `alerts.rules." + rule.name() + "`: `" + String.join("`, `", keys) + "`.";
    }

    /** Placeholders as a reader writes them. */
    private static String shown(String text) {
        return text.replaceAll("\\{([a-z_]+)}", "<$1>").replaceAll("<([a-z_]+)>", "\\$$1");
    }
}
