package io.matriarch.backup.engine.core;

import io.matriarch.backup.codec.BlockSizes;
import io.matriarch.backup.format.StoredCopy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how a file is stored block by block.
 *
 * @param blockSize bytes; 0: the file is stored whole
 * @param checksumSize bytes of each block's checksum in the map
 * @param fromPrior whether the prior backup's map can be compared with
 */
public record BlockChoice(int blockSize, int checksumSize, boolean fromPrior) {
    public static final BlockChoice WHOLE = new BlockChoice(0, 0, false);

    /**
     * A file keeps its block size along a set of backups: the map tells blocks by their number.
     *
     * @param age of its last change when the backup began
     * @param prior how the prior backup stored it; null if it did not
     */
    public static BlockChoice of(long size, Duration age, @Nullable StoredCopy prior) {
        if (prior != null && prior.isBlocks())
            return size >= prior.blockSize()
                    ? new BlockChoice(prior.blockSize(), prior.blockChecksumBytes(), true)
                    : WHOLE;
        int blockSize = BlockSizes.blockSize(size, age);
        return blockSize == 0
                ? WHOLE
                : new BlockChoice(blockSize, BlockSizes.checksumSize(blockSize), false);
    }

    public boolean isWhole() {
        return blockSize == 0;
    }
}
