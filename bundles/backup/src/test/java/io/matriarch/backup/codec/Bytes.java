package io.matriarch.backup.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;

/** Bytes for tests: made, gathered, read from the samples. */
final class Bytes implements Sink {
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();

    @Override
    public void write(ByteBuffer bytes) {
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        gathered.writeBytes(copy);
    }

    byte[] all() {
        return gathered.toByteArray();
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replaceAll("[ |]", ""));
    }

    /** Compressible, never the same twice. */
    static byte[] text(int size, long seed) {
        var random = new Random(seed);
        var bytes = new byte[size];
        for (int i = 0; i < size; i++)
            bytes[i] =
                    i > 1000 && random.nextInt(100) < 80
                            ? bytes[i - 1 - random.nextInt(999)]
                            : (byte) random.nextInt(64);
        return bytes;
    }

    static byte[] resource(String name) {
        try (var in = Bytes.class.getResourceAsStream("/" + name)) {
            if (in == null) throw new AssertionError("no resource " + name);
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hands out at most {@code piece} bytes at a time. */
    static FilePipeline.Content content(byte[] bytes, int piece) {
        var source = ByteBuffer.wrap(bytes);
        return buffer -> {
            if (!source.hasRemaining()) return -1;
            int length = Math.min(piece, Math.min(buffer.remaining(), source.remaining()));
            buffer.put(source.slice(source.position(), length));
            source.position(source.position() + length);
            return length;
        };
    }
}
