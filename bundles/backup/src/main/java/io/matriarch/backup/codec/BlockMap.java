package io.matriarch.backup.codec;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where each block of a file lies, in the file's order. Columns instead of objects: a file of 1 GiB
 * may have 131,072 of them.
 */
public final class BlockMap {
    private final int checksumSize;
    private final int count;
    private final SuperBlock[] superBlocks;
    private final int[] numbers;
    private final byte[] checksums;

    private BlockMap(
            int checksumSize,
            int count,
            SuperBlock[] superBlocks,
            int[] numbers,
            byte[] checksums) {
        this.checksumSize = checksumSize;
        this.count = count;
        this.superBlocks = superBlocks;
        this.numbers = numbers;
        this.checksums = checksums;
    }

    /** How many blocks the file has. */
    public int count() {
        return count;
    }

    /** Bytes of each checksum. */
    public int checksumSize() {
        return checksumSize;
    }

    /** The super block that holds a block. */
    public SuperBlock superBlock(int index) {
        return superBlocks[index];
    }

    /** Which of the super block's blocks it is, from 0. */
    public int number(int index) {
        return numbers[index];
    }

    /** A copy of the block's checksum. */
    public byte[] checksum(int index) {
        return Arrays.copyOfRange(checksums, index * checksumSize, (index + 1) * checksumSize);
    }

    /** Whether the first {@link #checksumSize} bytes of {@code hash} are the block's checksum. */
    public boolean matches(int index, byte[] hash) {
        int start = index * checksumSize;
        return Arrays.equals(checksums, start, start + checksumSize, hash, 0, checksumSize);
    }

    byte[] checksums() {
        return checksums;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BlockMap map
                && checksumSize == map.checksumSize
                && Arrays.equals(superBlocks, map.superBlocks)
                && Arrays.equals(numbers, map.numbers)
                && Arrays.equals(checksums, map.checksums);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(checksums);
    }

    @Override
    public String toString() {
        return "BlockMap[" + count + " blocks]";
    }

    /** Grows block by block. */
    public static final class Builder {
        private static final int FIRST = 16;

        private final int checksumSize;
        private int count;
        private int firstPending;
        private @Nullable SuperBlock[] superBlocks = new SuperBlock[FIRST];
        private int[] numbers = new int[FIRST];
        private byte[] checksums;

        public Builder(int checksumSize) {
            this.checksumSize = checksumSize;
            checksums = new byte[FIRST * checksumSize];
        }

        /** A block of a super block that is known. */
        public void add(SuperBlock superBlock, int number, byte[] checksum, int offset) {
            grow();
            superBlocks[count] = superBlock;
            put(number, checksum, offset);
        }

        /** The block {@code index} of another map, as it stands there. */
        void add(BlockMap prior, int index) {
            add(
                    prior.superBlock(index),
                    prior.number(index),
                    prior.checksums(),
                    index * checksumSize);
        }

        /** A block of the super block {@link #resolve} will tell. */
        void addPending(int number, byte[] checksum) {
            grow();
            superBlocks[count] = null;
            put(number, checksum, 0);
        }

        /** Where all blocks pending lie. */
        void resolve(SuperBlock superBlock) {
            for (int i = firstPending; i < count; i++)
                if (superBlocks[i] == null) superBlocks[i] = superBlock;
            firstPending = count;
        }

        private void put(int number, byte[] checksum, int offset) {
            numbers[count] = number;
            System.arraycopy(checksum, offset, checksums, count * checksumSize, checksumSize);
            count++;
        }

        private void grow() {
            if (count < numbers.length) return;
            int size = count * 2;
            superBlocks = Arrays.copyOf(superBlocks, size);
            numbers = Arrays.copyOf(numbers, size);
            checksums = Arrays.copyOf(checksums, size * checksumSize);
        }

        public BlockMap build() {
            var known = new SuperBlock[count];
            for (int i = 0; i < count; i++) {
                var superBlock = superBlocks[i];
                if (superBlock == null)
                    throw new IllegalStateException("block " + i + " is in no super block");
                known[i] = superBlock;
            }
            return new BlockMap(
                    checksumSize,
                    count,
                    known,
                    Arrays.copyOf(numbers, count),
                    Arrays.copyOf(checksums, count * checksumSize));
        }
    }
}
