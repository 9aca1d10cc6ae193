package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Table;
import io.matriarch.cli.core.Times;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "alerts", description = "Show what is wrong, why, and who is told.")
final class AlertsCommand implements Callable<Integer> {
    /** A mail server may take its time. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Root root;

    @Mixin private MemberChoice choice = new MemberChoice();

    AlertsCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        return list(false);
    }

    @Command(name = "list", description = "Show what fires, with its cause and the first command.")
    int list(@Option(names = "--all", description = "Also what is muted.") boolean all)
            throws MatriarchException {
        return root.show(() -> {
            var json = read("/api/v1/alerts");
            return View.of(table(json, all), json);
        });
    }

    /**
     * @param json what {@code GET /api/v1/alerts} answers
     * @param all those that are muted, too
     */
    static Table table(Map<String, @Nullable Object> json, boolean all) {
        var rows = new ArrayList<List<@Nullable Object>>();
        var notes = new ArrayList<String>();
        int muted = 0;
        for (var alert : Json.objects(json.get("alerts"))) {
            boolean quiet = !Json.text(alert, "mutedBy").isEmpty();
            if (quiet) muted++;
            if (quiet && !all) continue;
            rows.add(
                    Arrays.asList(
                            Json.text(alert, "id").substring(0, 8),
                            alert.get("severity"),
                            alert.get("rule"),
                            AlertIds.second(alert, "since"),
                            alert.get("summary"),
                            quiet ? "muted: " + alert.get("mutedBy") : cause(alert)));
            var first = Json.array(alert.get("first"));
            if (!quiet && !first.isEmpty())
                notes.add(" %s: %s".formatted(alert.get("rule"), first.getFirst()));
        }
        if (muted > 0 && !all) notes.add(" muted: " + muted + " (alerts list --all)");
        var status = Json.object(json.get("status"));
        if (Json.flag(status, "degraded"))
            notes.add(" the store is away: this member tells what it knows by itself");
        var headings = List.of("Id", "Severity", "Rule", "Since", "What", "Cause");
        return new Table(rows.isEmpty() ? "Nothing fires" : "Alerts", headings, rows, notes);
    }

    private static String cause(Map<String, @Nullable Object> alert) {
        var cause = Json.object(alert.get("cause"));
        return switch (Json.text(cause, "certainty")) {
            case "seen" -> Json.text(cause, "text");
            case "probable" -> "probably: " + Json.text(cause, "text");
            default -> "unknown";
        };
    }

    @Command(
            name = "show",
            description = "Show one alert whole: cause, evidence, commands, runbook.")
    int show(@Parameters(paramLabel = "ID") String id) throws MatriarchException {
        return root.show(() -> {
            var alert = AlertIds.find(read("/api/v1/alerts"), id);
            var rows = new ArrayList<List<@Nullable Object>>();
            alert.forEach((name, value) -> lines(rows, name, value));
            return View.of(new Table("Alert " + id, List.of("", ""), rows), alert);
        });
    }

    private static void lines(
            List<List<@Nullable Object>> rows, String name, @Nullable Object value) {
        switch (value) {
            case null -> rows.add(Arrays.asList(name, ""));
            case List<?> list -> {
                var shown = name;
                for (var each : list) {
                    rows.add(Arrays.asList(shown, each));
                    shown = "";
                }
            }
            case Map<?, ?> map -> map.forEach((key, each) -> lines(rows, name + "." + key, each));
            default -> rows.add(Arrays.asList(name, value));
        }
    }

    @Command(name = "history", description = "Show what is over, newest first.")
    int history(
            @Option(
                            names = "--since",
                            paramLabel = "TIME",
                            defaultValue = "7d",
                            description = "How far back, such as 2h or 7d (default: 7d).")
                    String since)
            throws MatriarchException {
        long seconds = Times.span(since, "--since").toSeconds();
        return root.show(() -> {
            var json = read("/api/v1/alerts/history?sinceSeconds=" + seconds);
            var rows = new ArrayList<List<@Nullable Object>>();
            for (var alert : Json.objects(json.get("alerts")))
                rows.add(
                        Arrays.asList(
                                AlertIds.second(alert, "from"),
                                AlertIds.second(alert, "until"),
                                alert.get("severity"),
                                alert.get("rule"),
                                alert.get("summary")));
            var headings = List.of("From", "Until", "Severity", "Rule", "What");
            return View.of(new Table("Alerts that are over", headings, rows), json);
        });
    }

    @Command(name = "receivers", description = "Show who is told, and how each of them does.")
    int receivers() throws MatriarchException {
        return root.show(() -> {
            var status = Json.object(read("/api/v1/alerts").get("status"));
            var receivers = Json.objects(status.get("receivers"));
            var title = "Receivers, told by " + Json.text(status, "sender");
            return View.of(Table.ofObjects(title, receivers), receivers);
        });
    }

    @Command(name = "rules", description = "Show every rule with the limits that apply.")
    int rules() throws MatriarchException {
        return root.show(() -> {
            var json = read("/api/v1/alerts/rules");
            var rows = new ArrayList<List<@Nullable Object>>();
            for (var info : Json.objects(json.get("rules"))) {
                var rule = Json.object(info.get("rule"));
                for (var limit : Json.objects(rule.get("limits")))
                    rows.add(
                            Arrays.asList(
                                    rule.get("name"),
                                    Json.flag(info, "enabled") ? "on" : "off",
                                    limit.get("name"),
                                    limit.get("unit"),
                                    limit.get("warning"),
                                    limit.get("critical"),
                                    Json.number(rule, "holdMillis").orElse(0L) / 1000));
            }
            var headings = List.of("Rule", "", "Limit", "Unit", "Warning", "Critical", "For s");
            return View.of(new Table("Rules", headings, rows), json);
        });
    }

    @Command(name = "test", description = "Send a test notice to a receiver.")
    int test(@Parameters(paramLabel = "RECEIVER") String receiver) throws MatriarchException {
        return change(
                "test of " + receiver,
                "Send a test notice to " + receiver + "?",
                "/api/v1/alerts/receivers/" + encoded(receiver) + "/test",
                new LinkedHashMap<>());
    }

    @Command(name = "resolve", description = "Call an alert over that ends by hand only.")
    int resolve(@Parameters(paramLabel = "ID") String id) throws MatriarchException {
        var body = new LinkedHashMap<String, @Nullable Object>();
        body.put("by", System.getProperty("user.name", ""));
        return change(
                "resolve of " + id,
                "Is it over? It is told anew if it is not. Resolve " + id + "?",
                "/api/v1/alerts/" + encoded(id) + "/resolve",
                body);
    }

    private int change(
            String what, String question, String path, Map<String, @Nullable Object> body)
            throws MatriarchException {
        var session = root.session();
        var to = session.anyOr(choice.member);
        Confirmation.ask(root, question);
        root.say(AlertIds.change(root, to, what, "POST", path, body, PATIENCE));
        return 0;
    }

    private Map<String, @Nullable Object> read(String path) throws MatriarchException {
        var session = root.session();
        return Json.object(session.read(session.anyOr(choice.member), path));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
