package io.matriarch.backup.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Decompresses LZ4 blocks that refer to earlier ones, as stock pgBackRest's frames do; the library
 * does not let a match reach before the block's own start.
 *
 * @see <a href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md">LZ4 block format</a>
 */
final class Lz4Blocks {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MIN_MATCH = 4;
    private static final int NIBBLE = 0x0F;
    private static final int BYTE = 0xFF;

    private Lz4Blocks() {}

    /**
     * @param history where the target's valid bytes before {@code to} begin
     * @return bytes written from {@code to} on
     */
    static int decompress(
            byte[] block, int from, int length, byte[] target, int history, int to, int limit)
            throws DamagedException {
        int end = from + length;
        int in = from;
        int out = to;
        try {
            while (true) {
                int token = block[in++] & BYTE;
                int literals = token >>> 4;
                if (literals == NIBBLE) {
                    int more;
                    do {
                        more = block[in++] & BYTE;
                        literals += more;
                    } while (more == BYTE && in < end);
                }
                if (literals < 0 || in + literals > end || out + literals > limit) throw damaged();
                System.arraycopy(block, in, target, out, literals);
                in += literals;
                out += literals;
                if (in == end) return out - to;

                int distance = block[in] & BYTE | (block[in + 1] & BYTE) << Byte.SIZE;
                in += 2;
                int match = (token & NIBBLE) + MIN_MATCH;
                if (match == NIBBLE + MIN_MATCH) {
                    int more;
                    do {
                        more = block[in++] & BYTE;
                        match += more;
                    } while (more == BYTE && in < end);
                }
                if (distance == 0 || out - distance < history || match < 0 || out + match > limit)
                    throw damaged();
                copy(target, out - distance, out, match, limit);
                out += match;
            }
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new DamagedException("an LZ4 block ends too early", e);
        }
    }

    /** May overlap, then it repeats. Writes up to 7 bytes too many where there is room. */
    private static void copy(byte[] target, int from, int to, int length, int limit) {
        int distance = to - from;
        if (distance >= Long.BYTES && to + length + Long.BYTES <= limit) {
            for (int i = 0; i < length; i += Long.BYTES)
                LONG.set(target, to + i, (long) LONG.get(target, from + i));
        } else if (distance >= length) {
            System.arraycopy(target, from, target, to, length);
        } else {
            for (int i = 0; i < length; i++) target[to + i] = target[from + i];
        }
    }

    private static DamagedException damaged() {
        return new DamagedException("an LZ4 block makes no sense");
    }
}
