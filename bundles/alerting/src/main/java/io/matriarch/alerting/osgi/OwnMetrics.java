package io.matriarch.alerting.osgi;

import io.matriarch.alerting.api.Alerts;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.MetricSource;
import io.matriarch.monitor.api.Native;
import io.matriarch.monitor.api.Sample;
import java.util.ArrayList;
import java.util.List;

/** What alerting tells of itself. */
final class OwnMetrics implements MetricSource {
    private static final Metric ALERTS =
            Native.gauge(
                    "alerts",
                    "Alerts of the cluster that fire, as this member knows them.",
                    "alertname",
                    "severity",
                    "state");
    private static final Metric TOLD =
            Native.counter(
                    "notifications_total",
                    "Notices this member handed over, by how it ended.",
                    "receiver",
                    "result");
    private static final Metric PENDING =
            Native.gauge(
                    "notifications_pending",
                    "Notices this member has and the receiver has not taken.",
                    "receiver");
    private static final Metric SENDER =
            Native.gauge("alert_sender", "1 if this member tells the receivers.");
    private static final Metric DEGRADED =
            Native.gauge(
                    "alerting_degraded",
                    "1 while the store is away and this member tells by itself.");

    private final String cluster;
    private final String member;
    private final Alerts alerts;

    OwnMetrics(String cluster, String member, Alerts alerts) {
        this.cluster = cluster;
        this.member = member;
        this.alerts = alerts;
    }

    @Override
    public List<Family> families() {
        var status = alerts.status();
        var counts =
                new java.util.TreeMap<List<String>, Double>(
                        java.util.Comparator.comparing(Object::toString));
        for (var alert : alerts.active())
            counts.merge(
                    List.of(
                            alert.rule(),
                            alert.severity().word(),
                            alert.mutedBy().isEmpty() ? "firing" : "muted"),
                    1.0,
                    Double::sum);
        var firing = new ArrayList<Sample>();
        counts.forEach((labels, count) -> firing.add(value(count, labels.toArray(String[]::new))));
        var told = new ArrayList<Sample>();
        var pending = new ArrayList<Sample>();
        for (var receiver : status.receivers()) {
            told.add(value(receiver.taken(), receiver.name(), "taken"));
            told.add(value(receiver.refused(), receiver.name(), "refused"));
            pending.add(value(receiver.waiting(), receiver.name()));
        }
        return List.of(
                new Family(ALERTS, firing),
                new Family(TOLD, told),
                new Family(PENDING, pending),
                new Family(SENDER, List.of(value(status.sending() ? 1 : 0))),
                new Family(DEGRADED, List.of(value(status.degraded() ? 1 : 0))));
    }

    private Sample value(double value, String... labels) {
        var all = new ArrayList<>(List.of(cluster, member));
        all.addAll(List.of(labels));
        return new Sample.Value(all, value);
    }
}
