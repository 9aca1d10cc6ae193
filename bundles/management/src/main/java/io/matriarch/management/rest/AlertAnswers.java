package io.matriarch.management.rest;

import io.matriarch.alerting.api.Alerts;
import io.matriarch.alerting.api.RuleInfo;
import io.matriarch.api.MatriarchException;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Parameters;
import io.matriarch.management.core.Refused;
import io.matriarch.management.core.Requests;
import io.matriarch.management.core.Route;
import io.matriarch.management.core.SilenceRequests;
import io.matriarch.management.core.Tree;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What fires, what was over, what is kept quiet, and whether the receivers are reached. */
final class AlertAnswers {
    private static final String BY = "REST";

    private final Neighbours neighbours;
    private final InstantSource clock;

    AlertAnswers(Neighbours neighbours, InstantSource clock) {
        this.neighbours = neighbours;
        this.clock = clock;
    }

    Map<String, @Nullable Object> active() throws Refused {
        var alerts = neighbours.alerts();
        var answer = new LinkedHashMap<String, @Nullable Object>();
        answer.put("alerts", Tree.of(alerts.active()));
        answer.put("status", Tree.of(alerts.status()));
        return answer;
    }

    Map<String, @Nullable Object> past(Parameters in) throws Refused {
        return one("alerts", neighbours.alerts().past(Requests.since(in, clock.instant())));
    }

    Map<String, @Nullable Object> silences() throws Refused {
        return one("silences", neighbours.alerts().silences());
    }

    Map<String, @Nullable Object> rules() throws Refused {
        List<RuleInfo> rules = neighbours.alerts().rules();
        return one("rules", rules);
    }

    String prometheusRules() throws Refused {
        return neighbours.alerts().prometheusRules();
    }

    private static Map<String, @Nullable Object> one(String name, List<?> values) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        map.put(name, Tree.of(values));
        return map;
    }

    /** A changing request; the answer is what was done, or would be. */
    Map<String, @Nullable Object> change(Route.Match match, Parameters in)
            throws Refused, MatriarchException {
        Alerts alerts = neighbours.alerts();
        boolean dry = in.flag("dryRun");
        return switch (match.route()) {
            case SILENCE -> {
                var silence = alerts.silence(SilenceRequests.of(in, BY), dry);
                yield said(
                        dry
                                ? "would be quiet until " + silence.until()
                                : "silence " + silence.id() + " until " + silence.until(),
                        silence.id());
            }
            case SILENCE_EXPIRE -> {
                var silence = alerts.expire(inPath(match, "id"), dry);
                yield said(
                        "silence %s %s".formatted(silence.id(), dry ? "would end" : "is over"),
                        silence.id());
            }
            case ALERT_RESOLVE -> {
                var alert = alerts.resolve(inPath(match, "id"), in.text("by").orElse(BY), dry);
                yield said(
                        "%s %s".formatted(alert.rule(), dry ? "would be over" : "is called over"),
                        alert.id());
            }
            case ALERT_TEST -> {
                var receiver = inPath(match, "receiver");
                yield said(receiver + ": " + alerts.test(receiver, dry), receiver);
            }
            default -> throw new IllegalArgumentException(match.route() + " is not of alerts");
        };
    }

    private static String inPath(Route.Match match, String name) {
        return Objects.requireNonNull(match.inPath().get(name));
    }

    private static Map<String, @Nullable Object> said(String text, String id) {
        var said = new LinkedHashMap<String, @Nullable Object>();
        said.put("status", 200);
        said.put("text", text);
        said.put("id", id);
        return said;
    }
}
