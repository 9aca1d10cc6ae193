package io.matriarch.backup.wal.core;

import io.matriarch.api.Lsn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;

/**
 * The header of a segment's first page ({@code XLogLongPageHeaderData} of access/xlog_internal.h),
 * little endian as on every platform we run on: magic 2 bytes, flags 2, timeline 4, page address 8,
 * remaining length 4, padding 4, system id 8, segment size 4, page size 4.
 *
 * @param magic {@code XLOG_PAGE_MAGIC}, another one in each major version
 * @param timeline the first page was written on; older than the file's name if that timeline began
 *     within the segment
 * @param pageAddress position of its first byte
 * @param systemId as an unsigned number
 * @param segmentSize bytes
 * @param pageSize bytes
 */
public record SegmentHeader(
        int magic, int timeline, Lsn pageAddress, long systemId, int segmentSize, int pageSize) {
    /** How many bytes of a segment it takes. */
    public static final int LENGTH = 40;

    private static final int SHORT_LENGTH = 24;
    private static final int XLP_LONG_HEADER = 0x0002;

    /** PostgreSQL's major version by {@code XLOG_PAGE_MAGIC}. */
    private static final Map<Integer, Integer> VERSIONS =
            Map.of(
                    0xD101, 12, 0xD106, 13, 0xD10D, 14, 0xD110, 15, 0xD113, 16, 0xD116, 17, 0xD118,
                    18);

    /** Empty if these bytes are no such header. */
    public static Optional<SegmentHeader> parse(ByteBuffer bytes) {
        if (bytes.remaining() < LENGTH) return Optional.empty();
        var in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int at = in.position();
        int magic = Short.toUnsignedInt(in.getShort(at));
        boolean wide = (in.getShort(at + 2) & XLP_LONG_HEADER) != 0;
        if (magic >>> 8 != 0xD1 && magic >>> 8 != 0xD0 || !wide) return Optional.empty();
        return Optional.of(
                new SegmentHeader(
                        magic,
                        in.getInt(at + 4),
                        new Lsn(in.getLong(at + 8)),
                        in.getLong(at + 24),
                        in.getInt(at + 32),
                        in.getInt(at + 36)));
    }

    /** PostgreSQL's major version; empty if we do not know this one. */
    public Optional<Integer> version() {
        return Optional.ofNullable(VERSIONS.get(magic));
    }

    /**
     * Whether PostgreSQL could have been made with such segments: a power of two, 1 MiB to 1 GiB.
     */
    public boolean isSizePlausible() {
        return segmentSize >= 1 << 20 && Integer.bitCount(segmentSize) == 1;
    }

    /**
     * Whether a later page of this segment is what was written there, or blank: behind a forced
     * switch the rest of a segment is zeros. What is left of the file's former life says another
     * address.
     *
     * @param page its first {@code 24} bytes or more
     * @param offset of the page in the segment, bytes
     */
    public boolean holdsPage(ByteBuffer page, long offset) {
        var in = page.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int at = in.position();
        boolean blank = true;
        for (int i = 0; i < SHORT_LENGTH; i++) blank &= in.get(at + i) == 0;
        return blank
                || Short.toUnsignedInt(in.getShort(at)) == magic
                        && in.getLong(at + 8) == pageAddress.value() + offset;
    }
}
