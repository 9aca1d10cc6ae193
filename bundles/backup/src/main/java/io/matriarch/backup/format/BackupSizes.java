package io.matriarch.backup.format;

import java.util.OptionalLong;

/**
 * Sums over a backup's files, bytes.
 *
 * @param size of the originals
 * @param sizeDelta the same without files an earlier backup holds
 * @param repoSize as stored
 * @param repoSizeDelta the same without files an earlier backup holds
 * @param repoSizeMap of block maps; only with block incremental
 * @param repoSizeMapDelta the same without files an earlier backup holds
 */
public record BackupSizes(
        long size,
        long sizeDelta,
        long repoSize,
        long repoSizeDelta,
        OptionalLong repoSizeMap,
        OptionalLong repoSizeMapDelta) {

    public BackupSizes {
        if (repoSizeMap.isPresent() != repoSizeMapDelta.isPresent())
            throw new IllegalArgumentException(
                    "backup-info-repo-size-map and backup-info-repo-size-map-delta come together");
    }

    /** Adds up file by file. */
    public static final class Sum {
        private long size;
        private long sizeDelta;
        private long repoSize;
        private long repoSizeDelta;
        private long map;
        private long mapDelta;

        public void add(ManifestFile file) {
            var stored = file.stored();
            long inRepository = stored.repoSize();
            size += file.size();
            repoSize += inRepository;
            map += stored.mapSize();
            if (stored.reference() != null) return;
            sizeDelta += file.size();
            repoSizeDelta += inRepository;
            mapDelta += stored.mapSize();
        }

        /**
         * @param blockIncremental whether the manifest says {@code backup-block-incr}
         */
        public BackupSizes total(boolean blockIncremental) {
            return new BackupSizes(
                    size,
                    sizeDelta,
                    repoSize,
                    repoSizeDelta,
                    blockIncremental ? OptionalLong.of(map) : OptionalLong.empty(),
                    blockIncremental ? OptionalLong.of(mapDelta) : OptionalLong.empty());
        }
    }
}
