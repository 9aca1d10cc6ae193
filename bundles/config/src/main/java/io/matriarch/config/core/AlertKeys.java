package io.matriarch.config.core;

import static io.matriarch.config.core.Key.of;

import java.util.ArrayList;
import java.util.List;

/** Whom alerts are told to, and which limits apply. */
final class AlertKeys {
    private AlertKeys() {}

    static final List<String> TYPES = List.of("email", "webhook", "slack", "pagerduty", "script");

    static List<Key> all() {
        var keys = new ArrayList<Key>();
        keys.add(
                of("alerts.enabled", Type.BOOL, "Whether anything is judged and told.")
                        .fallback("true"));
        keys.add(
                of(
                        "alerts.runbooks",
                        Type.TEXT,
                        "Begins the address of every runbook; the rule's name in lower case follows."
                                + " Such as https://wiki.example.org/alerts#."));
        keys.addAll(smtp());
        keys.addAll(receivers());
        keys.addAll(telling());
        keys.addAll(rules());
        return keys;
    }

    private static List<Key> smtp() {
        return List.of(
                of("alerts.smtp.host", Type.TEXT, "The mail server.").fallback("localhost"),
                of("alerts.smtp.port", Type.INT, "Its port.")
                        .range(1, 65_535, "")
                        .fallback("587; 465 with tls, 25 with none"),
                of(
                                "alerts.smtp.security",
                                Type.CHOICE,
                                "starttls: plain at first, then TLS, or not at all; tls: from the"
                                        + " beginning; none: only for a server on this host.")
                        .choices("starttls", "tls", "none")
                        .fallback("starttls"),
                of("alerts.smtp.username", Type.TEXT, "User; without: no authentication."),
                of(
                        "alerts.smtp.password_file",
                        Type.FILE,
                        "File whose first line is the password; read for each mail."),
                of(
                        "alerts.smtp.cacert",
                        Type.FILE,
                        "PEM certificates the server's must be signed by; without: those of the"
                                + " runtime."),
                of("alerts.smtp.from", Type.TEXT, "Sender's address.")
                        .fallback("matriarch@localhost"));
    }

    private static List<Key> receivers() {
        var each = "alerts.receivers.*.";
        return List.of(
                of(each + "type", Type.CHOICE, "How this receiver is reached.")
                        .choices(TYPES.toArray(String[]::new)),
                of(each + "to", Type.TEXTS, "Mail addresses; of email."),
                of(each + "url", Type.TEXT, "Where to post; of webhook, slack, pagerduty."),
                of(
                        each + "url_file",
                        Type.PATH,
                        "File whose first line is the URL, where it is secret."),
                of(each + "token_file", Type.PATH, "File with a bearer token; of webhook, slack."),
                of(
                        each + "routing_key_file",
                        Type.PATH,
                        "File with the routing key; of pagerduty."),
                of(each + "cacert", Type.PATH, "PEM certificates the server's must be signed by."),
                of(
                        each + "command",
                        Type.LINES,
                        "Program and arguments; of script. It reads JSON and ends with 0 if it took it."),
                of(each + "timeout", Type.TIME, "Of one try.").range(1, 55, "s").fallback("15"),
                of(each + "resolved", Type.BOOL, "Whether it hears that something is over.")
                        .fallback("true"));
    }

    private static List<Key> telling() {
        return List.of(
                of(
                        "alerts.send.critical",
                        Type.TEXTS,
                        "Receivers of what somebody must get up for."),
                of(
                        "alerts.send.warning",
                        Type.TEXTS,
                        "Receivers of what can wait for the morning."),
                of("alerts.send.info", Type.TEXTS, "Receivers of what is only to be known."),
                of(
                                "alerts.group_wait",
                                Type.TIME,
                                "How long a first notice waits for others to join it.")
                        .range(0, 3_600, "s")
                        .fallback("30"),
                of(
                                "alerts.group_interval",
                                Type.TIME,
                                "At least between two notices of one incident.")
                        .range(10, 86_400, "s")
                        .fallback("300"),
                of("alerts.repeat.critical", Type.TIME, "When to say again what still fires.")
                        .range(300, 604_800, "s")
                        .fallback("4 h"),
                of("alerts.repeat.warning", Type.TIME, "The same for warnings.")
                        .range(300, 604_800, "s")
                        .fallback("24 h"),
                of(
                        "alerts.maintenance",
                        Type.LINES,
                        "Weekly windows in which nobody is told, such as sun 02:00-04:00"
                                + " Europe/Berlin; some alerts always are."),
                of(
                        "alerts.heartbeat.receivers",
                        Type.TEXTS,
                        "Receivers that are told that alerting is alive."),
                of("alerts.heartbeat.every", Type.TIME, "How often.")
                        .range(60, 604_800, "s")
                        .fallback("1 h"),
                of("alerts.digest.receivers", Type.TEXTS, "Receivers of the week's digest."),
                of(
                        "alerts.digest.window",
                        Type.TEXT,
                        "When it is written, such as mon 08:00-09:00."),
                of(
                        "alerts.alertmanager",
                        Type.LINES,
                        "URLs of Alertmanagers that are told too, such as http://10.0.0.9:9093."));
    }

    private static List<Key> rules() {
        var each = "alerts.rules.*.";
        return List.of(
                of(
                                each + "enabled",
                                Type.BOOL,
                                "Whether this rule is judged; names are in alerts.md.")
                        .fallback("true"),
                of(each + "for", Type.TIME, "How long a limit must be broken.")
                        .range(0, 2_678_400, "s"),
                of(
                        each + "receivers",
                        Type.TEXTS,
                        "Receivers of this rule, instead of those of its severity."),
                of(
                        each + "*",
                        Type.TEXT,
                        "Its limits: warn, crit, and where there is a second one warn_NAME, crit_NAME."));
    }
}
