package io.matriarch.backup.engine;

import io.matriarch.backup.format.BackupEntry;
import java.util.List;

/**
 * A backup that is complete and listed.
 *
 * @param damagedFiles files with wrong page checksums; names are in the log and the manifest
 * @param warnings what people should know, and what was left out
 */
public record BackupResult(BackupEntry entry, long damagedFiles, List<String> warnings) {
    public BackupResult {
        warnings = List.copyOf(warnings);
    }
}
