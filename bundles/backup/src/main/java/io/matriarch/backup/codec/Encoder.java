package io.matriarch.backup.codec;

import io.matriarch.storage.api.StorageException;
import java.nio.ByteBuffer;

/** Compresses one piece after another; used by one thread at a time. */
abstract class Encoder implements AutoCloseable {
    /** Output is handed on in pieces of about this size. */
    static final int OUTPUT = 256 * 1024;

    /** Begins a piece, whatever became of the one before. */
    abstract void begin(Form form);

    /**
     * Takes all remaining bytes.
     *
     * @param last the piece ends with them. Where the first call is also the last the size is known
     *     from the start, and small pieces become smaller.
     */
    abstract void write(ByteBuffer content, boolean last, Sink out) throws StorageException;

    @Override
    public abstract void close();

    static Encoder of(Compression compression, int level, DirectMemory memory) {
        return switch (compression) {
            case NONE -> new Plain();
            case GZ -> new DeflateEncoder(level, memory);
            case BZ2 -> new Bzip2Encoder(level);
            case LZ4 -> new Lz4Encoder(level, memory);
            case ZST -> new ZstdEncoder(level, memory);
        };
    }

    private static final class Plain extends Encoder {
        @Override
        void begin(Form form) {}

        @Override
        void write(ByteBuffer content, boolean last, Sink out) throws StorageException {
            if (content.hasRemaining()) out.write(content);
        }

        @Override
        public void close() {}
    }
}
