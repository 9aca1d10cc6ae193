package io.matriarch.alerting.form;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.Cause;
import io.matriarch.alerting.api.Cause.Certainty;
import io.matriarch.alerting.api.Severity;
import io.matriarch.alerting.api.Silence;
import io.matriarch.alerting.core.Notice;
import io.matriarch.alerting.core.Notice.Ended;
import io.matriarch.alerting.core.Notice.How;
import io.matriarch.alerting.core.Notice.Kind;
import io.matriarch.alerting.json.Records;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Notices as JSON for programs.
 *
 * @see <a href="https://prometheus.io/docs/alerting/latest/configuration/#webhook_config">webhook,
 *     version 4</a>
 * @see <a href="https://developer.pagerduty.com/docs/events-api-v2/trigger-events/">PagerDuty
 *     events, version 2</a>
 */
public final class Payloads {
    private static final String NO_END = "0001-01-01T00:00:00Z";
    private static final int CHAT_LINES = 10;

    private Payloads() {}

    /** As Alertmanager posts it to a webhook. */
    public static String webhook(Notice notice, String externalUrl) {
        var alerts = new ArrayList<Map<String, Object>>();
        for (var alert : notice.firing()) alerts.add(webhookAlert(alert, null));
        for (var ended : notice.ended()) alerts.add(webhookAlert(ended.alert(), ended.until()));
        if (!notice.aboutAlerts()) alerts.add(about(notice));
        var common = common(alerts, "labels");
        var groupLabels = new LinkedHashMap<String, Object>();
        groupLabels.put("cluster", notice.cluster());
        groupLabels.put("severity", notice.severity().word());
        var body = new LinkedHashMap<String, Object>();
        body.put("version", "4");
        body.put("groupKey", notice.thread());
        body.put("truncatedAlerts", 0);
        body.put("status", notice.kind() == Kind.RESOLVED ? "resolved" : "firing");
        body.put("receiver", notice.receiver());
        body.put("groupLabels", groupLabels);
        body.put("commonLabels", common);
        body.put("commonAnnotations", common(alerts, "annotations"));
        body.put("externalURL", externalUrl);
        body.put("alerts", alerts);
        return Records.text(body);
    }

    private static Map<String, Object> about(Notice notice) {
        var labels = new TreeMap<String, Object>();
        labels.put("alertname", title(notice.kind()));
        labels.put("cluster", notice.cluster());
        labels.put("severity", notice.severity().word());
        var alert = new LinkedHashMap<String, Object>();
        alert.put("status", "firing");
        alert.put("labels", labels);
        alert.put("annotations", Map.of("summary", notice.subject(), "description", notice.body()));
        alert.put("startsAt", notice.at().toString());
        alert.put("endsAt", NO_END);
        alert.put("generatorURL", "");
        alert.put("fingerprint", notice.thread());
        return alert;
    }

    private static String title(Kind kind) {
        return switch (kind) {
            case TEST -> "MatriarchTest";
            case DIGEST -> "MatriarchDigest";
            case HEARTBEAT -> "MatriarchHeartbeat";
            case FIRING, UPDATE, REPEAT, RESOLVED -> "MatriarchNotice";
        };
    }

    private static Map<String, Object> webhookAlert(Alert alert, @Nullable Instant until) {
        var json = new LinkedHashMap<String, Object>();
        json.put("status", until == null ? "firing" : "resolved");
        json.put("labels", new TreeMap<>(Silence.labels(alert)));
        json.put("annotations", annotations(alert));
        json.put("startsAt", alert.since().toString());
        json.put("endsAt", until == null ? NO_END : until.toString());
        json.put("generatorURL", alert.link());
        json.put("fingerprint", alert.id());
        return json;
    }

    private static Map<String, Object> annotations(Alert alert) {
        var annotations = new TreeMap<String, Object>();
        annotations.put("summary", alert.summary());
        annotations.put("description", description(alert));
        if (!alert.link().isEmpty()) annotations.put("runbook_url", alert.link());
        alert.cause()
                .ifPresent(cause -> {
                    annotations.put("cause", cause.text());
                    annotations.put(
                            "cause_certainty",
                            cause.certainty().name().toLowerCase(java.util.Locale.ROOT));
                    annotations.put("evidence", String.join("\n", cause.evidence()));
                });
        if (!alert.first().isEmpty()) annotations.put("first", String.join("\n", alert.first()));
        return annotations;
    }

    private static String description(Alert alert) {
        var text = new StringBuilder(alert.impact());
        alert.cause()
                .filter(cause -> cause.certainty() != Certainty.UNKNOWN)
                .ifPresent(cause -> text.append(" Cause: ").append(worded(cause)).append('.'));
        return text.toString().strip();
    }

    private static String worded(Cause cause) {
        return cause.certainty() == Certainty.PROBABLE ? "probably " + cause.text() : cause.text();
    }

    private static Map<String, Object> common(List<Map<String, Object>> alerts, String of) {
        Map<String, Object> common = new TreeMap<>();
        for (int i = 0; i < alerts.size(); i++) {
            if (!(alerts.get(i).get(of) instanceof Map<?, ?> each)) continue;
            if (i == 0) each.forEach((name, value) -> common.put(String.valueOf(name), value));
            else common.entrySet().removeIf(e -> !e.getValue().equals(each.get(e.getKey())));
        }
        return common;
    }

    /** As Slack, Mattermost and others read it. */
    public static String chat(Notice notice, Instant now) {
        var text = new StringBuilder();
        for (var alert : notice.firing().stream().limit(CHAT_LINES).toList()) {
            text.append("*")
                    .append(chatty(alert.rule()))
                    .append("*: ")
                    .append(chatty(alert.summary()));
            alert.cause()
                    .filter(cause -> cause.certainty() != Certainty.UNKNOWN)
                    .ifPresent(cause -> text.append("\n    cause: ").append(chatty(worded(cause))));
            if (!alert.first().isEmpty())
                text.append("\n    first: `").append(chatty(alert.first().getFirst())).append('`');
            text.append('\n');
        }
        int more = notice.firing().size() - CHAT_LINES;
        if (more > 0) text.append("and ").append(more).append(" more\n");
        for (var ended : notice.ended().stream().limit(CHAT_LINES).toList())
            text.append(ended.how() == How.ESCALATED ? "grew worse: " : "resolved: ")
                    .append(chatty(ended.alert().rule() + ": " + ended.alert().summary()))
                    .append('\n');
        if (!notice.aboutAlerts()) text.append(chatty(notice.body()));
        if (notice.degraded()) text.append("_the store is away: others may say the same_\n");
        var attachment = new LinkedHashMap<String, Object>();
        attachment.put("color", colour(notice));
        attachment.put("fallback", notice.subject());
        attachment.put("text", text.toString());
        attachment.put("mrkdwn_in", List.of("text"));
        attachment.put("footer", "matriarch " + notice.member());
        attachment.put("ts", now.getEpochSecond());
        var body = new LinkedHashMap<String, Object>();
        body.put(
                "text",
                chatty((notice.kind() == Kind.RESOLVED ? "Resolved " : "") + notice.subject()));
        body.put("attachments", List.of(attachment));
        return Records.text(body);
    }

    private static String colour(Notice notice) {
        if (notice.kind() == Kind.RESOLVED) return "#2e7d32";
        return switch (notice.severity()) {
            case CRITICAL -> "#b71c1c";
            case WARNING -> "#e65100";
            case INFO -> "#1565c0";
        };
    }

    /** Slack reads these three itself, and {@code <!channel>} would call everybody. */
    private static String chatty(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("`", "'");
    }

    /** One event per alert: PagerDuty opens and closes incidents by their keys. */
    public static List<String> pagerDuty(Notice notice, String routingKey) {
        var events = new ArrayList<String>();
        if (!notice.aboutAlerts())
            events.add(
                    event(notice, routingKey, "trigger", notice.thread(), notice.subject(), null));
        for (var alert : notice.firing())
            events.add(
                    event(
                            notice,
                            routingKey,
                            "trigger",
                            key(notice, alert),
                            alert.summary(),
                            alert));
        for (Ended ended : notice.ended())
            if (ended.how() == How.RESOLVED)
                events.add(
                        event(
                                notice,
                                routingKey,
                                "resolve",
                                key(notice, ended.alert()),
                                ended.alert().summary(),
                                ended.alert()));
        return events;
    }

    private static String key(Notice notice, Alert alert) {
        return notice.cluster() + "/" + alert.id();
    }

    private static String event(
            Notice notice,
            String routingKey,
            String action,
            String key,
            String summary,
            @Nullable Alert alert) {
        var payload = new LinkedHashMap<String, Object>();
        payload.put("summary", "[%s] %s".formatted(notice.cluster(), summary));
        payload.put("source", alert == null ? notice.member() : alert.source());
        payload.put("severity", (alert == null ? Severity.INFO : notice.severity()).word());
        payload.put("timestamp", (alert == null ? notice.at() : alert.since()).toString());
        payload.put("group", notice.cluster());
        if (alert != null) {
            payload.put("class", alert.rule());
            payload.put("custom_details", annotations(alert));
        }
        var event = new LinkedHashMap<String, Object>();
        event.put("routing_key", routingKey);
        event.put("event_action", action);
        event.put("dedup_key", key);
        event.put("client", "Matriarch");
        event.put("payload", payload);
        if (alert != null && !alert.link().isEmpty())
            event.put("links", List.of(Map.of("href", alert.link(), "text", "Runbook")));
        return Records.text(event);
    }

    /** As {@code POST /api/v2/alerts} of an Alertmanager takes them. */
    public static String alertmanager(List<Alert> firing, List<Ended> ended, Instant validUntil) {
        var all = new ArrayList<Map<String, Object>>();
        for (var alert : firing) all.add(v2(alert, validUntil));
        for (var one : ended) all.add(v2(one.alert(), one.until()));
        return Records.text(all);
    }

    private static Map<String, Object> v2(Alert alert, Instant endsAt) {
        var json = new LinkedHashMap<String, Object>();
        json.put("labels", new TreeMap<>(Silence.labels(alert)));
        json.put("annotations", annotations(alert));
        json.put("startsAt", alert.since().toString());
        json.put("endsAt", endsAt.toString());
        if (!alert.link().isEmpty()) json.put("generatorURL", alert.link());
        return json;
    }
}
