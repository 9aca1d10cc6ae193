package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Limit;
import io.matriarch.alerting.api.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The rules for Prometheus. What only this product can judge (a duration within an expression, a
 * median of runs, figures of alerting itself) is named in a comment and left out.
 *
 * @see <a
 *     href="https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/">alerting
 *     rules</a>
 */
public final class Promql {
    private Promql() {}

    public static String rules(List<Rule> rules, String runbooks) {
        var text = new StringBuilder();
        text.append("# Made by Matriarch: GET /api/v1/alerts/rules?format=prometheus\ngroups:\n");
        for (var topic : Rule.Topic.values()) {
            text.append("  - name: matriarch-")
                    .append(topic.name().toLowerCase(java.util.Locale.ROOT))
                    .append("\n    rules:\n");
            for (var rule : rules) if (rule.topic() == topic) rule(text, rule, runbooks);
        }
        return text.toString();
    }

    private static void rule(StringBuilder text, Rule rule, String runbooks) {
        boolean written = false;
        for (int i = 0; i < rule.measures().size(); i++)
            for (var severity : List.of(Severity.WARNING, Severity.CRITICAL))
                written |= level(text, rule, i, severity, runbooks);
        if (!written)
            text.append("      # ").append(rule.name()).append(" is judged by Matriarch alone\n");
    }

    private static boolean level(
            StringBuilder text, Rule rule, int which, Severity severity, String runbooks) {
        var limit = rule.spec().limits().get(which);
        if (limit.at(severity).isEmpty()) return false;
        double at = limit.at(severity).getAsDouble();
        var measure = rule.measures().get(which);
        var hold = rule.spec().hold();
        Optional<String> condition;
        if (measure instanceof Expr.Held(var held)) {
            condition = written(held).map(c -> c + " > 0");
            hold = Duration.ofSeconds((long) at);
        } else condition = written(measure).map(c -> c + sign(limit) + number(at));
        if (condition.isEmpty() || own(measure)) return false;
        var shown = severity == Severity.CRITICAL ? severity : rule.spec().lesser();
        text.append("      - alert: ").append(rule.name()).append('\n');
        text.append("        expr: ").append(quoted(condition.get())).append('\n');
        if (!hold.isZero()) text.append("        for: ").append(hold.toSeconds()).append("s\n");
        text.append("        labels:\n          severity: ").append(shown.word()).append('\n');
        if (!limit.name().isEmpty()) // else two limits of a rule would be one alert twice
        text.append("          limit: ").append(limit.name()).append('\n');
        text.append("        annotations:\n          summary: ")
                .append(quoted(summary(rule, which)))
                .append("\n          description: ")
                .append(quoted(rule.text().impact()))
                .append('\n');
        if (!runbooks.isEmpty())
            text.append("          runbook_url: ")
                    .append(quoted(runbooks + rule.name().toLowerCase(java.util.Locale.ROOT)))
                    .append('\n');
        return true;
    }

    /** Whether it looks at what only alerting itself knows. */
    private static boolean own(Expr measure) {
        return measure.metrics().stream().anyMatch(OWN::contains);
    }

    private static final java.util.Set<String> OWN =
            java.util.Set.of(
                    "matriarch_agent_silent_seconds",
                    "matriarch_member_unhealthy",
                    "matriarch_cluster_primaries",
                    "matriarch_failover_candidates",
                    "matriarch_expected_members",
                    "matriarch_maintenance_age_seconds",
                    "matriarch_guard_up",
                    "matriarch_agent_versions",
                    "matriarch_alerting_blind",
                    "matriarch_notifications_oldest_seconds");

    private static String summary(Rule rule, int which) {
        var lines = rule.text().summaries();
        var line = lines.get(Math.min(which, lines.size() - 1));
        return line.replaceAll("\\{value}", "{{ \\$value | humanize }}")
                .replaceAll("\\{([a-z_]+)}", "{{ \\$labels.$1 }}");
    }

    private static String sign(Limit limit) {
        return limit.side() == Limit.Side.ABOVE ? " >= " : " <= ";
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /** Empty where Prometheus cannot say it. */
    static Optional<String> written(Expr expr) {
        return switch (expr) {
            case Expr.Metric(var name, var where) -> Optional.of(name + where(where));
            case Expr.Constant(double value) -> Optional.of(number(value));
            case Expr.Increase(var counter, var window) ->
                    Optional.of(function("increase", counter, window));
            case Expr.Change(var gauge, var window) ->
                    Optional.of(function("delta", gauge, window));
            case Expr.Since(var moment) -> written(moment).map(m -> "(time() - " + m + ")");
            case Expr.Until(var moment) -> written(moment).map(m -> "(" + m + " - time())");
            case Expr.Quantile(double share, var histogram, var window) ->
                    Optional.of(
                            "histogram_quantile(%s, sum by (cluster, member, op, le) (rate(%s_bucket%s[%ds])))"
                                    .formatted(
                                            number(share),
                                            histogram.name(),
                                            where(histogram.where()),
                                            window.toSeconds()));
            case Expr.Math math -> math(math);
            case Expr.Abs(var of) -> written(of).map(e -> "abs(" + e + ")");
            case Expr.Floor(var of) -> written(of).map(e -> "floor(" + e + ")");
            case Expr.Over(var fold, var of, var by) ->
                    written(of)
                            .map(e ->
                                    "%s by (%s) (%s)"
                                            .formatted(
                                                    fold.name().toLowerCase(java.util.Locale.ROOT),
                                                    String.join(", ", by),
                                                    e));
            case Expr.Either(var of) -> either(of);
            case Expr.Marked(var of, var label, var value) ->
                    written(of)
                            .map(e ->
                                    "label_replace(%s, \"%s\", \"%s\", \"\", \"\")"
                                            .formatted(e, label, value));
            case Expr.Renamed(var of, var from, var to) ->
                    written(of)
                            .map(e ->
                                    "label_replace(%s, \"%s\", \"$1\", \"%s\", \"(.*)\")"
                                            .formatted(e, to, from));
            case Expr.Held _, Expr.AgainstMedian _ -> Optional.empty();
        };
    }

    private static String function(String name, Expr.Metric metric, Duration window) {
        return "%s(%s%s[%ds])"
                .formatted(name, metric.name(), where(metric.where()), window.toSeconds());
    }

    private static String where(SortedMap<String, String> where) {
        if (where.isEmpty()) return "";
        var parts = new java.util.ArrayList<String>();
        where.forEach((label, value) ->
                parts.add(label + (value.contains("|") ? "=~" : "=") + "\"" + value + "\""));
        return "{" + String.join(",", parts) + "}";
    }

    private static Optional<String> either(List<Expr> of) {
        var parts = of.stream().map(Promql::written).toList();
        if (parts.stream().anyMatch(Optional::isEmpty)) return Optional.empty();
        return Optional.of(
                "("
                        + String.join(" or ", parts.stream().map(Optional::orElseThrow).toList())
                        + ")");
    }

    private static Optional<String> math(Expr.Math math) {
        var left = written(math.left());
        var right = written(math.right());
        if (left.isEmpty() || right.isEmpty() || math.op() == Expr.Op.LESSER)
            return Optional.empty();
        boolean compares =
                switch (math.op()) {
                    case IS_ABOVE, IS_BELOW, IS -> true;
                    case PLUS, MINUS, TIMES, OVER, LESSER, WHERE -> false;
                };
        var matching = math.across() && math.op() != Expr.Op.WHERE;
        var on =
                math.op() == Expr.Op.WHERE
                        ? " on (cluster, member)"
                        : matching ? " on (cluster, member) group_left ()" : "";
        var condition = math.op() == Expr.Op.WHERE ? "(" + right.get() + " > 0)" : right.get();
        return Optional.of(
                "(%s %s%s%s %s)"
                        .formatted(
                                left.get(),
                                math.op().sign(),
                                compares ? " bool" : "",
                                on,
                                condition));
    }
}
