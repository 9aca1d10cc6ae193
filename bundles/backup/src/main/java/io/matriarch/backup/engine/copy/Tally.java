package io.matriarch.backup.engine.copy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts what workers did; many may count at once. */
public final class Tally {
    // In a cluster full of damage there is no use in waiting for each page.
    private static final int MAX_WAITS = 200;

    private final AtomicInteger waits = new AtomicInteger();
    private final LongAdder files = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder stored = new LongAdder();
    private final LongAdder damagedFiles = new LongAdder();

    /** A file is done; {@code size} as scanned, so that all sums up to the whole. */
    void file(long size) {
        files.increment();
        bytes.add(size);
    }

    void stored(long count) {
        stored.add(count);
    }

    void damaged() {
        damagedFiles.increment();
    }

    /** Whether to wait before a page whose checksum is wrong is read again. */
    boolean mayWait() {
        return waits.get() < MAX_WAITS && waits.incrementAndGet() <= MAX_WAITS;
    }

    public long files() {
        return files.sum();
    }

    public long bytes() {
        return bytes.sum();
    }

    /** Bytes that went into the repository. */
    public long stored() {
        return stored.sum();
    }

    /** Files with wrong page checksums. */
    public long damagedFiles() {
        return damagedFiles.sum();
    }
}
