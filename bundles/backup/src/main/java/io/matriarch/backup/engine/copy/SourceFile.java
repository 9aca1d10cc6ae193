package io.matriarch.backup.engine.copy;

import io.matriarch.backup.codec.FilePipeline;
import io.matriarch.backup.codec.PageCheck;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** A file of the data directory while it is read. */
final class SourceFile implements FilePipeline.Content, PageCheck.Reread, AutoCloseable {
    private static final long WAIT_MILLIS = 10;

    private final FileChannel channel;
    private final Throttle throttle;
    private final Tally tally;

    SourceFile(Path file, Throttle throttle, Tally tally) throws IOException {
        this.throttle = throttle;
        this.tally = tally;
        channel = FileChannel.open(file, StandardOpenOption.READ);
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        int count = channel.read(buffer);
        if (count <= 0) return count;
        try {
            throttle.passed(count);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        return count;
    }

    @Override
    public boolean read(long offset, int attempt, ByteBuffer page) throws IOException {
        if (attempt > 0 && tally.mayWait()) {
            try {
                TimeUnit.MILLISECONDS.sleep(WAIT_MILLIS << attempt);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }
        for (long at = offset; page.hasRemaining(); ) {
            int count = channel.read(page, at);
            if (count < 0) return false;
            at += count;
        }
        return true;
    }

    /** From the beginning again. */
    void rewind() throws IOException {
        channel.position(0);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
