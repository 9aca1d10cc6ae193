package io.matriarch.management.jmx;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.Alerts;
import io.matriarch.alerting.api.Severity;
import io.matriarch.api.MatriarchException;
import io.matriarch.failover.api.Answer;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Refused;
import io.matriarch.management.core.Route;
import io.matriarch.management.core.SilenceRequests;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class AlertsBean implements AlertsMXBean {
    private static final String BY = "JMX";
    private static final Duration DAY = Duration.ofDays(1);

    private final Neighbours neighbours;
    private final InstantSource clock;

    AlertsBean(Neighbours neighbours, InstantSource clock) {
        this.neighbours = neighbours;
        this.clock = clock;
    }

    private List<Alert> active() {
        return Calls.get(() -> neighbours.alerts().active());
    }

    private int count(Severity severity) {
        return (int)
                active().stream()
                        .filter(a -> a.severity() == severity && a.mutedBy().isEmpty())
                        .count();
    }

    @Override
    public List<AlertViews.Firing> getFiring() {
        return active().stream().map(AlertViews.Firing::of).toList();
    }

    @Override
    public int getCriticalCount() {
        return count(Severity.CRITICAL);
    }

    @Override
    public int getWarningCount() {
        return count(Severity.WARNING);
    }

    @Override
    public List<AlertViews.Over> getPast() {
        return Calls.get(() ->
                neighbours.alerts().past(clock.instant().minus(DAY)).stream()
                        .map(AlertViews.Over::of)
                        .toList());
    }

    @Override
    public List<AlertViews.Over> pastSince(String time) {
        return Calls.get(() ->
                neighbours.alerts().past(Calls.instant(time)).stream()
                        .map(AlertViews.Over::of)
                        .toList());
    }

    @Override
    public List<AlertViews.Known> getRules() {
        return Calls.get(
                () -> neighbours.alerts().rules().stream().map(AlertViews.Known::of).toList());
    }

    @Override
    public String prometheusRules() {
        return Calls.get(() -> neighbours.alerts().prometheusRules());
    }

    @Override
    public List<AlertViews.Quiet> getSilences() {
        return Calls.get(
                () -> neighbours.alerts().silences().stream().map(AlertViews.Quiet::of).toList());
    }

    @Override
    public List<AlertViews.Receiver> getReceivers() {
        return Calls.get(() ->
                neighbours.alerts().status().receivers().stream()
                        .map(AlertViews.Receiver::of)
                        .toList());
    }

    @Override
    public String getSender() {
        return Calls.get(() -> neighbours.alerts().status().sender());
    }

    @Override
    public boolean isDegraded() {
        return Calls.get(() -> neighbours.alerts().status().degraded());
    }

    @Override
    public String getStoreError() {
        return Calls.get(() -> neighbours.alerts().status().storeError());
    }

    /** An answer whose failure carries a hint, as everywhere. */
    private interface Change {
        String of(Alerts alerts) throws Refused, MatriarchException;
    }

    private Views.Outcome change(Change change) {
        return Calls.perform(() -> {
            try {
                return new Answer(200, change.of(neighbours.alerts()));
            } catch (MatriarchException e) {
                throw Refused.of(e);
            }
        });
    }

    @Override
    public Views.Outcome silence(
            String matchers, long seconds, String from, String by, String comment) {
        return silence(matchers, seconds, from, by, comment, false);
    }

    @Override
    public Views.Outcome silenceDryRun(
            String matchers, long seconds, String from, String by, String comment) {
        return silence(matchers, seconds, from, by, comment, true);
    }

    private Views.Outcome silence(
            String matchers, long seconds, String from, String by, String comment, boolean dry) {
        return change(alerts -> {
            var in =
                    Calls.parameters(
                            Route.SILENCE,
                            Calls.named(
                                    "matchers",
                                    matchers,
                                    "seconds",
                                    seconds,
                                    "from",
                                    from,
                                    "by",
                                    by,
                                    "comment",
                                    comment));
            var silence = alerts.silence(SilenceRequests.of(in, Caller.current().or(BY)), dry);
            return dry
                    ? "would be quiet until " + silence.until()
                    : "silence " + silence.id() + " until " + silence.until();
        });
    }

    @Override
    public Views.Outcome expireSilence(String id) {
        return change(alerts -> "silence " + alerts.expire(id, false).id() + " is over");
    }

    @Override
    public Views.Outcome expireSilenceDryRun(String id) {
        return change(alerts -> "silence " + alerts.expire(id, true).id() + " would end");
    }

    @Override
    public Views.Outcome resolve(String id, String by) {
        return change(alerts -> alerts.resolve(id, sayer(by), false).rule() + " is called over");
    }

    @Override
    public Views.Outcome resolveDryRun(String id, String by) {
        return change(alerts -> alerts.resolve(id, sayer(by), true).rule() + " would be over");
    }

    private static String sayer(@Nullable String by) {
        return by == null || by.isBlank() ? Caller.current().or(BY) : by;
    }

    @Override
    public Views.Outcome testReceiver(String receiver) {
        return change(alerts -> receiver + ": " + alerts.test(receiver, false));
    }

    @Override
    public Views.Outcome testReceiverDryRun(String receiver) {
        return change(alerts -> receiver + ": " + alerts.test(receiver, true));
    }
}
