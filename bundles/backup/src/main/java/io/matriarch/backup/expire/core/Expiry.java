package io.matriarch.backup.expire.core;

import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.Chains;
import io.matriarch.backup.format.Label;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Plans what a retention removes. The rules are stock's {@code expire}, and what protects is ours.
 */
public final class Expiry {
    private final ExpiryFacts facts;
    private final Retention retention;
    private final Instant now;
    private final ZoneId labelZone;
    private final List<BackupEntry> backups;
    private final Chains chains;
    private final Protection protection;
    private final TreeMap<Label, String> remove = new TreeMap<>();
    private final List<ExpiryPlan.Blocked> blocked = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private Expiry(ExpiryFacts facts, Retention retention, Instant now, ZoneId labelZone) {
        this.facts = facts;
        this.retention = retention;
        this.now = now;
        this.labelZone = labelZone;
        this.backups = facts.info().backups();
        this.chains = new Chains(backups);
        this.protection = new Protection(facts, chains);
    }

    /**
     * What goes by the retention.
     *
     * @param labelZone in which labels tell the time
     */
    public static ExpiryPlan plan(
            ExpiryFacts facts, Retention retention, Instant now, ZoneId labelZone) {
        var expiry = new Expiry(facts, retention, now, labelZone);
        expiry.fulls();
        expiry.differentials();
        return expiry.finish();
    }

    /**
     * What goes if these backups shall, whatever the retention: they, what builds on them, and the
     * WAL only they needed. What is protected stays all the same, with all it builds on.
     */
    public static ExpiryPlan remove(
            ExpiryFacts facts,
            Collection<Label> labels,
            Retention retention,
            Instant now,
            ZoneId labelZone) {
        var expiry = new Expiry(facts, retention, now, labelZone);
        for (var label : labels) expiry.withDependants(List.of(label), "asked for");
        return expiry.finish();
    }

    private ExpiryPlan finish() {
        overrule();
        var keep = new TreeMap<Label, String>();
        for (var backup : backups)
            if (!remove.containsKey(backup.label()))
                keep.put(
                        backup.label(),
                        protection.of(backup.label()).orElse("within the retention"));
        var rest = backups.stream().filter(b -> keep.containsKey(b.label())).toList();
        var sweeps = new ArchiveSweeps(facts, retention, rest, protection, notes).plan();
        return new ExpiryPlan(
                ExpiryPlan.choices(remove).reversed(),
                ExpiryPlan.choices(keep),
                sweeps,
                history(keep.keySet()),
                blocked,
                notes);
    }

    private void fulls() {
        var fulls = backups.stream().filter(b -> b.type() == BackupType.FULL).toList();
        switch (retention.full()) {
            case Retention.Full.All _ -> {}
            case Retention.Full.Count(int newest) -> {
                int beyond = Math.max(0, fulls.size() - newest);
                withDependants(
                        labels(fulls.subList(0, beyond)),
                        "beyond the newest %d full backup%s"
                                .formatted(newest, newest == 1 ? "" : "s"));
            }
            case Retention.Full.Days(int days) -> olderThan(fulls, days);
        }
    }

    /** The newest full that ended before the window is kept: the window's start needs it. */
    private void olderThan(List<BackupEntry> fulls, int days) {
        var windowStart = now.minus(Duration.ofDays(days));
        int oldestKept = 0;
        for (int i = 0; i < fulls.size(); i++)
            if (fulls.get(i).stop().isBefore(windowStart)) oldestKept = i;
        withDependants(
                labels(fulls.subList(0, oldestKept)),
                "not needed to restore the last %d day%s".formatted(days, days == 1 ? "" : "s"));
    }

    private void differentials() {
        if (retention.differentials().isEmpty()) return;
        int newest = retention.differentials().getAsInt();
        var candidates =
                backups.stream()
                        .filter(b -> b.type() != BackupType.INCREMENTAL)
                        .filter(b -> !remove.containsKey(b.label()))
                        .toList();
        int beyond = Math.max(0, candidates.size() - newest);
        var old =
                candidates.subList(0, beyond).stream()
                        .filter(b -> b.type() == BackupType.DIFFERENTIAL)
                        .toList();
        withDependants(
                labels(old), "beyond the newest %d fulls and differentials".formatted(newest));
    }

    private void withDependants(List<Label> labels, String reason) {
        for (var label : labels) {
            remove.putIfAbsent(label, reason);
            for (var dependant : chains.withDependants(List.of(label)))
                remove.putIfAbsent(dependant, "builds on " + label + ", which is " + reason);
        }
    }

    private void overrule() {
        for (var label : new ArrayList<>(remove.keySet())) {
            var why = protection.of(label);
            if (why.isEmpty()) continue;
            protection
                    .blocks(label)
                    .ifPresent(missing -> blocked.add(new ExpiryPlan.Blocked(label, missing)));
            notes.add(label + " is kept though " + remove.remove(label) + ": " + why.get());
        }
        for (var label : facts.pins().keySet())
            if (facts.info().backup(label).isEmpty())
                notes.add(label + " is pinned, but there is no such backup");
    }

    private List<Label> history(Set<Label> kept) {
        if (retention.historyDays().isEmpty()) return List.of();
        var oldest =
                LocalDateTime.ofInstant(
                        now.minus(Duration.ofDays(retention.historyDays().getAsInt())), labelZone);
        var known = new HashSet<>(facts.historyManifests());
        known.removeAll(kept);
        return known.stream().filter(label -> label.start().isBefore(oldest)).sorted().toList();
    }

    private static List<Label> labels(List<BackupEntry> backups) {
        return backups.stream().map(BackupEntry::label).toList();
    }
}
