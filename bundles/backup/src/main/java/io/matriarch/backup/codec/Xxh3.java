package io.matriarch.backup.codec;

import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;

/** XXH3, 128 bits, seed 0: tells the blocks of a file apart in a block map. */
public final class Xxh3 {
    /** Bytes of a whole hash; block maps keep a beginning of it. */
    public static final int SIZE = 16;

    private static final Hasher128 HASHER = Hashing.xxh3_128();

    private Xxh3() {}

    /**
     * The first {@code length} bytes of the canonical (big-endian) hash.
     *
     * @param length 1 to {@value #SIZE}
     */
    public static void hash(
            byte[] content, int offset, int size, byte[] target, int targetOffset, int length) {
        var hash = HASHER.hashBytesTo128Bits(content, offset, size);
        bytes(hash.getMostSignificantBits(), target, targetOffset, Math.min(length, Long.BYTES));
        if (length > Long.BYTES)
            bytes(
                    hash.getLeastSignificantBits(),
                    target,
                    targetOffset + Long.BYTES,
                    length - Long.BYTES);
    }

    /** All {@value #SIZE} bytes. */
    public static byte[] hash(byte[] content) {
        var hash = HASHER.hashBytesTo128Bits(content);
        return ByteBuffer.allocate(SIZE)
                .putLong(hash.getMostSignificantBits())
                .putLong(hash.getLeastSignificantBits())
                .array();
    }

    private static void bytes(long value, byte[] target, int offset, int count) {
        for (int i = 0; i < count; i++)
            target[offset + i] = (byte) (value >>> (Long.SIZE - Byte.SIZE * (i + 1)));
    }
}
