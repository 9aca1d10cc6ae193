package io.matriarch.backup.expire.core;

import io.matriarch.backup.format.BackupInfo;
import io.matriarch.backup.format.Label;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a plan is made from.
 *
 * @param info lists what there is
 * @param archiveIds folders of the archive
 * @param pins backups people want kept, with their reason
 * @param damaged backups a verification or a restore drill found damaged, or WAL of theirs missing
 * @param historyManifests labels in {@code backup.history}
 */
public record ExpiryFacts(
        BackupInfo info,
        List<String> archiveIds,
        Map<Label, String> pins,
        Set<Label> damaged,
        Set<Label> historyManifests) {
    public ExpiryFacts {
        archiveIds = List.copyOf(archiveIds);
        pins = Map.copyOf(pins);
        damaged = Set.copyOf(damaged);
        historyManifests = Set.copyOf(historyManifests);
    }
}
