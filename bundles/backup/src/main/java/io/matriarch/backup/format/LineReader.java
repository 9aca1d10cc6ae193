package io.matriarch.backup.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Lines that end with {@code \n}, of any length, one in memory at a time. */
final class LineReader {
    private static final int CHUNK = 64 * 1024;
    private final InputStream in;
    private byte[] buffer = new byte[CHUNK];
    private int from; // of the line
    private int to; // behind the line
    private int next; // of the next line
    private int filled;
    private boolean ended;
    private long number;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** Goes to the next line; false at the end. */
    boolean next() throws IOException {
        from = next;
        int i = from;
        while (true) {
            for (; i < filled; i++) {
                if (buffer[i] != '\n') continue;
                to = i;
                next = i + 1;
                number++;
                return true;
            }
            if (ended) break;
            i -= makeRoom();
            int read = in.read(buffer, filled, buffer.length - filled);
            if (read < 0) ended = true;
            else filled += read;
        }
        to = filled;
        next = filled;
        if (from == to) return false;
        number++;
        return true;
    }

    /** Moves the line to the start, or grows; returns by how much it moved. */
    private int makeRoom() {
        int moved = from;
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, filled - from);
            filled -= from;
            from = 0;
        }
        if (filled == buffer.length) buffer = Arrays.copyOf(buffer, buffer.length * 2);
        return moved;
    }

    boolean isEmpty() {
        return from == to;
    }

    String text() throws CharacterCodingException {
        String text = new String(buffer, from, to - from, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') < 0) return text;
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(buffer, from, to - from))
                .toString();
    }

    /** At most {@code length} bytes of the line. */
    byte[] start(int length) {
        return Arrays.copyOfRange(buffer, from, Math.min(to, from + length));
    }

    /** Of the line, from 1. */
    long number() {
        return number;
    }
}
