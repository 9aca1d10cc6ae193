package io.matriarch.backup.repository;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The next so many bytes of a stream, as a stream of its own; closing it leaves the other open. A
 * stream that ends before is damaged.
 */
public final class Slice extends FilterInputStream {
    private long left;

    public Slice(InputStream in, long length) {
        super(in);
        left = length;
    }

    @Override
    public int read() throws IOException {
        if (left == 0) return -1;
        int one = in.read();
        if (one < 0) throw tooShort();
        left--;
        return one;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) return 0;
        if (left == 0) return -1;
        int read = in.read(bytes, offset, (int) Math.min(length, left));
        if (read < 0) throw tooShort();
        left -= read;
        return read;
    }

    private EOFException tooShort() {
        return new EOFException("it ends " + left + " bytes too early");
    }

    @Override
    public long skip(long n) throws IOException {
        long skipped = in.skip(Math.min(n, left));
        left -= skipped;
        return skipped;
    }

    @Override
    public int available() throws IOException {
        return (int) Math.min(in.available(), left);
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** Passes what was not read, so that the other stream stands behind it. */
    public void drain() throws IOException {
        while (left > 0) if (skip(left) == 0) read();
    }

    @Override
    public void close() {}
}
