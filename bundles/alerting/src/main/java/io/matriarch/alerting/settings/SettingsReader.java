package io.matriarch.alerting.settings;

import io.matriarch.alerting.api.AlertLimits;
import io.matriarch.alerting.api.AlertRule;
import io.matriarch.alerting.api.Severity;
import io.matriarch.alerting.api.WeeklyWindow;
import io.matriarch.alerting.core.Catalogue;
import io.matriarch.alerting.core.Compact;
import io.matriarch.alerting.core.Policy;
import io.matriarch.alerting.core.Rule;
import io.matriarch.alerting.engine.Settings;
import io.matriarch.alerting.mail.SmtpDelivery;
import io.matriarch.alerting.mail.SmtpSettings;
import io.matriarch.alerting.mail.SmtpSettings.Security;
import io.matriarch.alerting.spool.Delivery;
import io.matriarch.alerting.web.HttpDelivery;
import io.matriarch.alerting.web.HttpDelivery.Kind;
import io.matriarch.alerting.web.HttpDelivery.Target;
import io.matriarch.alerting.web.ScriptDelivery;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the section {@code alerts}. */
public final class SettingsReader {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private final Identity identity;
    private final Section alerts;

    /**
     * Whose alerting it is.
     *
     * @param apiUrl where a reader finds this member; may be empty
     */
    public record Identity(
            String scope, String name, String namespace, String version, String apiUrl) {}

    /**
     * @param json the section; empty: everything at its default, and nobody is told
     */
    public SettingsReader(Identity identity, String json) {
        this.identity = identity;
        alerts = Section.parse(json);
    }

    public boolean enabled() {
        return alerts.flag("enabled", true);
    }

    public List<String> alertmanagers() {
        return alerts.texts("alertmanager");
    }

    public Settings settings() {
        var zone = ZoneId.systemDefault();
        var kinds = new LinkedHashMap<String, String>();
        var receivers = alerts.section("receivers");
        for (var name : receivers.names())
            kinds.put(name, receivers.section(name).text("type").orElse(""));
        var heartbeat = alerts.section("heartbeat");
        var digest = alerts.section("digest");
        return new Settings(
                identity.scope(),
                identity.name(),
                identity.version(),
                Settings.prefix(identity.namespace(), identity.scope()),
                rules(),
                policy(),
                alerts.text("runbooks").orElse(""),
                kinds,
                alerts.texts("maintenance").stream()
                        .map(text -> WeeklyWindow.parse(text, zone))
                        .toList(),
                heartbeat.seconds("every", Duration.ofHours(1)),
                heartbeat.texts("receivers"),
                digest.text("window").map(text -> WeeklyWindow.parse(text, zone)),
                digest.texts("receivers"));
    }

    private List<Rule> rules() {
        var changes = alerts.section("rules");
        var rules = new ArrayList<Rule>();
        for (var rule : Catalogue.all()) {
            var change = changes.section(rule.name());
            if (change.flag("enabled", true)) rules.add(rule.with(changed(rule.spec(), change)));
        }
        return rules;
    }

    private static AlertRule changed(AlertRule rule, Section change) {
        var levels = new HashMap<String, Double>();
        for (var key : rule.keys()) {
            var setting = rule.setting(key);
            change.text(key)
                    .ifPresent(text ->
                            levels.put(
                                    key,
                                    AlertLimits.parse(setting.orElseThrow().limit().unit(), text)));
        }
        return rule.held(change.seconds("for", rule.hold())).with(levels);
    }

    private Policy policy() {
        var send = new EnumMap<Severity, List<String>>(Severity.class);
        for (var severity : Severity.values())
            send.put(severity, alerts.section("send").texts(severity.word()));
        var repeat = new HashMap<>(Policy.REPEAT);
        for (var severity : List.of(Severity.CRITICAL, Severity.WARNING))
            repeat.computeIfPresent(
                    severity,
                    (s, standard) -> alerts.section("repeat").seconds(s.word(), standard));
        var byRule = new HashMap<String, List<String>>();
        var rules = alerts.section("rules");
        for (var name : rules.names()) {
            var receivers = rules.section(name).texts("receivers");
            if (!receivers.isEmpty()) byRule.put(name, receivers);
        }
        var quiet = new HashSet<String>();
        var receivers = alerts.section("receivers");
        for (var name : receivers.names())
            if (!receivers.section(name).flag("resolved", true)) quiet.add(name);
        return new Policy(
                send,
                byRule,
                quiet,
                alerts.seconds("group_wait", Policy.WAIT),
                alerts.seconds("group_interval", Policy.INTERVAL),
                repeat);
    }

    /** The way to each receiver, by name; each gets notices with all a person needs. */
    public Map<String, Delivery> deliveries() {
        var ways = new LinkedHashMap<String, Delivery>();
        var runbooks = alerts.text("runbooks").orElse("");
        var receivers = alerts.section("receivers");
        for (var name : receivers.names()) {
            var way = delivery(receivers.section(name));
            ways.put(name, (notice, now) -> way.deliver(Compact.whole(notice, runbooks), now));
        }
        return ways;
    }

    private Delivery delivery(Section receiver) {
        var type = receiver.text("type").orElse("");
        return switch (type) {
            case "email" -> new SmtpDelivery(smtp(receiver));
            case "webhook" -> http(Kind.WEBHOOK, receiver, "token_file");
            case "slack" -> http(Kind.SLACK, receiver, "token_file");
            case "pagerduty" -> http(Kind.PAGERDUTY, receiver, "routing_key_file");
            case "script" ->
                    new ScriptDelivery(
                            receiver.texts("command"), receiver.seconds("timeout", TIMEOUT));
            default -> throw new IllegalArgumentException("no receiver of type " + type);
        };
    }

    private Delivery http(Kind kind, Section receiver, String secret) {
        return new HttpDelivery(
                new Target(
                        kind,
                        receiver.text("url").orElse(""),
                        receiver.file("url_file"),
                        receiver.file(secret),
                        receiver.file("cacert"),
                        receiver.seconds("timeout", TIMEOUT)),
                identity.apiUrl());
    }

    private SmtpSettings smtp(Section receiver) {
        var smtp = alerts.section("smtp");
        var security =
                Security.valueOf(smtp.text("security").orElse("starttls").toUpperCase(Locale.ROOT));
        int standard =
                switch (security) {
                    case NONE -> 25;
                    case STARTTLS -> 587;
                    case TLS -> 465;
                };
        return new SmtpSettings(
                smtp.text("host").orElse("localhost"),
                smtp.number("port", standard),
                security,
                smtp.text("username").orElse(""),
                smtp.file("password_file"),
                smtp.file("cacert"),
                smtp.text("from").orElse("matriarch@localhost"),
                receiver.texts("to"),
                receiver.seconds("timeout", TIMEOUT));
    }
}
