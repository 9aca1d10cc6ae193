package io.matriarch.backup.codec;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.StreamingXXHash32;

/** Reads LZ4 frames, blocks linked or not; checks what checksums there are. */
final class Lz4InputStream extends InputStream {
    private static final int MAX_DESCRIPTOR = 14;
    private static final int SMALLEST_BLOCK_CODE = 4;
    private static final int CODE_MASK = 0x07;

    private final InputStream in;
    private final LZ4SafeDecompressor decompressor = Lz4Library.LZ4.safeDecompressor();
    private final StreamingXXHash32 checksum = Lz4Library.XXHASH.newStreamingHash32(0);
    private final ByteBuffer numbers =
            ByteBuffer.allocate(MAX_DESCRIPTOR).order(ByteOrder.LITTLE_ENDIAN);
    private byte[] block = new byte[0];
    private byte[] window = new byte[0];
    private int flags;
    private int maxBlock;
    private int historyStart;
    private int next;
    private int end;
    private State state = State.BEFORE_FRAME;

    private enum State {
        BEFORE_FRAME,
        IN_FRAME,
        END
    }

    Lz4InputStream(InputStream in) throws IOException {
        this.in = in;
        header();
        if (state == State.END) throw new DamagedException("an LZ4 frame is missing");
    }

    @Override
    public int read() throws IOException {
        return fill() ? window[next++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) return 0;
        if (!fill()) return -1;
        int count = Math.min(length, end - next);
        System.arraycopy(window, next, target, offset, count);
        next += count;
        return count;
    }

    /** Whether there is a byte to read. */
    private boolean fill() throws IOException {
        while (next == end && state != State.END) {
            if (state == State.BEFORE_FRAME) header();
            else block();
        }
        return next < end;
    }

    private void header() throws IOException {
        int first = in.read();
        if (first < 0) {
            state = State.END;
            return;
        }
        numbers.clear().put((byte) first);
        require(numbers.array(), 1, Integer.BYTES - 1);
        int magic = numbers.getInt(0);
        if ((magic & Lz4Frame.SKIPPABLE_MASK) == Lz4Frame.SKIPPABLE) {
            in.skipNBytes(Integer.toUnsignedLong(number()));
            return;
        }
        if (magic != Lz4Frame.MAGIC) throw new DamagedException("not an LZ4 frame");
        var descriptor = new byte[MAX_DESCRIPTOR];
        require(descriptor, 0, 2);
        flags = descriptor[0] & 0xFF;
        int code = descriptor[1] >>> SMALLEST_BLOCK_CODE & CODE_MASK;
        if ((flags & Lz4Frame.VERSION_MASK) != Lz4Frame.VERSION
                || (flags & Lz4Frame.DICTIONARY) != 0
                || code < SMALLEST_BLOCK_CODE)
            throw new DamagedException("an LZ4 frame of a kind not known here");
        int length = 2;
        if ((flags & Lz4Frame.CONTENT_SIZE) != 0) {
            require(descriptor, length, Long.BYTES);
            length += Long.BYTES;
        }
        require(numbers.array(), 0, 1);
        if (numbers.get(0) != Lz4Frame.headerChecksum(descriptor, length))
            throw new DamagedException("an LZ4 frame's header does not match its checksum");
        begin(Lz4Frame.WINDOW << 2 * (code - SMALLEST_BLOCK_CODE));
    }

    private void begin(int blockSize) {
        maxBlock = blockSize;
        if (block.length < maxBlock) block = new byte[maxBlock];
        int size = Lz4Frame.WINDOW + maxBlock;
        if (window.length < size) window = new byte[size];
        historyStart = Lz4Frame.WINDOW;
        next = Lz4Frame.WINDOW;
        end = Lz4Frame.WINDOW;
        checksum.reset();
        state = State.IN_FRAME;
    }

    private void block() throws IOException {
        int head = number();
        if (head == 0) {
            if ((flags & Lz4Frame.CONTENT_CHECKSUM) != 0 && number() != checksum.getValue())
                throw new DamagedException("LZ4 content does not match its checksum");
            state = State.BEFORE_FRAME;
            return;
        }
        int length = head & ~Lz4Frame.UNCOMPRESSED;
        if (length > maxBlock) throw new DamagedException("an LZ4 block is larger than allowed");
        boolean linked = (flags & Lz4Frame.INDEPENDENT) == 0;
        if (linked) keepHistory();
        require(block, 0, length);
        int size = decompress(length, head < 0, linked);
        next = Lz4Frame.WINDOW;
        end = Lz4Frame.WINDOW + size;
        if ((flags & Lz4Frame.BLOCK_CHECKSUM) != 0 && number() != Lz4Frame.hash(block, 0, length))
            throw new DamagedException("an LZ4 block does not match its checksum");
        if ((flags & Lz4Frame.CONTENT_CHECKSUM) != 0) checksum.update(window, next, size);
    }

    private int decompress(int length, boolean plain, boolean linked) throws DamagedException {
        int to = Lz4Frame.WINDOW;
        if (plain) {
            System.arraycopy(block, 0, window, to, length);
            return length;
        }
        if (linked)
            return Lz4Blocks.decompress(block, 0, length, window, historyStart, to, to + maxBlock);
        try {
            return decompressor.decompress(block, 0, length, window, to, maxBlock);
        } catch (LZ4Exception e) {
            throw new DamagedException("an LZ4 block makes no sense", e);
        }
    }

    /** Moves the end of what is decompressed in front of where the next block goes. */
    private void keepHistory() {
        int kept = Math.min(Lz4Frame.WINDOW, end - historyStart);
        System.arraycopy(window, end - kept, window, Lz4Frame.WINDOW - kept, kept);
        historyStart = Lz4Frame.WINDOW - kept;
    }

    private int number() throws IOException {
        require(numbers.array(), 0, Integer.BYTES);
        return numbers.getInt(0);
    }

    private void require(byte[] target, int offset, int length) throws IOException {
        if (in.readNBytes(target, offset, length) < length)
            throw new DamagedException("an LZ4 frame is cut short", new EOFException());
    }

    @Override
    public void close() throws IOException {
        checksum.close();
        in.close();
    }
}
