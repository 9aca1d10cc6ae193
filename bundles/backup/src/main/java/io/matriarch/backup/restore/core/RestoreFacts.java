package io.matriarch.backup.restore.core;

import io.matriarch.backup.format.BackupInfo;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.WalInventory;
import java.time.Instant;
import java.util.Set;

/**
 * What a restore is planned from.
 *
 * @param wal of the archive id the backups are of
 * @param damaged backups known to be damaged
 */
public record RestoreFacts(BackupInfo info, WalInventory wal, Set<Label> damaged, Instant now) {
    public RestoreFacts {
        damaged = Set.copyOf(damaged);
    }
}
