package io.matriarch.backup.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Checks the pages of one file after another while its bytes pass. */
public final class PageCheck {
    /** How often a page whose checksum is wrong is read again. */
    public static final int ATTEMPTS = 3;

    private static final int PAGE = PageChecksum.PAGE;
    private static final int SMALLEST_PART = 512;
    private static final int UPPER_WORD = 3;
    private static final int UPPER_SHIFT = 16;

    private final int[] words = new int[PageChecksum.WORDS];
    private final int[] again = new int[PageChecksum.WORDS];
    private final ByteBuffer carried = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer reread = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
    private final List<PageReport.Range> damaged = new ArrayList<>();
    private Reread source = (_, _, _) -> false;
    private long firstBlock;
    private long page;

    /** Reads a page from the file again. */
    @FunctionalInterface
    public interface Reread {
        /**
         * Fills the buffer.
         *
         * @param offset in the file
         * @param attempt 0 to {@value #ATTEMPTS} - 1; before a later one some time should pass, in
         *     which whoever writes just now gets done
         * @return false if the file ends before
         */
        boolean read(long offset, int attempt, ByteBuffer page) throws IOException;
    }

    /**
     * Begins a file.
     *
     * @param segment of the relation, 0 for the first GiB
     * @param source a page whose bytes changed since is no error: whoever changed it wrote WAL
     */
    public void begin(int segment, Reread source) {
        this.source = source;
        firstBlock = (long) segment * PageChecksum.PAGES_PER_SEGMENT;
        page = 0;
        carried.clear();
        damaged.clear();
    }

    /** Takes all remaining bytes. */
    public void update(ByteBuffer bytes) throws IOException {
        while (carried.position() > 0 && bytes.hasRemaining()) {
            int length = Math.min(carried.remaining(), bytes.remaining());
            carry(bytes, length);
            if (carried.hasRemaining()) return;
            check(carried, 0);
            carried.clear();
        }
        var pages = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int position = bytes.position();
        for (; bytes.limit() - position >= PAGE; position += PAGE) check(pages, position);
        bytes.position(position);
        carry(bytes, bytes.remaining());
    }

    private void carry(ByteBuffer bytes, int length) {
        carried.put(bytes.slice(bytes.position(), length));
        bytes.position(bytes.position() + length);
    }

    /** The file ends here. */
    public PageReport end() {
        int part = carried.position();
        if (part >= SMALLEST_PART) damaged(firstBlock + page);
        boolean misaligned = part > 0 && part < SMALLEST_PART;
        if (misaligned) damaged.clear();
        return misaligned || !damaged.isEmpty() ? new PageReport(false, damaged) : PageReport.GOOD;
    }

    private void check(ByteBuffer bytes, int position) throws IOException {
        bytes.slice(position, PAGE).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
        long block = firstBlock + page;
        if (!good(words, block) && !changed(page * PAGE)) damaged(block);
        page++;
    }

    private static boolean good(int[] page, long block) {
        boolean isNew = page[UPPER_WORD] >>> UPPER_SHIFT == 0;
        return isNew
                ? allZero(page)
                : PageChecksum.stored(page) == PageChecksum.of(page, (int) block);
    }

    private static boolean allZero(int[] page) {
        for (int word : page) if (word != 0) return false;
        return true;
    }

    private boolean changed(long offset) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            reread.clear();
            if (!source.read(offset, attempt, reread)) return true; // truncated meanwhile
            reread.flip().asIntBuffer().get(again);
            if (!Arrays.equals(words, again)) return true;
        }
        return false;
    }

    private void damaged(long block) {
        if (!damaged.isEmpty() && damaged.getLast().last() == block - 1)
            damaged.add(new PageReport.Range(damaged.removeLast().first(), block));
        else damaged.add(new PageReport.Range(block, block));
    }
}
