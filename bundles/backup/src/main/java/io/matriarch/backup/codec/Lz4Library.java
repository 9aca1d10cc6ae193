package io.matriarch.backup.codec;

import net.jpountz.lz4.LZ4Factory;
import net.jpountz.xxhash.XXHashFactory;

/**
 * LZ4 as fast as it can be had here. Left to itself the library takes its native part only from the
 * application's class loader, which a bundle's is not.
 */
final class Lz4Library {
    static final LZ4Factory LZ4;
    static final XXHashFactory XXHASH;

    static {
        LZ4Factory lz4;
        XXHashFactory xxhash;
        try {
            lz4 = LZ4Factory.nativeInstance();
            xxhash = XXHashFactory.nativeInstance();
        } catch (LinkageError | AssertionError _) {
            // Another processor, or a folder for temporary files nothing may be run from: slower,
            // and the same bytes.
            lz4 = LZ4Factory.fastestJavaInstance();
            xxhash = XXHashFactory.fastestJavaInstance();
        }
        LZ4 = lz4;
        XXHASH = xxhash;
    }

    private Lz4Library() {}
}
