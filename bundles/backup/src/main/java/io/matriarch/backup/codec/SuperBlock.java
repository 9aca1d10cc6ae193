package io.matriarch.backup.codec;

/**
 * Blocks compressed and encrypted together.
 *
 * @param reference index, in the backup's list of references, of the backup that holds it
 * @param bundle 0 if the file lies on its own
 * @param offset of its first stored byte, in the bundle or the file
 * @param storedSize bytes, compressed and encrypted
 * @param contentSize bytes of the blocks
 */
public record SuperBlock(
        int reference, long bundle, long offset, long storedSize, long contentSize) {}
