package io.matriarch.backup.format;

import org.jspecify.annotations.Nullable;

/**
 * Where and how the repository holds a file's bytes.
 *
 * @param reference the backup that really holds them; null: the manifest's own
 * @param repoSize bytes as stored
 * @param checksum of the bytes as stored; null where they are the original's
 * @param bundle number of the bundle they are in, from 1; 0: a file of their own
 * @param offset in that bundle
 * @param blockSize bytes, a multiple of 8192; 0: not eligible for block incremental. A block size
 *     without a map says that the file is stored whole
 * @param blockChecksumBytes of each block's checksum, 6 to 16; 0 without a block size
 * @param mapSize bytes of the block map at the end, as stored; 0: stored whole
 */
public record StoredCopy(
        @Nullable Label reference,
        long repoSize,
        @Nullable Sha1 checksum,
        int bundle,
        long offset,
        int blockSize,
        int blockChecksumBytes,
        long mapSize) {
    /** {@code bi} counts in these. */
    static final int BLOCK_UNIT = 8192;

    /** What {@code bic} is if it is not written. */
    public static final int DEFAULT_BLOCK_CHECKSUM_BYTES = 6;

    public StoredCopy {
        if (blockSize % BLOCK_UNIT != 0 || blockSize < 0)
            throw new IllegalArgumentException("block size " + blockSize);
        if (mapSize > 0 && blockSize == 0)
            throw new IllegalArgumentException("a block map without a block size");
        if (mapSize < 0 || mapSize > repoSize || offset < 0 || bundle < 0)
            throw new IllegalArgumentException(
                    "map of %d in %d bytes at %d of bundle %d"
                            .formatted(mapSize, repoSize, offset, bundle));
    }

    /** A file of its own, or nothing at all for an empty file of a bundled backup. */
    public static StoredCopy standalone(long repoSize, @Nullable Sha1 checksum) {
        return new StoredCopy(null, repoSize, checksum, 0, 0, 0, 0, 0);
    }

    /** A whole file in a bundle. */
    public static StoredCopy bundled(
            int bundle, long offset, long repoSize, @Nullable Sha1 checksum) {
        return new StoredCopy(null, repoSize, checksum, bundle, offset, 0, 0, 0);
    }

    /** In super blocks with a map behind them. */
    public boolean isBlocks() {
        return mapSize > 0;
    }

    public boolean isBundled() {
        return bundle > 0;
    }

    /**
     * The same bytes as a later backup refers to them. References are flat: they name the backup
     * that holds the bytes, never one that refers further.
     *
     * @param holder whose manifest this is from
     */
    public StoredCopy heldBy(Label holder) {
        return reference != null
                ? this
                : new StoredCopy(
                        holder,
                        repoSize,
                        checksum,
                        bundle,
                        offset,
                        blockSize,
                        blockChecksumBytes,
                        mapSize);
    }
}
