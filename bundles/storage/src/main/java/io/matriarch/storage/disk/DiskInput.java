package io.matriarch.storage.disk;

import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file or a part of it. */
final class DiskInput extends InputStream {
    private final Path root;
    private final Path file;
    private final FileChannel channel;
    private final boolean whole;
    private long left;

    private DiskInput(Path root, Path file, FileChannel channel, long length) {
        this.root = root;
        this.file = file;
        this.channel = channel;
        left = length;
        whole = length == Long.MAX_VALUE;
    }

    static InputStream open(Path root, Path file, long offset, long length)
            throws StorageException {
        try {
            if (Files.isDirectory(file)) throw new IOException("is a folder");
            FileChannel channel = DirectoryStorage.channel(file);
            channel.position(offset);
            var input = new DiskInput(root, file, channel, length);
            if (!input.whole && channel.size() < offset + length) {
                channel.close();
                throw endsBefore(file, offset + length);
            }
            return input;
        } catch (IOException e) {
            throw DiskFaults.of(root, "cannot read " + file, e);
        }
    }

    private static StorageException endsBefore(Path file, long end) {
        return new StorageException(
                Fault.NOT_FOUND,
                file + " ends before byte " + end,
                "the file was cut short: let verify look at this repository",
                null);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0) return -1;
        if (length == 0) return 0;
        int wanted = (int) Math.min(length, left);
        try {
            int got = channel.read(ByteBuffer.wrap(bytes, offset, wanted));
            if (got > 0) left -= got;
            if (got < 0 && !whole) throw new IOException(endsBefore(file, channel.size() + left));
            return got;
        } catch (IOException e) {
            if (e.getCause() instanceof StorageException) throw e;
            throw new IOException(DiskFaults.of(root, "cannot read " + file, e));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
