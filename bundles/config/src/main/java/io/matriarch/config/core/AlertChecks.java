package io.matriarch.config.core;

import io.matriarch.alerting.api.AlertLimits;
import io.matriarch.alerting.api.AlertRule;
import io.matriarch.alerting.api.AlertRules;
import io.matriarch.alerting.api.WeeklyWindow;
import io.matriarch.config.Problem;
import java.net.URI;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Rules that look at more than one key of alerts, and at names the schema does not know. */
final class AlertChecks {
    private static final String RULES = "alerts.rules";
    private static final String RECEIVERS = "alerts.receivers";
    private static final Map<String, Set<String>> BELONGS =
            Map.of(
                    "email", Set.of("to"),
                    "webhook", Set.of("url", "url_file", "token_file", "cacert"),
                    "slack", Set.of("url", "url_file", "token_file", "cacert"),
                    "pagerduty", Set.of("url", "routing_key_file", "cacert"),
                    "script", Set.of("command"));
    private static final Set<String> OF_ALL = Set.of("type", "timeout", "resolved");
    private static final Set<String> FILES =
            Set.of("url_file", "token_file", "routing_key_file", "cacert");
    private static final String ADDRESS = "[^\\s@<>,]+@[^\\s@<>,]+";

    private final Settings settings;
    private final Function<String, String> trouble;
    private final List<Problem> problems = new ArrayList<>();

    private AlertChecks(Settings settings, Function<String, String> trouble) {
        this.settings = settings;
        this.trouble = trouble;
    }

    /**
     * @param trouble why a file cannot be read; an empty text if it can
     */
    static List<Problem> check(Settings settings, Function<String, String> trouble) {
        var checks = new AlertChecks(settings, trouble);
        if (!settings.has("alerts")) return List.of();
        checks.receivers();
        for (var path :
                List.of(
                        "alerts.send.critical",
                        "alerts.send.warning",
                        "alerts.send.info",
                        "alerts.heartbeat.receivers",
                        "alerts.digest.receivers")) checks.names(path);
        checks.smtp();
        checks.windows();
        for (var url : settings.texts("alerts.alertmanager"))
            checks.url("alerts.alertmanager", url);
        settings.map(RULES).keySet().forEach(checks::rule);
        return checks.problems;
    }

    private void problem(String path, String message, String hint) {
        problems.add(new Problem(settings.place(path), path, message, hint));
    }

    private void receivers() {
        for (var name : settings.map(RECEIVERS).keySet()) {
            var path = RECEIVERS + "." + name;
            if (!name.matches("[A-Za-z0-9_-]{1,40}"))
                problem(path, '"' + name + "\" cannot name a receiver", "Letters, digits, - and _");
            var type = settings.text(path + ".type");
            if (type.isEmpty())
                problem(path, "has no type", "Set type: " + String.join(", ", AlertKeys.TYPES));
            else receiver(path, type.get());
        }
    }

    private void receiver(String path, String type) {
        var belongs = BELONGS.getOrDefault(type, Set.of());
        for (var key : settings.map(path).keySet())
            if (!belongs.contains(key) && !OF_ALL.contains(key))
                problem(
                        path + "." + key,
                        "does not belong to a receiver of type " + type,
                        "It takes: " + String.join(", ", belongs.stream().sorted().toList()));
        for (var key : FILES)
            settings.text(path + "." + key)
                    .map(trouble)
                    .filter(why -> !why.isEmpty())
                    .ifPresent(why ->
                            problem(
                                    path + "." + key,
                                    '"' + settings.text(path + "." + key).orElse("") + "\" " + why,
                                    "It must be readable by the user the agent runs as"));
        settings.text(path + ".url").ifPresent(url -> url(path + ".url", url));
        switch (type) {
            case "email" -> {
                needs(path, "to", "Set to: [dba@example.org]");
                for (var to : settings.texts(path + ".to"))
                    if (!to.matches(ADDRESS))
                        problem(
                                path + ".to",
                                '"' + to + "\" is no mail address",
                                "Such as dba@example.org");
            }
            case "webhook", "slack" -> {
                if (!settings.has(path + ".url") && !settings.has(path + ".url_file"))
                    problem(path, "has neither url nor url_file", "Set one of them");
            }
            case "pagerduty" ->
                    needs(
                            path,
                            "routing_key_file",
                            "Set routing_key_file: /etc/matriarch/pagerduty.key");
            default -> needs(path, "command", "Set command: [/usr/local/bin/page]");
        }
    }

    private void needs(String path, String key, String hint) {
        if (!settings.has(path + "." + key)) problem(path, "has no " + key, hint);
    }

    private void url(String path, String text) {
        boolean good;
        try {
            var uri = URI.create(text);
            good =
                    uri.getHost() != null
                            && Set.of("http", "https").contains(String.valueOf(uri.getScheme()));
        } catch (IllegalArgumentException e) {
            good = false;
        }
        if (!good) problem(path, '"' + text + "\" is no URL", "Such as https://example.org/hook");
    }

    private void names(String path) {
        var known = settings.map(RECEIVERS).keySet();
        for (var name : settings.texts(path))
            if (!known.contains(name))
                problem(
                        path,
                        "there is no receiver \"" + name + '"',
                        Nearest.to(name, known)
                                .map(near -> "Did you mean " + near + "?")
                                .orElse(
                                        known.isEmpty()
                                                ? "alerts.receivers names none"
                                                : "There are: " + String.join(", ", known)));
    }

    private void smtp() {
        boolean user = settings.has("alerts.smtp.username");
        if (user != settings.has("alerts.smtp.password_file"))
            problem(
                    user ? "alerts.smtp.username" : "alerts.smtp.password_file",
                    "is set and " + (user ? "password_file" : "username") + " is not",
                    "Set both or none");
        settings.text("alerts.smtp.from")
                .filter(from -> !from.matches(ADDRESS) && !from.matches(".*<" + ADDRESS + ">"))
                .ifPresent(from ->
                        problem(
                                "alerts.smtp.from",
                                '"' + from + "\" is no mail address",
                                "Such as matriarch@example.org"));
    }

    private void windows() {
        for (var window : settings.texts("alerts.maintenance"))
            window("alerts.maintenance", window);
        settings.text("alerts.digest.window")
                .ifPresent(window -> window("alerts.digest.window", window));
        if (settings.has("alerts.digest.receivers") && !settings.has("alerts.digest.window"))
            problem("alerts.digest", "has no window", "Set window: mon 08:00-09:00");
    }

    private void window(String path, String text) {
        try {
            WeeklyWindow.parse(text, ZoneId.of("UTC"));
        } catch (IllegalArgumentException e) {
            problem(path, String.valueOf(e.getMessage()), "Such as sun 02:00-04:00 Europe/Berlin");
        }
    }

    private void rule(String name) {
        var path = RULES + "." + name;
        var rule = AlertRules.named(name);
        if (rule.isEmpty()) {
            problem(
                    path,
                    "there is no rule \"" + name + '"',
                    Nearest.to(name, AlertRules.all().stream().map(AlertRule::name).toList())
                            .map(near -> "Did you mean " + near + "?")
                            .orElse("docs/alerts.md names them all"));
            return;
        }
        names(path + ".receivers");
        var levels = new HashMap<String, Double>();
        for (var key : settings.map(path).keySet())
            if (!Set.of("enabled", "for", "receivers").contains(key))
                level(rule.get(), path, key, levels);
        try {
            rule.get().with(levels);
        } catch (IllegalArgumentException e) {
            problem(
                    path,
                    String.valueOf(e.getMessage()),
                    "Set both levels so that warning comes first");
        }
    }

    private void level(AlertRule rule, String path, String key, Map<String, Double> levels) {
        var setting = rule.setting(key);
        if (setting.isEmpty()) {
            var known = new ArrayList<>(rule.keys());
            known.addAll(List.of("enabled", "for", "receivers"));
            problem(
                    path + "." + key,
                    rule.name() + " has no limit \"" + key + '"',
                    Nearest.to(key, known)
                            .map(near -> "Did you mean " + near + "?")
                            .orElse("It has: " + String.join(", ", known)));
            return;
        }
        try {
            var text = settings.text(path + "." + key).orElse("");
            levels.put(key, AlertLimits.parse(setting.get().limit().unit(), text));
        } catch (IllegalArgumentException e) {
            problem(
                    path + "." + key,
                    String.valueOf(e.getMessage()),
                    "The limit of "
                            + rule.name()
                            + " is a "
                            + setting.get().limit().unit().words());
        }
    }
}
