package io.matriarch.backup.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.backup.codec.PageReport.Range;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Page checksums")
class PageCheckTest {
    private static final int PAGE = PageChecksum.PAGE;
    private static final int PER_SEGMENT = PageChecksum.PAGES_PER_SEGMENT;

    private final PageCheck check = new PageCheck();

    @Test
    @DisplayName("are PostgreSQL's")
    void vectors() {
        assertThat(PageChecksum.of(words(page(24)), 0)).isEqualTo(25952);
        assertThat(PageChecksum.of(words(page(24)), 7)).isEqualTo(25949);
    }

    @Test
    @DisplayName("of a whole relation are good when each page has that of its own place")
    void good() throws Exception {
        assertThat(check(0, file(5, _ -> 0), 10_000)).isEqualTo(PageReport.GOOD);
        assertThat(check(2, file(5, _ -> 2 * PER_SEGMENT), 3_000)).isEqualTo(PageReport.GOOD);
    }

    @Test
    @DisplayName("pages of zeros are new ones, a page without an upper end but with content is not")
    void newPages() throws Exception {
        var file = new byte[3 * PAGE];
        assertThat(check(0, file, PAGE)).isEqualTo(PageReport.GOOD);
        file[PAGE + 5000] = 1;
        assertThat(check(0, file, PAGE))
                .isEqualTo(new PageReport(false, java.util.List.of(new Range(1, 1))));
    }

    @Test
    @DisplayName("damaged pages are told as ranges, counted over the whole relation")
    void ranges() throws Exception {
        var file = file(12, _ -> PER_SEGMENT);
        for (int page : new int[] {2, 5, 6, 7, 11}) file[page * PAGE + 4000] ^= 1;
        var report = check(1, file, 20_000);
        assertThat(report.valid()).isFalse();
        assertThat(report.damaged())
                .containsExactly(
                        new Range(PER_SEGMENT + 2, PER_SEGMENT + 2),
                        new Range(PER_SEGMENT + 5, PER_SEGMENT + 7),
                        new Range(PER_SEGMENT + 11, PER_SEGMENT + 11));
        assertThat(report.pages()).isEqualTo(5);
    }

    @Test
    @DisplayName("a page that changed since it was read is no error; one that stayed damaged is")
    void changedMeanwhile() throws Exception {
        var asRead = file(4, _ -> 0);
        asRead[PAGE + 100] ^= 1;
        asRead[3 * PAGE + 100] ^= 1;
        var onDisk = asRead.clone();
        onDisk[PAGE + 100] ^= 1;
        check.begin(
                0,
                (offset, _, page) -> {
                    page.put(onDisk, (int) offset, PAGE);
                    return true;
                });
        check.update(ByteBuffer.wrap(asRead));
        assertThat(check.end().damaged()).containsExactly(new Range(3, 3));
    }

    @Test
    @DisplayName("a page that is gone since was truncated away")
    void truncatedMeanwhile() throws Exception {
        var asRead = file(2, _ -> 0);
        asRead[PAGE + 100] ^= 1;
        check.begin(0, (_, _, _) -> false);
        check.update(ByteBuffer.wrap(asRead));
        assertThat(check.end()).isEqualTo(PageReport.GOOD);
    }

    @Test
    @DisplayName("half a page at the end counts as a damaged one, a few bytes make no sense at all")
    void parts() throws Exception {
        var file = file(3, _ -> 0);
        assertThat(check(0, Arrays.copyOf(file, 2 * PAGE + 512), 999).damaged())
                .containsExactly(new Range(2, 2));
        var few = check(0, Arrays.copyOf(file, 2 * PAGE + 511), 999);
        assertThat(few.valid()).isFalse();
        assertThat(few.damaged()).isEmpty();
    }

    private PageReport check(int segment, byte[] file, int piece) throws Exception {
        check.begin(
                segment,
                (offset, _, page) -> {
                    page.put(file, (int) offset, PAGE);
                    return true;
                });
        for (int at = 0; at < file.length; at += piece)
            check.update(ByteBuffer.wrap(file, at, Math.min(piece, file.length - at)));
        return check.end();
    }

    private static byte[] file(int pages, IntUnaryOperator firstBlock) {
        var file = ByteBuffer.allocate(pages * PAGE);
        for (int i = 0; i < pages; i++) {
            var page = page(24 + i);
            int checksum = PageChecksum.of(words(page), firstBlock.applyAsInt(i) + i);
            ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).putShort(8, (short) checksum);
            file.put(page);
        }
        return file.array();
    }

    private static byte[] page(int lower) {
        var page = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
        page.putShort(12, (short) lower).putShort(14, (short) PAGE);
        page.putShort(16, (short) PAGE).putShort(18, (short) 8196);
        return page.array();
    }

    private static int[] words(byte[] page) {
        var words = new int[PageChecksum.WORDS];
        ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
        return words;
    }
}
