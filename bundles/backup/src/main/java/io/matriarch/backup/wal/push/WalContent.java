package io.matriarch.backup.wal.push;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Packing;
import io.matriarch.backup.format.Sha1;
import io.matriarch.backup.wal.core.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A segment, read for its hash and then for its bytes: its name in the archive begins with the
 * former. Up to a size it is read once and kept, so that what is stored is what was hashed; larger
 * ones are read and hashed twice.
 */
final class WalContent implements AutoCloseable {
    /** Segments are 16 MiB unless somebody chose otherwise at initdb. */
    private static final int KEPT = 32 << 20;

    private static final int PIECE = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer buffer;
    private final boolean kept;
    private final io.matriarch.backup.codec.Sha1 hash = new io.matriarch.backup.codec.Sha1();
    private final long size;
    private final Sha1 checksum;
    private Optional<SegmentHeader> header = Optional.empty();

    private WalContent(Path file, FileChannel channel, PushWorker worker) throws IOException {
        this.file = file;
        this.channel = channel;
        size = channel.size();
        kept = size <= KEPT;
        buffer = worker.buffer(kept ? Math.max(PIECE, (int) size) : PIECE);
        checksum = readThrough();
    }

    static WalContent of(Path file, PushWorker worker) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new WalContent(file, channel, worker);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private Sha1 readThrough() throws IOException {
        for (long at = 0; at < size; ) {
            int from = kept ? (int) at : 0;
            int length = (int) Math.min(PIECE, size - at);
            ByteBuffer piece = read(at, from, length);
            if (at == 0) header = SegmentHeader.parse(piece);
            hash.update(piece.duplicate());
            at += length;
        }
        return Sha1.parse(hash.finish());
    }

    private ByteBuffer read(long at, int from, int length) throws IOException {
        buffer.limit(from + length).position(from);
        while (buffer.hasRemaining())
            if (channel.read(buffer, at + buffer.position() - from) < 0)
                throw new IOException(file + " became shorter while it was read");
        return buffer.position(from);
    }

    long size() {
        return size;
    }

    Sha1 checksum() {
        return checksum;
    }

    Optional<SegmentHeader> header() {
        return header;
    }

    void writeTo(Packing packing) throws IOException, MatriarchException {
        if (kept) {
            packing.write(buffer.limit((int) size).position(0), true);
            return;
        }
        for (long at = 0; at < size; at += PIECE) {
            int length = (int) Math.min(PIECE, size - at);
            ByteBuffer piece = read(at, 0, length);
            hash.update(piece.duplicate());
            packing.write(piece, at + length == size);
        }
        if (!hash.finish().equals(checksum.toString()))
            throw new MatriarchException(
                    Code.ARCHIVE,
                    file + " changed while it was read",
                    "PostgreSQL does not change a segment it has ready; who else does?");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
