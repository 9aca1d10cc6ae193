package io.matriarch.backup.engine.copy;

import io.matriarch.backup.codec.Xxh3;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;

/**
 * A number for a set of files with their sizes, whatever their order: whether what lies in the
 * backup's folder in the end is what was put there, without a list of it. Another program's {@code
 * expire} removes folders it does not know, also those being written.
 */
public final class ObjectSum {
    private final LongAdder sum = new LongAdder();
    private final LongAdder count = new LongAdder();

    public void add(String path, long size) {
        sum.add(hash(path) * (2 * size + 1));
        count.increment();
    }

    public long count() {
        return count.sum();
    }

    /** Whether both saw the same files. */
    public boolean isSame(ObjectSum other) {
        return sum.sum() == other.sum.sum() && count.sum() == other.count.sum();
    }

    /** Of a path; two have the same about never. */
    public static long hash(String path) {
        return ByteBuffer.wrap(Xxh3.hash(path.getBytes(StandardCharsets.UTF_8))).getLong();
    }
}
