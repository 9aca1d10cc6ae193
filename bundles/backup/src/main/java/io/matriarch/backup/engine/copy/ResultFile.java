package io.matriarch.backup.engine.copy;

import io.matriarch.backup.format.PageCheck;
import io.matriarch.backup.format.Sha1;
import io.matriarch.backup.format.StoredCopy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of each file, by its number, in a file of ours: workers are done in any order, the
 * manifest wants its own. Records of {@value #RECORD} bytes; damaged pages, of which there are
 * hopefully none, lie in a second file. Many may write; whoever reads all begins anew each time.
 */
public final class ResultFile implements AutoCloseable {
    private static final int RECORD = 104;
    private static final int READ_AHEAD = 512;
    private static final byte PENDING = 0;
    private static final byte STORED = 1;
    private static final byte SAME = 2;
    private static final byte GONE = 3;
    private static final byte NOT_CHECKED = 0;
    private static final byte GOOD = 1;
    private static final byte BAD = 2;
    private static final byte CONTENT = 1;
    private static final byte STORED_BYTES = 2;

    private final FileChannel records;
    private final FileChannel pages;
    private long pagesEnd;

    /**
     * @param folder of ours
     */
    public ResultFile(Path folder) throws IOException {
        records = open(folder.resolve("results"));
        pages = open(folder.resolve("pages"));
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    public void put(long number, Result result) throws IOException {
        var record = ByteBuffer.allocate(RECORD);
        switch (result) {
            case Result.Pending _ -> record.put(PENDING);
            case Result.Same _ -> record.put(SAME);
            case Result.Gone _ -> record.put(GONE);
            case Result.Stored stored -> stored(record, stored);
        }
        synchronized (this) { // else a reader could see half of it
            write(records, record.clear(), number * RECORD);
        }
    }

    private void stored(ByteBuffer record, Result.Stored stored) throws IOException {
        var copy = stored.copy();
        var checksum = stored.checksum();
        var storedChecksum = copy.checksum();
        record.put(STORED);
        record.put(pageByte(stored.pages()));
        record.put(
                (byte)
                        ((checksum == null ? 0 : CONTENT)
                                | (storedChecksum == null ? 0 : STORED_BYTES)));
        record.put((byte) copy.blockChecksumBytes());
        record.putInt(copy.bundle());
        record.putLong(stored.size());
        record.putLong(copy.repoSize());
        record.putLong(copy.offset());
        record.putLong(copy.mapSize());
        record.putInt(copy.blockSize());
        put(record, checksum);
        put(record, storedChecksum);
        record.putLong(stored.pages() == null ? 0 : errors(stored.pages().errors()));
    }

    private static byte pageByte(@Nullable PageCheck pages) {
        return pages == null ? NOT_CHECKED : pages.valid() ? GOOD : BAD;
    }

    private static void put(ByteBuffer record, @Nullable Sha1 sha1) {
        if (sha1 == null) record.position(record.position() + Sha1.BYTES);
        else record.putLong(sha1.first()).putLong(sha1.second()).putInt(sha1.third());
    }

    /** Where they begin in their file, counted from 1; 0: none. */
    private synchronized long errors(List<PageCheck.Range> errors) throws IOException {
        if (errors.isEmpty()) return 0;
        var bytes = ByteBuffer.allocate(Integer.BYTES + errors.size() * 2 * Long.BYTES);
        bytes.putInt(errors.size());
        for (var range : errors) bytes.putLong(range.first()).putLong(range.last());
        long place = pagesEnd;
        pagesEnd += bytes.capacity();
        write(pages, bytes.flip(), place);
        return place + 1;
    }

    private static void write(FileChannel channel, ByteBuffer bytes, long position)
            throws IOException {
        for (long at = position; bytes.hasRemaining(); ) at += channel.write(bytes, at);
    }

    /** From number 0 on. */
    public Reader read() {
        return new Reader();
    }

    /** One result after another; for one thread. */
    public final class Reader {
        private final ByteBuffer ahead = ByteBuffer.allocate(RECORD * READ_AHEAD).limit(0);
        private long next;

        private Reader() {}

        /** Of the next number; {@code Pending} behind the last that was put. */
        public Result next() throws IOException {
            if (ahead.remaining() < RECORD) fill();
            next++;
            if (ahead.remaining() < RECORD) return new Result.Pending();
            int end = ahead.position() + RECORD;
            var result = parse();
            ahead.position(end);
            return result;
        }

        private void fill() throws IOException {
            ahead.clear();
            long at = next * RECORD;
            synchronized (ResultFile.this) {
                while (ahead.hasRemaining()) {
                    int read = records.read(ahead, at);
                    if (read < 0) break;
                    at += read;
                }
            }
            ahead.flip();
        }

        private Result parse() throws IOException {
            return switch (ahead.get()) {
                case STORED -> stored();
                case SAME -> new Result.Same();
                case GONE -> new Result.Gone();
                default -> new Result.Pending();
            };
        }

        private Result stored() throws IOException {
            byte page = ahead.get();
            byte checksums = ahead.get();
            int blockChecksumBytes = ahead.get();
            int bundle = ahead.getInt();
            long size = ahead.getLong();
            long repoSize = ahead.getLong();
            long offset = ahead.getLong();
            long mapSize = ahead.getLong();
            int blockSize = ahead.getInt();
            var content = sha1((checksums & CONTENT) != 0);
            var stored = sha1((checksums & STORED_BYTES) != 0);
            long errors = ahead.getLong();
            return new Result.Stored(
                    size,
                    content,
                    new StoredCopy(
                            null,
                            repoSize,
                            stored,
                            bundle,
                            offset,
                            blockSize,
                            blockChecksumBytes,
                            mapSize),
                    pages(page, errors));
        }

        private @Nullable Sha1 sha1(boolean there) {
            var sha1 = new Sha1(ahead.getLong(), ahead.getLong(), ahead.getInt());
            return there ? sha1 : null;
        }

        private @Nullable PageCheck pages(byte page, long place) throws IOException {
            return switch (page) {
                case GOOD -> PageCheck.VALID;
                case BAD ->
                        place == 0 ? PageCheck.MISALIGNED : new PageCheck(false, errors(place - 1));
                default -> null;
            };
        }

        private List<PageCheck.Range> errors(long place) throws IOException {
            int count = bytes(place, Integer.BYTES).getInt();
            var bytes = bytes(place + Integer.BYTES, count * 2 * Long.BYTES);
            var errors = new ArrayList<PageCheck.Range>();
            for (int i = 0; i < count; i++)
                errors.add(new PageCheck.Range(bytes.getLong(), bytes.getLong()));
            return errors;
        }

        private ByteBuffer bytes(long place, int length) throws IOException {
            var bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining())
                if (pages.read(bytes, place + bytes.position()) < 0)
                    throw new IOException("our own list of damaged pages ends too early");
            return bytes.flip();
        }
    }

    @Override
    public void close() throws IOException {
        records.close();
        pages.close();
    }
}
