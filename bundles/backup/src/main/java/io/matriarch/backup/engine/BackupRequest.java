package io.matriarch.backup.engine;

import io.matriarch.backup.codec.BundleRule;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.engine.core.Pacing;
import io.matriarch.backup.format.BackupType;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What backup is wanted.
 *
 * @param type a differential or incremental becomes a full where it has nothing to build on
 * @param compression of a full; the others take that of what they build on
 * @param level within {@link Compression#minLevel} and {@link Compression#maxLevel}
 * @param bundles which files share bundles; empty: none
 * @param blocks whether big files are stored block by block; needs bundles, as stock does
 * @param delta whether content decides what changed, and not time and size
 * @param pageChecksums whether they are checked, if the cluster has them; the others take that of
 *     what they build on
 * @param startFast whether PostgreSQL's checkpoint is made at once
 * @param archiveCheck whether the WAL needed must be in the archive before the backup counts
 * @param archiveTimeout how long that may take
 * @param workers files read at once, 1 to 99
 * @param resume whether what an interrupted backup left is used
 * @param excludes paths relative to the data directory; with {@code /} behind: what is in a folder
 * @param annotations what people note
 * @param zone of the time in labels, the same on all nodes
 */
public record BackupRequest(
        BackupType type,
        Compression compression,
        int level,
        Optional<BundleRule> bundles,
        boolean blocks,
        boolean delta,
        boolean pageChecksums,
        boolean startFast,
        boolean archiveCheck,
        Duration archiveTimeout,
        int workers,
        Pacing pacing,
        boolean resume,
        List<String> excludes,
        Map<String, String> annotations,
        ZoneId zone) {
    private static final int MAX_WORKERS = 99;

    public BackupRequest {
        excludes = List.copyOf(excludes);
        annotations = Map.copyOf(annotations);
        if (level < compression.minLevel() || level > compression.maxLevel())
            throw new IllegalArgumentException(
                    "compression level %d: of %s it is %d to %d"
                            .formatted(
                                    level,
                                    compression,
                                    compression.minLevel(),
                                    compression.maxLevel()));
        if (workers < 1 || workers > MAX_WORKERS)
            throw new IllegalArgumentException("workers " + workers + ": 1 to " + MAX_WORKERS);
        if (blocks && bundles.isEmpty())
            throw new IllegalArgumentException("block incremental backups need bundles");
    }
}
