package io.matriarch.backup.codec;

import net.jpountz.xxhash.XXHash32;

/** Numbers of the LZ4 frame format. */
final class Lz4Frame {
    static final int MAGIC = 0x184D2204;
    static final int SKIPPABLE = 0x184D2A50;
    static final int SKIPPABLE_MASK = 0xFFFFFFF0;
    static final int VERSION = 0x40;
    static final int VERSION_MASK = 0xC0;
    static final int INDEPENDENT = 0x20;
    static final int BLOCK_CHECKSUM = 0x10;
    static final int CONTENT_SIZE = 0x08;
    static final int CONTENT_CHECKSUM = 0x04;
    static final int DICTIONARY = 0x01;
    static final byte BLOCKS_OF_256K = 0x50;
    static final int UNCOMPRESSED = 0x80000000;

    /** How far back a match may reach, also into earlier blocks where these are linked. */
    static final int WINDOW = 64 * 1024;

    private static final XXHash32 HASH = Lz4Library.XXHASH.hash32();

    private Lz4Frame() {}

    static byte headerChecksum(byte[] descriptor, int length) {
        return (byte) (HASH.hash(descriptor, 0, length, 0) >>> Byte.SIZE);
    }

    static int hash(byte[] bytes, int offset, int length) {
        return HASH.hash(bytes, offset, length, 0);
    }
}
