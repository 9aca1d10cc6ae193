package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Table;
import io.matriarch.cli.core.Times;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "silence",
        description = "Keep alerts quiet for a while, on every member; they stay visible.")
final class SilenceCommand implements Callable<Integer> {
    private static final String PATH = "/api/v1/silences";

    private final Root root;

    @Option(names = "--rule", paramLabel = "RULE", description = "Alerts of this rule.")
    private @Nullable String rule;

    @Option(
            names = "--alert",
            paramLabel = "ID",
            description = "This alert, and when it comes again.")
    private @Nullable String alert;

    @Option(
            names = "--match",
            paramLabel = "MATCHER",
            description = "NAME=VALUE, !=, =~ or !~; may be repeated, all must fit.")
    private List<String> matchers = new ArrayList<>();

    @Option(names = "--for", paramLabel = "TIME", description = "How long, such as 2h.")
    private @Nullable String time;

    @Option(names = "--from", paramLabel = "TIME", description = "When it begins (default: now).")
    private @Nullable String from;

    @Option(names = "--comment", paramLabel = "WHY", description = "Why; others ask.")
    private @Nullable String comment;

    SilenceCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        if (time == null || comment == null)
            throw new MatriarchException(
                    Code.USAGE,
                    (time == null ? "--for" : "--comment") + " is missing",
                    "such as: matriarchctl silence --rule DiskFull --for 2h --comment \"new disk\"");
        var body = new LinkedHashMap<String, @Nullable Object>();
        body.put("matchers", String.join(",", wanted()));
        body.put("seconds", Times.span(time, "--for").toSeconds());
        if (from != null)
            body.put(
                    "from",
                    Times.scheduled(from, "--from", root.surroundings().clock().instant())
                            .toString());
        body.put("by", System.getProperty("user.name", "matriarchctl"));
        body.put("comment", comment);
        Confirmation.ask(
                root, "Keep quiet for %s what fits %s?".formatted(time, body.get("matchers")));
        var to = root.session().api();
        root.say(AlertIds.change(root, to, "silence", "POST", PATH, body, Session.SOON));
        return 0;
    }

    private List<String> wanted() throws MatriarchException {
        var wanted = new ArrayList<>(matchers);
        if (rule != null) wanted.add("alertname=" + quoted(rule));
        if (alert != null) {
            var found = AlertIds.find(read("/api/v1/alerts"), alert);
            wanted.add("alertname=" + quoted(Json.text(found, "rule")));
            Json.object(found.get("labels"))
                    .forEach((name, value) ->
                            wanted.add(name + "=" + quoted(String.valueOf(value))));
        }
        if (wanted.isEmpty())
            throw new MatriarchException(
                    Code.USAGE,
                    "nothing says what to keep quiet",
                    "give --rule RULE, --alert ID or --match NAME=VALUE");
        return wanted;
    }

    private static String quoted(String value) {
        return '"' + value + '"';
    }

    @Command(name = "list", description = "Show silences that are active or planned.")
    int list() throws MatriarchException {
        return root.show(() -> {
            var json = read(PATH);
            var rows = new ArrayList<List<@Nullable Object>>();
            for (var silence : Json.objects(json.get("silences")))
                rows.add(
                        Arrays.asList(
                                silence.get("id"),
                                shown(silence),
                                AlertIds.second(silence, "from"),
                                AlertIds.second(silence, "until"),
                                silence.get("by"),
                                silence.get("comment")));
            var headings = List.of("Id", "Matchers", "From", "Until", "By", "Why");
            return View.of(new Table("Silences", headings, rows), json);
        });
    }

    private static String shown(Map<String, @Nullable Object> silence) {
        var text = new ArrayList<String>();
        for (var matcher : Json.objects(silence.get("matchers"))) {
            var sign =
                    (Json.flag(matcher, "equal") ? "=" : "!")
                            + (Json.flag(matcher, "regex")
                                    ? "~"
                                    : Json.flag(matcher, "equal") ? "" : "=");
            text.add(Json.text(matcher, "name") + sign + Json.text(matcher, "value"));
        }
        return String.join(", ", text);
    }

    @Command(name = "expire", description = "End a silence before its time.")
    int expire(@Parameters(paramLabel = "ID") String id) throws MatriarchException {
        Confirmation.ask(root, "End silence " + id + "?");
        var path = PATH + "/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
        root.say(
                AlertIds.change(
                        root,
                        root.session().api(),
                        "expire of " + id,
                        "DELETE",
                        path,
                        new LinkedHashMap<>(),
                        Session.SOON));
        return 0;
    }

    private Map<String, @Nullable Object> read(String path) throws MatriarchException {
        var session = root.session();
        return Json.object(session.read(session.api(), path));
    }
}
