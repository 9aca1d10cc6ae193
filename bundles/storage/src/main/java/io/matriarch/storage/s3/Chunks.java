package io.matriarch.storage.s3;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Pieces of memory outside the heap, used again: parts of an upload are large, and would drive the
 * collector of a small heap. What lies unused beyond a limit is left to the collector. It is not
 * counted as direct memory, whose limit others need.
 */
final class Chunks {
    static final int BYTES = 256 << 10;

    private final Deque<ByteBuffer> unused = new ArrayDeque<>();
    private final int keep;

    /**
     * @param keepBytes that may lie unused
     */
    Chunks(long keepBytes) {
        keep = (int) (keepBytes / BYTES);
    }

    ByteBuffer take() {
        synchronized (this) {
            ByteBuffer chunk = unused.pollLast();
            if (chunk != null) return chunk.clear();
        }
        return Arena.ofAuto().allocate(BYTES).asByteBuffer();
    }

    synchronized void giveBack(ByteBuffer chunk) {
        if (unused.size() < keep) unused.addLast(chunk);
    }

    synchronized int lyingUnused() {
        return unused.size();
    }

    synchronized void clear() {
        unused.clear();
    }
}
