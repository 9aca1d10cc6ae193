package io.matriarch.backup.codec;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/**
 * Direct buffers of one owner, given back together and at once: those of {@code allocateDirect}
 * would stay until the collector comes by. A buffer must not be used after {@link #close}.
 */
public final class DirectMemory implements AutoCloseable {
    private static final long PAGE = 4096;

    private final Arena arena = Arena.ofShared();

    public ByteBuffer allocate(int bytes) {
        return arena.allocate(bytes, PAGE).asByteBuffer();
    }

    @Override
    public void close() {
        arena.close();
    }
}
