package io.matriarch.backup.wal.push;

import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.DirectMemory;
import io.matriarch.backup.codec.Packing;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A thread that stores WAL, with what it needs for that. It ends when there is nothing to do for a
 * while, and its memory with it: an archiver that waits costs none.
 */
final class PushWorker extends Thread {
    private static final int IDLE_SECONDS = 20;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Compression compression;
    private final int level;
    private @Nullable Packing packing;
    private @Nullable DirectMemory memory;
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    private PushWorker(Runnable work, Compression compression, int level) {
        super(work, "wal-push-" + NUMBER.incrementAndGet());
        this.compression = compression;
        this.level = level;
        setDaemon(true);
    }

    /**
     * @param threads at most
     */
    static ExecutorService pool(int threads, Compression compression, int level) {
        var pool =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        work -> new PushWorker(work, compression, level));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    static PushWorker current() {
        return (PushWorker) Thread.currentThread();
    }

    Packing packing() {
        if (packing == null) packing = new Packing(compression, level);
        return packing;
    }

    Compression compression() {
        return compression;
    }

    /** Direct, of at least so many bytes, empty; the same one each time. */
    ByteBuffer buffer(int bytes) {
        if (memory == null || buffer.capacity() < bytes) {
            if (memory != null) memory.close();
            memory = new DirectMemory();
            buffer = memory.allocate(bytes);
        }
        return buffer.clear();
    }

    @Override
    public void run() {
        try {
            super.run();
        } finally {
            if (packing != null) packing.close();
            if (memory != null) memory.close();
        }
    }
}
