package io.matriarch.backup.engine.copy;

import io.matriarch.backup.codec.DirectMemory;
import io.matriarch.backup.codec.Sink;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers a member of a bundle until it is known whether it is needed. Grows to the largest there
 * was, outside of the heap.
 */
final class MemorySink implements Sink, AutoCloseable {
    private @Nullable DirectMemory memory;
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    @Override
    public void write(ByteBuffer more) {
        if (bytes.remaining() < more.remaining()) grow(more.remaining());
        bytes.put(more);
    }

    private void grow(int more) {
        int size = Math.max(bytes.position() + more, 2 * bytes.capacity());
        var larger = new DirectMemory();
        var grown = larger.allocate(size).put(bytes.flip());
        close();
        memory = larger;
        bytes = grown;
    }

    void clear() {
        bytes.clear();
    }

    /** What was written since {@link #clear}; until the next call of anything here. */
    ByteBuffer content() {
        return bytes.flip();
    }

    @Override
    public void close() {
        if (memory != null) memory.close();
        memory = null;
        bytes = ByteBuffer.allocate(0);
    }
}
