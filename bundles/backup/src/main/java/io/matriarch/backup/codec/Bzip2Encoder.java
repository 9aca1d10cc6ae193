package io.matriarch.backup.codec;

import io.matriarch.storage.api.StorageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * bzip2, to continue repositories that already have it; the same in both forms. Slow, as bzip2 is.
 */
final class Bzip2Encoder extends Encoder {
    private static final int PIECE = 64 * 1024;

    private final int level;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final byte[] piece = new byte[PIECE];
    private @Nullable BZip2CompressorOutputStream compressor;

    Bzip2Encoder(int level) {
        this.level = level;
    }

    @Override
    void begin(Form form) {
        compressor = null;
        output.reset();
    }

    @Override
    void write(ByteBuffer content, boolean last, Sink out) throws StorageException {
        try {
            if (compressor == null) compressor = new BZip2CompressorOutputStream(output, level);
            while (content.hasRemaining()) {
                int length = Math.min(piece.length, content.remaining());
                content.get(piece, 0, length);
                compressor.write(piece, 0, length);
            }
            if (last) {
                compressor.close();
                compressor = null;
            }
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        }
        if (output.size() == 0) return;
        out.write(ByteBuffer.wrap(output.toByteArray()));
        output.reset();
    }

    @Override
    public void close() {}
}
