package io.matriarch.backup.engine.copy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Lets all workers together read so many bytes per second, and counts them. */
public final class Throttle {
    // What was not read while nobody wanted to may be read later, but not much of it.
    private static final long BURST_NANOS = 200_000_000;

    private final LongAdder count = new LongAdder();
    private volatile long bytesPerSecond;
    private long free = System.nanoTime();

    public Throttle(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    public void limit(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    public long limit() {
        return bytesPerSecond;
    }

    /** Bytes read so far. */
    public long count() {
        return count.sum();
    }

    /** Counts bytes just read, and waits until as many more may be. */
    void passed(int bytes) throws InterruptedException {
        count.add(bytes);
        long rate = bytesPerSecond;
        if (rate == Long.MAX_VALUE) return;
        long wait = reserve(bytes, rate);
        if (wait > 0) TimeUnit.NANOSECONDS.sleep(wait);
    }

    private synchronized long reserve(int bytes, long rate) {
        long now = System.nanoTime();
        if (free - (now - BURST_NANOS) < 0) free = now - BURST_NANOS;
        free += (long) (bytes * 1e9 / rate);
        return free - now;
    }
}
