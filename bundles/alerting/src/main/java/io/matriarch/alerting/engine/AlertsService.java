package io.matriarch.alerting.engine;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.AlertingStatus;
import io.matriarch.alerting.api.Alerts;
import io.matriarch.alerting.api.ForeignAlert;
import io.matriarch.alerting.api.PastAlert;
import io.matriarch.alerting.api.RuleInfo;
import io.matriarch.alerting.api.Silence;
import io.matriarch.alerting.core.Catalogue;
import io.matriarch.alerting.core.Clear;
import io.matriarch.alerting.core.Promql;
import io.matriarch.alerting.core.Rule;
import io.matriarch.alerting.json.Records;
import io.matriarch.alerting.spool.Delivery;
import io.matriarch.alerting.spool.Delivery.DeliveryException;
import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.Txn;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The port to other bundles, over the engine's last round. */
public final class AlertsService implements Alerts {
    private static final Duration LONGEST_SILENCE = Duration.ofDays(366);

    private final Engine engine;
    private final Map<String, Delivery> ways;

    /**
     * @param ways by the receivers' names
     */
    public AlertsService(Engine engine, Map<String, Delivery> ways) {
        this.engine = engine;
        this.ways = Map.copyOf(ways);
    }

    private Optional<Engine.Seen> seen() {
        return engine.seen();
    }

    @Override
    public AlertingStatus status() {
        var settings = engine.settings();
        var courier = engine.courier();
        var receivers =
                settings.receivers().entrySet().stream()
                        .map(entry -> {
                            var standing = courier.standing(entry.getKey());
                            return new AlertingStatus.Receiver(
                                    entry.getKey(),
                                    entry.getValue(),
                                    courier.waiting(entry.getKey()),
                                    standing.taken(),
                                    standing.refused(),
                                    standing.lastAnswer(),
                                    standing.error(),
                                    standing.lastAt());
                        })
                        .toList();
        return new AlertingStatus(
                settings.member(),
                seen().map(s -> s.sending() ? settings.member() : s.board().sender()).orElse(""),
                seen().filter(Engine.Seen::sending).isPresent(),
                seen().filter(Engine.Seen::degraded).isPresent(),
                seen().map(Engine.Seen::storeError).orElse(""),
                seen().map(Engine.Seen::at),
                receivers);
    }

    @Override
    public List<Alert> active() {
        return seen().map(Engine.Seen::alerts).orElse(List.of());
    }

    @Override
    public List<PastAlert> past(Instant since) {
        return seen().map(s -> s.board().ledger().past()).orElse(List.of()).stream()
                .filter(past -> past.until().isAfter(since))
                .sorted(Comparator.comparing(PastAlert::until).reversed())
                .toList();
    }

    @Override
    public List<Silence> silences() {
        var now = engine.clock().instant();
        return seen().map(s -> s.board().silences()).orElse(List.of()).stream()
                .filter(silence -> !silence.over(now))
                .sorted(Comparator.comparing(Silence::from).thenComparing(Silence::id))
                .toList();
    }

    @Override
    public List<RuleInfo> rules() {
        var applied = new HashMap<String, Rule>();
        for (var rule : engine.settings().rules()) applied.put(rule.name(), rule);
        return Catalogue.all().stream()
                .map(rule ->
                        info(
                                applied.getOrDefault(rule.name(), rule),
                                applied.containsKey(rule.name())))
                .toList();
    }

    private static RuleInfo info(Rule rule, boolean enabled) {
        var metrics = new LinkedHashSet<String>();
        for (var measure : rule.measures()) metrics.addAll(measure.metrics());
        return new RuleInfo(
                rule.spec(),
                rule.topic().title(),
                enabled,
                String.join("; ", rule.text().summaries()),
                rule.text().impact(),
                rule.clears().stream().map(Clear::words).distinct().toList(),
                rule.text().first(),
                rule.text().runbook(),
                List.copyOf(metrics));
    }

    @Override
    public String prometheusRules() {
        return Promql.rules(engine.settings().rules(), engine.settings().runbooks());
    }

    @Override
    public Silence silence(SilenceRequest request, boolean dryRun) throws MatriarchException {
        var now = engine.clock().instant();
        if (request.lasting().isNegative()
                || request.lasting().isZero()
                || request.lasting().compareTo(LONGEST_SILENCE) > 0)
            throw refused(
                    "a silence of " + request.lasting() + " is not possible",
                    "between a second and a year");
        var from = request.from().orElse(now);
        Silence silence;
        try {
            silence =
                    new Silence(
                            dryRun ? "" : UUID.randomUUID().toString().substring(0, 8),
                            request.matchers(),
                            from,
                            from.plus(request.lasting()),
                            request.by(),
                            request.comment());
        } catch (IllegalArgumentException e) {
            throw new MatriarchException(Code.REFUSED, String.valueOf(e.getMessage()), "", e);
        }
        if (!silence.until().isAfter(now))
            throw refused(
                    "the silence would be over already", "let it begin later, or last longer");
        if (!dryRun) put(Board.SILENCES + silence.id(), Records.write(silence));
        return silence;
    }

    @Override
    public Silence expire(String id, boolean dryRun) throws MatriarchException {
        var now = engine.clock().instant();
        var silence =
                silences().stream()
                        .filter(s -> s.id().equals(id))
                        .findFirst()
                        .orElseThrow(() ->
                                refused(
                                        "there is no silence \"" + id + "\"",
                                        "matriarchctl silence list shows those there are"));
        var after =
                silence.active(now) && now.isAfter(silence.from())
                        ? new Silence(
                                id,
                                silence.matchers(),
                                silence.from(),
                                now,
                                silence.by(),
                                silence.comment())
                        : silence;
        if (dryRun) return after;
        if (after == silence)
            commit(Txn.always(new Op.Delete(engine.settings().prefix() + Board.SILENCES + id)));
        else put(Board.SILENCES + id, Records.write(after));
        return after;
    }

    @Override
    public Alert resolve(String id, String by, boolean dryRun) throws MatriarchException {
        var found = active().stream().filter(a -> !id.isBlank() && a.id().startsWith(id)).toList();
        if (found.size() != 1)
            throw refused(
                    found.isEmpty()
                            ? "no alert \"" + id + "\" fires"
                            : "\"" + id + "\" begins " + found.size() + " ids",
                    "matriarchctl alerts shows ids");
        var alert = found.getFirst();
        boolean byHand =
                Catalogue.named(alert.rule())
                        .filter(rule -> rule.clears().contains(new Clear.ByHand()))
                        .isPresent();
        if (!byHand)
            throw refused(
                    alert.rule() + " ends by itself once it is right again",
                    "to keep it quiet: matriarchctl silence --alert " + alert.id() + " --for 2h");
        if (!dryRun) put(Board.CLEARED + alert.id(), by);
        return alert;
    }

    @Override
    public String test(String receiver, boolean dryRun) throws MatriarchException {
        var way = ways.get(receiver);
        if (way == null)
            throw refused(
                    "there is no receiver \"" + receiver + "\"",
                    ways.isEmpty()
                            ? "alerts.receivers of the configuration names none"
                            : "there are: "
                                    + String.join(", ", engine.settings().receivers().keySet()));
        var kind = engine.settings().receivers().getOrDefault(receiver, "");
        if (dryRun) return "would send a test by " + kind;
        var now = engine.clock().instant();
        try {
            return way.deliver(engine.extras().test(receiver, now), now);
        } catch (DeliveryException e) {
            throw new MatriarchException(
                    Code.REFUSED,
                    "receiver " + receiver + " did not take it: " + e.getMessage(),
                    "see alerts.receivers." + receiver + " of the configuration",
                    e);
        }
    }

    @Override
    public void accept(List<ForeignAlert> alerts) {
        engine.foreign().accept(alerts, engine.settings().cluster(), engine.clock().instant());
    }

    private void put(String key, String value) throws MatriarchException {
        commit(Txn.always(new Op.Put(engine.settings().prefix() + key, value, Lease.NONE)));
    }

    private void commit(Txn txn) throws MatriarchException {
        engine.dcs().commit(txn, Engine.DEADLINE);
    }

    private static MatriarchException refused(String message, String hint) {
        return new MatriarchException(Code.REFUSED, message, hint);
    }
}
