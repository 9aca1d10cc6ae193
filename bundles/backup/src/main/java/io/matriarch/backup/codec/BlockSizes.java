package io.matriarch.backup.codec;

import java.time.Duration;

/** Stock pgBackRest's choice of block sizes; any other would be read as well. */
public final class BlockSizes {
    /** Block sizes are multiples of this. */
    public static final int UNIT = 8192;

    /** Content of a super block of a full backup, rounded up to whole blocks. */
    public static final int SUPER_BLOCK_OF_FULL = 1 << 20;

    /** The same of a differential or incremental one. */
    public static final int SUPER_BLOCK_OF_OTHERS = 256 << 10;

    /** What is written where a map does not say. */
    public static final int DEFAULT_CHECKSUM_SIZE = 6;

    private static final long MIB = 1 << 20;
    private static final long SMALLEST = 16 << 10;
    private static final long[] FROM = {
        SMALLEST, 11 * MIB, 43 * MIB, 96 * MIB, 146 * MIB, 228 * MIB, 329 * MIB, 448 * MIB,
        585 * MIB, 740 * MIB, 914 * MIB
    };
    private static final long[] CHECKSUM_FROM = {
        32 << 10, 128 << 10, 512 << 10, 1 * MIB, 2 * MIB, 4 * MIB
    };
    private static final long WEEK = 7;

    private BlockSizes() {}

    /**
     * Bytes of a block, 0 where blocks do not pay: small files, and those nobody wrote to for long.
     *
     * @param age of the file's last change at the backup's start
     */
    public static int blockSize(long fileSize, Duration age) {
        int step = 0;
        while (step < FROM.length && fileSize >= FROM[step]) step++;
        long weeks = age.toDays() / WEEK;
        if (weeks >= 4) return 0;
        int factor = weeks >= 2 ? 4 : weeks >= 1 ? 2 : 1;
        return step * UNIT * factor;
    }

    /** Bytes of each block's checksum in the map. */
    public static int checksumSize(int blockSize) {
        int size = DEFAULT_CHECKSUM_SIZE;
        for (long from : CHECKSUM_FROM) if (blockSize >= from) size++;
        return size;
    }

    /** {@code wanted} rounded up to whole blocks. */
    public static int superBlockSize(int wanted, int blockSize) {
        return Math.ceilDiv(wanted, blockSize) * blockSize;
    }
}
