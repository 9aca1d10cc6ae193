package io.matriarch.backup.codec;

import java.util.Optional;

/**
 * How a file is stored block by block.
 *
 * @param blockSize bytes, a multiple of {@link BlockSizes#UNIT}; as in the prior backup, if it has
 *     a map
 * @param checksumSize of the map, 1 to {@link Xxh3#SIZE}; as in the prior backup
 * @param superBlockSize bytes of content, a multiple of the block size
 * @param prior blocks that are as there are not stored again
 * @param reference index of this backup in its list of references
 * @param bundle the file will lie in; 0 if on its own
 * @param offset where it will begin
 */
public record BlockPlan(
        int blockSize,
        int checksumSize,
        int superBlockSize,
        Optional<BlockMap> prior,
        int reference,
        long bundle,
        long offset) {
    public BlockPlan {
        if (blockSize < BlockSizes.UNIT || blockSize % BlockSizes.UNIT != 0)
            throw new IllegalArgumentException("block size " + blockSize);
        if (checksumSize < 1 || checksumSize > Xxh3.SIZE)
            throw new IllegalArgumentException("checksum size " + checksumSize);
        if (superBlockSize < blockSize || superBlockSize % blockSize != 0)
            throw new IllegalArgumentException(
                    "super block size " + superBlockSize + " of blocks of " + blockSize);
    }
}
