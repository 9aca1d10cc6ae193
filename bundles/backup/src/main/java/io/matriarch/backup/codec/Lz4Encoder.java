package io.matriarch.backup.codec;

import io.matriarch.storage.api.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.xxhash.StreamingXXHash32;

/**
 * LZ4 frames of independent blocks of up to 256 KiB; with a checksum of the content in standard
 * form, without in raw.
 *
 * @see <a href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md">LZ4 frame format</a>
 */
final class Lz4Encoder extends Encoder {
    static final int BLOCK = 256 * 1024;
    private static final int FIRST_HIGH_LEVEL = 3;
    private static final int PIECE = 16 * 1024;
    private static final int HEADER = 7;

    private final LZ4Compressor compressor;
    private final StreamingXXHash32 checksum = Lz4Library.XXHASH.newStreamingHash32(0);
    private final byte[] piece = new byte[PIECE];
    private final ByteBuffer waiting;
    private final ByteBuffer output;
    private boolean checked;

    Lz4Encoder(int level, DirectMemory memory) {
        var factory = Lz4Library.LZ4;
        compressor =
                level < FIRST_HIGH_LEVEL ? factory.fastCompressor() : factory.highCompressor(level);
        waiting = memory.allocate(BLOCK);
        output =
                memory.allocate(
                                HEADER
                                        + Integer.BYTES
                                        + compressor.maxCompressedLength(BLOCK)
                                        + 2 * Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    void begin(Form form) {
        checked = form == Form.STANDARD;
        checksum.reset();
        waiting.clear();
        output.clear();
        output.putInt(Lz4Frame.MAGIC);
        var descriptor =
                new byte[] {
                    (byte)
                            (Lz4Frame.VERSION
                                    | Lz4Frame.INDEPENDENT
                                    | (checked ? Lz4Frame.CONTENT_CHECKSUM : 0)),
                    Lz4Frame.BLOCKS_OF_256K
                };
        output.put(descriptor).put(Lz4Frame.headerChecksum(descriptor, descriptor.length));
    }

    @Override
    void write(ByteBuffer content, boolean last, Sink out) throws StorageException {
        if (checked) check(content.duplicate());
        while (content.hasRemaining()) {
            int missing = BLOCK - waiting.position();
            boolean whole = content.remaining() >= missing || last;
            if (waiting.position() == 0 && whole) {
                int length = Math.min(BLOCK, content.remaining());
                block(content, content.position(), length, out);
                content.position(content.position() + length);
                continue;
            }
            int length = Math.min(missing, content.remaining());
            waiting.put(content.slice(content.position(), length));
            content.position(content.position() + length);
            if (!waiting.hasRemaining()) blockOfWaiting(out);
        }
        if (last) end(out);
    }

    private void check(ByteBuffer content) {
        while (content.hasRemaining()) {
            int length = Math.min(piece.length, content.remaining());
            content.get(piece, 0, length);
            checksum.update(piece, 0, length);
        }
    }

    private void blockOfWaiting(Sink out) throws StorageException {
        block(waiting, 0, waiting.position(), out);
        waiting.clear();
    }

    private void block(ByteBuffer content, int offset, int length, Sink out)
            throws StorageException {
        int start = output.position() + Integer.BYTES;
        int compressed =
                compressor.compress(
                        content, offset, length, output, start, output.capacity() - start);
        if (compressed < length) {
            output.putInt(compressed).position(start + compressed);
        } else {
            output.putInt(length | Lz4Frame.UNCOMPRESSED).put(content.slice(offset, length));
        }
        flush(out);
    }

    private void end(Sink out) throws StorageException {
        if (waiting.position() > 0) blockOfWaiting(out);
        output.putInt(0);
        if (checked) output.putInt(checksum.getValue());
        flush(out);
    }

    private void flush(Sink out) throws StorageException {
        out.write(output.flip());
        output.clear();
    }

    @Override
    public void close() {
        checksum.close();
    }
}
