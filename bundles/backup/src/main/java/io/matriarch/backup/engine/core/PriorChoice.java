package io.matriarch.backup.engine.core;

import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupInfo;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.Chains;
import java.util.Comparator;
import java.util.Optional;

/** What a backup builds on. */
public final class PriorChoice {
    private PriorChoice() {}

    /**
     * A differential builds on the newest full, an incremental on the newest of any type; of the
     * present cluster, and with all it builds on itself.
     *
     * @return empty for a full, and where there is nothing to build on: then it becomes a full
     */
    public static Optional<BackupEntry> choose(BackupInfo info, BackupType type) {
        if (type == BackupType.FULL) return Optional.empty();
        var chains = new Chains(info.backups());
        return info.backups().stream()
                .filter(backup -> backup.dbId() == info.currentId())
                .filter(backup ->
                        type == BackupType.INCREMENTAL || backup.type() == BackupType.FULL)
                .filter(backup -> chains.isWhole(backup.label()))
                .max(Comparator.comparing(BackupEntry::label));
    }
}
