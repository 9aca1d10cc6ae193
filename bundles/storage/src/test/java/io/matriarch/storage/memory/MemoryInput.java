package io.matriarch.storage.memory;

import io.matriarch.storage.api.StorageException.Fault;
import java.io.IOException;
import java.io.InputStream;

/** A part of a file; breaks where the test wants it. */
final class MemoryInput extends InputStream {
    private final String path;
    private final byte[] content;
    private final int end;
    private int at;
    private long untilBreak;

    MemoryInput(String path, byte[] content, int offset, int length, long untilBreak) {
        this.path = path;
        this.content = content;
        at = offset;
        end = offset + length;
        this.untilBreak = untilBreak;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (at == end) return -1;
        if (length == 0) return 0;
        if (untilBreak == 0)
            throw new IOException(Faults.failure(Fault.UNREACHABLE, Step.READ, path));
        int count = (int) Math.min(Math.min(length, end - at), untilBreak);
        System.arraycopy(content, at, bytes, offset, count);
        at += count;
        untilBreak -= count;
        return count;
    }
}
