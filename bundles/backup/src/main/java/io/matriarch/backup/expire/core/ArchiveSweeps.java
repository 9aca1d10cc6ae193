package io.matriarch.backup.expire.core;

import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.WalRange;
import io.matriarch.backup.format.WalSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which WAL goes, given which backups stay. */
final class ArchiveSweeps {
    private final ExpiryFacts facts;
    private final Retention retention;
    private final List<BackupEntry> kept;
    private final Protection protection;
    private final List<String> notes;

    /**
     * @param kept what stays, oldest first
     */
    ArchiveSweeps(
            ExpiryFacts facts,
            Retention retention,
            List<BackupEntry> kept,
            Protection protection,
            List<String> notes) {
        this.facts = facts;
        this.retention = retention;
        this.kept = kept;
        this.protection = protection;
        this.notes = notes;
    }

    List<ArchiveSweep> plan() {
        int fulls = (int) kept.stream().filter(b -> b.type() == BackupType.FULL).count();
        var count = retention.archiveCount(fulls);
        if (count.isEmpty()) return List.of();
        var counting = kept.stream().filter(this::counts).toList();
        if (counting.size() < count.getAsInt()) {
            notes.add(
                    "no WAL is removed: %d of %d %s backups are there"
                            .formatted(counting.size(), count.getAsInt(), retention.archiveType()));
            return List.of();
        }
        var newest = counting.subList(counting.size() - count.getAsInt(), counting.size());
        var sweeps = new ArrayList<ArchiveSweep>();
        for (var archiveId : facts.archiveIds())
            sweep(archiveId, counting, newest).ifPresent(sweeps::add);
        return sweeps;
    }

    private boolean counts(BackupEntry backup) {
        return switch (retention.archiveType()) {
            case FULL -> backup.type() == BackupType.FULL;
            case DIFFERENTIAL -> backup.type() != BackupType.INCREMENTAL;
            case INCREMENTAL -> true;
        };
    }

    private Optional<ArchiveSweep> sweep(
            String archiveId, List<BackupEntry> counting, List<BackupEntry> newest) {
        int id = historyId(archiveId);
        var local = of(id, kept);
        if (local.isEmpty())
            return id == facts.info().currentId()
                    ? Optional.empty()
                    : Optional.of(
                            new ArchiveSweep(
                                    archiveId,
                                    Optional.empty(),
                                    List.of(),
                                    "no backup of it is left"));
        var oldest =
                of(id, newest).stream()
                        .findFirst()
                        .or(() -> of(id, counting).reversed().stream().findFirst());
        if (oldest.isEmpty() || oldest.get().wal().isEmpty()) return Optional.empty();
        var byRule = oldest.get().wal().get().first();
        var floor = protection.walFloor(id).filter(first -> first.compareTo(byRule) < 0);
        var from = floor.orElse(byRule);
        if (floor.isPresent())
            notes.add("WAL of %s is kept since %s, for the last hope".formatted(archiveId, from));
        return Optional.of(
                new ArchiveSweep(
                        archiveId,
                        Optional.of(from),
                        older(local, from),
                        "older than " + oldest.get().label() + " needs"));
    }

    private static List<WalRange> older(List<BackupEntry> local, WalSegment from) {
        return local.stream()
                .flatMap(backup -> backup.wal().stream())
                .filter(range -> range.first().compareTo(from) < 0)
                .toList();
    }

    private static List<BackupEntry> of(int id, List<BackupEntry> backups) {
        return backups.stream().filter(backup -> backup.dbId() == id).toList();
    }

    private static int historyId(String archiveId) {
        return Integer.parseInt(archiveId.substring(archiveId.indexOf('-') + 1));
    }
}
