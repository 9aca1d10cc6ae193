package io.matriarch.backup.codec;

import java.io.ByteArrayOutputStream;

/** Numbers in as few bytes as they need: 7 bits each, the lowest first, the top bit says more. */
final class Varints {
    private static final int BITS = 7;
    private static final int MASK = 0x7F;
    private static final int MORE = 0x80;

    private Varints() {}

    /** Small numbers of either sign as small ones without. */
    static long zigzag(long value) {
        return value << 1 ^ value >> Long.SIZE - 1;
    }

    static long unzigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }

    static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        void varint(long value) {
            long rest = value;
            while (rest >>> BITS != 0) {
                out.write((int) (rest & MASK) | MORE);
                rest >>>= BITS;
            }
            out.write((int) rest);
        }

        void bytes(byte[] bytes, int offset, int length) {
            out.write(bytes, offset, length);
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }

    static final class Reader {
        private final byte[] bytes;
        private int next;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        long varint() throws DamagedException {
            long value = 0;
            for (int shift = 0; shift < Long.SIZE; shift += BITS) {
                if (next == bytes.length) throw new DamagedException("a number is cut short");
                int part = bytes[next++];
                value |= (long) (part & MASK) << shift;
                if ((part & MORE) == 0) return value;
            }
            throw new DamagedException("a number does not end");
        }

        /** Passes over bytes; returns where they began. */
        int skip(int length) {
            next += length;
            return next - length;
        }

        int remaining() {
            return bytes.length - next;
        }
    }
}
