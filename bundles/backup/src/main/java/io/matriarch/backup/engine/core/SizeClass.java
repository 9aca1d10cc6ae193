package io.matriarch.backup.engine.core;

/**
 * The order files are copied in: the largest first, so that none of them is begun when all others
 * are done and most workers have nothing left. By classes, since sorting needs memory for each
 * file; within one class the manifest's order stays.
 */
public final class SizeClass {
    private static final long MIB = 1 << 20;
    private static final long[] FROM = {512 * MIB, 64 * MIB, 8 * MIB, MIB, 0};

    /** How many there are; the last of all is for files that go into bundles. */
    public static final int COUNT = FROM.length + 1;

    /** Files that go into bundles. */
    public static final int BUNDLED = FROM.length;

    private SizeClass() {}

    /** From 0, the largest, on. */
    public static int of(long size, boolean bundled) {
        if (bundled) return BUNDLED;
        int index = 0;
        while (size < FROM[index]) index++;
        return index;
    }
}
