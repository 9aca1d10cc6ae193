package io.matriarch.storage.s3;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;

/** Bytes of one request, in {@link Chunks}; filled by one thread, then sent by another. */
final class Part {
    private static final String TYPE = "application/octet-stream";

    private final Chunks pool;
    private final int limit;
    private final List<ByteBuffer> chunks = new ArrayList<>();
    private int size;

    Part(Chunks pool, int limit) {
        this.pool = pool;
        this.limit = limit;
    }

    /** Takes what fits. */
    void fill(ByteBuffer from) {
        while (from.hasRemaining() && size < limit) {
            ByteBuffer room = room();
            int count = Math.min(Math.min(from.remaining(), room.remaining()), limit - size);
            room.put(from.slice(from.position(), count));
            from.position(from.position() + count);
            size += count;
        }
    }

    private ByteBuffer room() {
        if (chunks.isEmpty() || !chunks.getLast().hasRemaining()) chunks.add(pool.take());
        return chunks.getLast();
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size == limit;
    }

    /** For the header {@code Content-MD5}: servers of every age check it. */
    String md5() {
        try {
            var digest = MessageDigest.getInstance("MD5");
            for (ByteBuffer chunk : chunks) digest.update(chunk.duplicate().flip());
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    /** Can be sent again from its start. */
    RequestBody body() {
        return RequestBody.fromContentProvider(
                () -> new Stream(chunks.stream().map(ByteBuffer::duplicate).toList()), size, TYPE);
    }

    void giveBack() {
        chunks.forEach(pool::giveBack);
        chunks.clear();
        size = 0;
    }

    private static final class Stream extends InputStream {
        private final List<ByteBuffer> buffers;
        private int current;

        Stream(List<ByteBuffer> filled) {
            buffers = filled.stream().map(ByteBuffer::flip).toList();
        }

        private boolean atEnd() {
            while (current < buffers.size() && !buffers.get(current).hasRemaining()) current++;
            return current == buffers.size();
        }

        @Override
        public int read() {
            return atEnd() ? -1 : buffers.get(current).get() & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (length == 0) return 0;
            if (atEnd()) return -1;
            ByteBuffer from = buffers.get(current);
            int count = Math.min(length, from.remaining());
            from.get(bytes, offset, count);
            return count;
        }

        @Override
        public int available() {
            return buffers.stream().mapToInt(ByteBuffer::remaining).sum();
        }
    }
}
