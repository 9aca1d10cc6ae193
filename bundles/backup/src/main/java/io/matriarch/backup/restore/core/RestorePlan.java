package io.matriarch.backup.restore.core;

import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.WalSegment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a target is reached; nothing has been touched.
 *
 * @param backup what is restored
 * @param chain it and what it builds on, newest first
 * @param timeline recovery ends on
 * @param firstWal where replay begins; empty for an offline backup that needs none
 * @param lastWal the last segment replay may need
 * @param segments how many that are, at most
 * @param walBytes of them, at most
 * @param bytes to be written, of the backup
 * @param storedBytes to be read, of the backup
 * @param estimate how long it takes, restore and replay
 * @param earliest the earliest instant that can be restored from this repository
 * @param latest the latest instant that can be restored: the newest WAL holds nothing younger
 * @param notes what people should know
 */
public record RestorePlan(
        BackupEntry backup,
        List<Label> chain,
        RestoreTarget target,
        int timeline,
        Optional<WalSegment> firstWal,
        Optional<WalSegment> lastWal,
        long segments,
        long walBytes,
        long bytes,
        long storedBytes,
        Duration estimate,
        Instant earliest,
        Instant latest,
        List<String> notes) {
    public RestorePlan {
        chain = List.copyOf(chain);
        notes = List.copyOf(notes);
    }
}
