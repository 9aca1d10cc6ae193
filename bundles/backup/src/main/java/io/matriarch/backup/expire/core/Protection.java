package io.matriarch.backup.expire.core;

import io.matriarch.backup.expire.core.ExpiryPlan.Missing;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.Chains;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.WalSegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Backups no retention may remove: what is pinned, the newest that can be restored, the newest
 * whose page checksums were all right; each with what it builds on.
 */
final class Protection {
    /** Of two that ended in the same second, the one that began later has all the other has. */
    private static final Comparator<BackupEntry> NEWEST_FIRST =
            Comparator.comparing(BackupEntry::stop)
                    .thenComparing(backup -> backup.label().start())
                    .reversed();

    private final TreeMap<Label, String> reasons = new TreeMap<>();

    /** What newer backups lack, of those that are kept for want of it. */
    private final TreeMap<Label, Missing> missing = new TreeMap<>();

    private final List<BackupEntry> withAllWalSince = new ArrayList<>();

    Protection(ExpiryFacts facts, Chains chains) {
        var restorable =
                facts.info().backups().stream()
                        .sorted(NEWEST_FIRST)
                        .filter(backup -> chains.isWhole(backup.label()))
                        .filter(backup ->
                                chains.chain(backup.label()).stream()
                                        .noneMatch(facts.damaged()::contains))
                        .toList();
        restorable.stream()
                .findFirst()
                .ifPresent(backup ->
                        last(
                                chains,
                                backup,
                                "the newest that can be restored",
                                Missing.RESTORABLE));
        restorable.stream()
                .filter(BackupEntry::pagesClean)
                .findFirst()
                .ifPresent(backup ->
                        last(
                                chains,
                                backup,
                                "the newest with clean page checksums",
                                Missing.CLEAN_PAGES));
        for (var backup : facts.info().backups()) {
            String pin = facts.pins().get(backup.label());
            if (pin == null) continue;
            protect(chains, backup.label(), pin.isEmpty() ? "pinned" : "pinned: " + pin);
        }
    }

    private void last(Chains chains, BackupEntry backup, String reason, Missing lacking) {
        withAllWalSince.add(backup);
        for (var link : chains.chain(backup.label())) missing.putIfAbsent(link, lacking);
        protect(chains, backup.label(), reason);
    }

    private void protect(Chains chains, Label label, String reason) {
        reasons.putIfAbsent(label, reason);
        for (var prior : chains.chain(label))
            reasons.putIfAbsent(prior, label + " builds on it, which is " + reason);
    }

    /** Why it must stay; empty if nothing protects it. */
    Optional<String> of(Label label) {
        return Optional.ofNullable(reasons.get(label));
    }

    /** What newer backups lack, so that this one must stay; empty if that is not its reason. */
    Optional<Missing> blocks(Label label) {
        return Optional.ofNullable(missing.get(label));
    }

    /** The first WAL without which the last hope would be worth less. */
    Optional<WalSegment> walFloor(int dbId) {
        return withAllWalSince.stream()
                .filter(backup -> backup.dbId() == dbId)
                .flatMap(backup -> backup.wal().stream())
                .map(range -> range.first())
                .min(WalSegment::compareTo);
    }
}
