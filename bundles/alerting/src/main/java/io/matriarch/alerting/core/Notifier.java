package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.PastAlert;
import io.matriarch.alerting.core.Ledger.Active;
import io.matriarch.alerting.core.Ledger.Entry;
import io.matriarch.alerting.core.Ledger.Group;
import io.matriarch.alerting.core.Notice.Ended;
import io.matriarch.alerting.core.Notice.How;
import io.matriarch.alerting.core.Notice.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides who is told what now: what fires and the ledger in, messages and the later ledger out.
 *
 * <p>A group has at most one message that was not taken yet. While there is one, nothing is added;
 * the next one tells all that happened meanwhile, also what began and ended. So nothing is lost,
 * and a mail server that was away for hours is not met by hundreds of mails.
 */
public final class Notifier {
    private static final int PAST_KEPT = 200;

    private final Policy policy;

    public Notifier(Policy policy) {
        this.policy = policy;
    }

    /**
     * What is so now.
     *
     * @param alerts everything that fires in the cluster as far as known, muted or not
     * @param degraded the store is away
     * @param objectives how recovery stands, in a sentence; empty if nobody measures it
     */
    public record Situation(
            Instant now,
            String cluster,
            String member,
            List<Alert> alerts,
            boolean degraded,
            String objectives) {
        public Situation {
            alerts = List.copyOf(alerts);
        }
    }

    /**
     * @param notices to be spooled by this member; they are also pending in the ledger
     */
    public record Step(Ledger ledger, List<Notice> notices) {
        public Step {
            notices = List.copyOf(notices);
        }
    }

    public Step step(Ledger before, Situation situation) {
        var active = active(before, situation);
        var groups = new LinkedHashMap<>(before.groups());
        for (var one : active.values()) join(groups, one, situation.now());
        var notices = new ArrayList<Notice>();
        var kept = new LinkedHashMap<String, Group>();
        groups.forEach((key, group) -> {
            var updated = flushed(updated(group, active, situation.now()), situation, notices);
            if (!updated.entries().isEmpty() || updated.pending() != null) kept.put(key, updated);
        });
        var past = past(before, active, situation.now());
        return new Step(new Ledger(kept, active, past, before.marks()), notices);
    }

    /**
     * An alert stays as severe as it once was until it is over: it does not change threads down.
     */
    private static Map<String, Active> active(Ledger before, Situation situation) {
        var active = new LinkedHashMap<String, Active>();
        for (var alert : situation.alerts()) {
            var known = before.active().get(alert.id());
            var peak =
                    known == null || known.peak().compareTo(alert.severity()) < 0
                            ? alert.severity()
                            : known.peak();
            active.put(alert.id(), new Active(alert, peak));
        }
        return active;
    }

    private void join(Map<String, Group> groups, Active one, Instant now) {
        if (!one.alert().mutedBy().isEmpty()) return;
        for (var receiver : policy.receivers(one.alert(), one.peak())) {
            var group =
                    groups.computeIfAbsent(
                            Ledger.key(receiver, one.peak()),
                            _ -> Group.fresh(receiver, one.peak(), now));
            if (group.entries().containsKey(one.alert().id())) continue;
            var entries = new LinkedHashMap<>(group.entries());
            entries.put(one.alert().id(), Entry.firing(one.alert()));
            groups.put(Ledger.key(receiver, one.peak()), group.with(entries));
        }
    }

    private Group updated(Group group, Map<String, Active> active, Instant now) {
        var entries = new LinkedHashMap<String, Entry>();
        group.entries()
                .forEach((id, entry) -> {
                    var one = active.get(id);
                    if (one == null)
                        entries.put(id, entry.fires() ? ended(entry, now, How.RESOLVED) : entry);
                    else if (one.peak().compareTo(group.severity()) > 0)
                        entries.put(id, entry.fires() ? ended(entry, now, How.ESCALATED) : entry);
                    // Muted before it was told: it is not told. Told already: its end will be.
                    else if (!one.alert().mutedBy().isEmpty() && !entry.told()) return;
                    // It came again before its end was told: it has not ended.
                    else entries.put(id, new Entry(one.alert(), entry.told(), null, How.RESOLVED));
                });
        // A receiver taken out of the configuration is owed nothing any more.
        entries.values().removeIf(entry -> !entry.told() && entry.how() == How.ESCALATED);
        if (policy.quiet().contains(group.receiver())) entries.values().removeIf(e -> !e.fires());
        return group.with(entries);
    }

    private static Entry ended(Entry entry, Instant now, How how) {
        return new Entry(entry.alert(), entry.told(), now, how);
    }

    private Group flushed(Group group, Situation situation, List<Notice> notices) {
        var kind = due(group, situation.now());
        if (kind.isEmpty()) return group;
        var notice = notice(group, kind.get(), situation);
        notices.add(notice);
        var entries = new LinkedHashMap<String, Entry>();
        group.entries()
                .forEach((id, entry) -> {
                    if (entry.fires())
                        entries.put(id, new Entry(entry.alert(), true, null, entry.how()));
                });
        return new Group(
                group.receiver(),
                group.severity(),
                group.born(),
                situation.now(),
                notice.number(),
                notice.subject(),
                entries,
                notice,
                situation.member());
    }

    private Optional<Kind> due(Group group, Instant now) {
        if (group.pending() != null || group.entries().isEmpty()) return Optional.empty();
        var entries = group.entries().values();
        boolean begun = entries.stream().anyMatch(e -> e.fires() && !e.told());
        boolean over = entries.stream().anyMatch(e -> !e.fires());
        boolean urgent =
                entries.stream().anyMatch(e -> e.fires() && !e.told() && urgent(e.alert()));
        boolean fires = entries.stream().anyMatch(Notifier::speaks);
        if (begun || over) {
            var since = group.sent() == null ? group.born() : group.sent();
            var after = group.sent() == null ? policy.groupWait() : policy.groupInterval();
            if (!urgent && Duration.between(since, now).compareTo(after) < 0)
                return Optional.empty();
            if (!fires) return Optional.of(Kind.RESOLVED);
            return Optional.of(group.sent() == null ? Kind.FIRING : Kind.UPDATE);
        }
        var repeat = policy.repeat().get(group.severity());
        return repeat != null
                        && group.sent() != null
                        && fires
                        && Duration.between(group.sent(), now).compareTo(repeat) >= 0
                ? Optional.of(Kind.REPEAT)
                : Optional.empty();
    }

    private static boolean speaks(Entry entry) {
        return entry.fires() && entry.alert().mutedBy().isEmpty();
    }

    private static boolean urgent(Alert alert) {
        return Catalogue.named(alert.rule()).filter(r -> r.is(Rule.Trait.URGENT)).isPresent();
    }

    private static Notice notice(Group group, Kind kind, Situation situation) {
        var firing = new ArrayList<Alert>();
        var ended = new ArrayList<Ended>();
        var fresh = new LinkedHashSet<String>();
        group.entries()
                .forEach((id, entry) -> {
                    if (entry.until() instanceof Instant until)
                        ended.add(new Ended(entry.alert(), until, entry.how()));
                    else {
                        firing.add(entry.alert());
                        if (!entry.told()) fresh.add(id);
                    }
                });
        firing.sort(Comparator.comparing(Alert::since).thenComparing(Alert::id));
        int number = group.number() + 1;
        return new Notice(
                group.thread() + "-" + number,
                group.receiver(),
                kind,
                group.severity(),
                situation.cluster(),
                group.thread(),
                number,
                situation.now(),
                group.subject().isEmpty() ? subject(group, situation.cluster()) : group.subject(),
                firing,
                ended,
                fresh,
                situation.member(),
                situation.degraded(),
                situation.objectives());
    }

    /** Fixed when the thread begins: mail programs keep together what has the same subject. */
    private static String subject(Group group, String cluster) {
        var first =
                group.entries().values().stream()
                        .map(Entry::alert)
                        .min(
                                Comparator.comparing(Alert::since)
                                        .thenComparing(Alert::rule)
                                        .thenComparing(Alert::id))
                        .orElseThrow();
        int more = group.entries().size() - 1;
        return "[%s] %s: %s%s"
                .formatted(
                        cluster,
                        group.severity().word(),
                        first.rule() + object(first),
                        more == 0 ? "" : " and " + more + " more");
    }

    private static String object(Alert alert) {
        for (var name : List.of("standby", "member", "slot", "repo", "datname", "receiver"))
            if (!alert.label(name).isEmpty()) return " " + alert.label(name);
        return "";
    }

    private static List<PastAlert> past(Ledger before, Map<String, Active> active, Instant now) {
        var past = new ArrayList<>(before.past());
        before.active()
                .forEach((id, one) -> {
                    if (!active.containsKey(id))
                        past.add(
                                new PastAlert(
                                        id,
                                        one.alert().rule(),
                                        one.peak(),
                                        one.alert().labels(),
                                        one.alert().summary(),
                                        one.alert().since(),
                                        now));
                });
        return List.copyOf(past.subList(Math.max(0, past.size() - PAST_KEPT), past.size()));
    }
}
