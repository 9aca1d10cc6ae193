package io.matriarch.backup.format;

import io.matriarch.api.Lsn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code [backup]} of a manifest: what the backup is and when it was made.
 *
 * @param prior what it builds on; empty for a full
 * @param references labels of the set's chain, oldest first, its own last. Block maps name a backup
 *     by its index here
 * @param archiveStart first WAL segment needed; empty if offline
 * @param archiveStop last one; empty if offline, and until the backup has ended
 * @param lsnStart where replay begins; empty if offline
 * @param lsnStop where it is consistent; empty if offline, and until the backup has ended
 * @param start by the database's clock, whole seconds
 * @param copyStart when files began to be copied: what changed later has a later time
 * @param stop empty until the backup has ended
 * @param bundle small files share bundles
 * @param bundleRaw members of bundles come in raw containers; the whole set has it alike
 * @param blockIncremental big files may come as blocks with a map
 */
public record ManifestBackup(
        Label label,
        BackupType type,
        Optional<Label> prior,
        List<Label> references,
        Optional<WalSegment> archiveStart,
        Optional<WalSegment> archiveStop,
        Optional<Lsn> lsnStart,
        Optional<Lsn> lsnStop,
        Instant start,
        Optional<Instant> copyStart,
        Optional<Instant> stop,
        boolean bundle,
        boolean bundleRaw,
        boolean blockIncremental) {

    public ManifestBackup {
        references = List.copyOf(references);
        if (label.type() != type)
            throw new IllegalArgumentException(label + " is not the label of a " + type);
        if ((type == BackupType.FULL) == prior.isPresent())
            throw new IllegalArgumentException(label + " builds on " + prior);
        if (references.isEmpty() || !references.getLast().equals(label))
            throw new IllegalArgumentException(
                    "backup-reference does not end with %s: %s".formatted(label, references));
    }

    /** The WAL needed; empty if offline, and until the backup has ended. */
    public Optional<WalRange> wal() {
        return archiveStart.flatMap(first -> archiveStop.map(last -> new WalRange(first, last)));
    }

    /** The same, ended. */
    public ManifestBackup ended(
            Optional<WalSegment> archiveStop, Optional<Lsn> lsnStop, Instant stop) {
        return new ManifestBackup(
                label,
                type,
                prior,
                references,
                archiveStart,
                archiveStop,
                lsnStart,
                lsnStop,
                start,
                copyStart,
                Optional.of(stop),
                bundle,
                bundleRaw,
                blockIncremental);
    }
}
