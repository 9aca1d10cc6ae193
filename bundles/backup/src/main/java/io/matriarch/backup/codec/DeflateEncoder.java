package io.matriarch.backup.codec;

import io.matriarch.storage.api.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** gzip; in raw form a zlib stream. */
final class DeflateEncoder extends Encoder {
    // Magic, deflate, no flags, no time, nothing extra, made on Unix.
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    private static final int TRAILER = 8;

    private final Deflater gzip;
    private final Deflater zlib;
    private final CRC32 crc = new CRC32();
    private final ByteBuffer output;
    private Deflater deflater;

    DeflateEncoder(int level, DirectMemory memory) {
        gzip = new Deflater(level, true);
        zlib = new Deflater(level, false);
        deflater = gzip;
        output = memory.allocate(OUTPUT).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    void begin(Form form) {
        deflater = form == Form.STANDARD ? gzip : zlib;
        deflater.reset();
        crc.reset();
        output.clear();
        if (form == Form.STANDARD) output.put(HEADER);
    }

    @Override
    void write(ByteBuffer content, boolean last, Sink out) throws StorageException {
        if (deflater == gzip) {
            int start = content.position();
            crc.update(content);
            content.position(start);
        }
        deflater.setInput(content);
        if (last) deflater.finish();
        while (last ? !deflater.finished() : !deflater.needsInput()) {
            deflater.deflate(output);
            if (!output.hasRemaining()) flush(out);
        }
        if (!last) return;
        if (deflater == gzip) {
            if (output.remaining() < TRAILER) flush(out);
            output.putInt((int) crc.getValue()).putInt((int) deflater.getBytesRead());
        }
        flush(out);
    }

    private void flush(Sink out) throws StorageException {
        if (output.flip().hasRemaining()) out.write(output);
        output.clear();
    }

    @Override
    public void close() {
        gzip.close();
        zlib.close();
    }
}
