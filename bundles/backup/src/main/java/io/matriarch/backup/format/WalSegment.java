package io.matriarch.backup.format;

import io.matriarch.api.Lsn;
import java.util.regex.Pattern;

/**
 * The name of a WAL segment: timeline, and its position in two numbers, each eight hexadecimal
 * digits. Which position that is depends on the segment size, 1 MiB to 1 GiB; names do not tell it.
 *
 * @param timeline 1 or more
 * @param high upper 32 bit of the position
 * @param low number of the segment within those 4 GiB
 */
public record WalSegment(int timeline, int high, int low) implements Comparable<WalSegment> {
    /** PostgreSQL's default, bytes. */
    public static final long DEFAULT_SIZE = 16L << 20;

    private static final long MIN_SIZE = 1L << 20;
    private static final long MAX_SIZE = 1L << 30;
    private static final Pattern NAME = Pattern.compile("[0-9A-F]{24}");

    /**
     * @throws IllegalArgumentException if it is not 24 upper-case hexadecimal digits
     */
    public static WalSegment parse(String name) {
        if (!isName(name))
            throw new IllegalArgumentException(
                    "not a WAL segment: \""
                            + name
                            + "\", expected 24 upper-case hexadecimal digits such as"
                            + " 000000010000000000000001");
        return new WalSegment(
                Integer.parseUnsignedInt(name, 0, 8, 16),
                Integer.parseUnsignedInt(name, 8, 16, 16),
                Integer.parseUnsignedInt(name, 16, 24, 16));
    }

    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /**
     * The segment that holds a position; one on the border belongs to the segment that begins
     * there, as {@code pg_walfile_name} says since PostgreSQL 17.
     *
     * @param size of a segment, bytes
     */
    public static WalSegment holding(int timeline, Lsn lsn, long size) {
        checkSize(size);
        long number = Long.divideUnsigned(lsn.value(), size);
        return ofNumber(timeline, number, size);
    }

    /**
     * The segment that ends with the byte before a position: what must be there to replay up to it,
     * and what {@code pg_walfile_name} said before PostgreSQL 17.
     */
    public static WalSegment endingAt(int timeline, Lsn lsn, long size) {
        checkSize(size);
        if (lsn.equals(Lsn.ZERO)) return ofNumber(timeline, 0, size);
        return ofNumber(timeline, Long.divideUnsigned(lsn.value() - 1, size), size);
    }

    private static WalSegment ofNumber(int timeline, long number, long size) {
        long perHigh = perHigh(size);
        return new WalSegment(
                timeline,
                (int) Long.divideUnsigned(number, perHigh),
                (int) Long.remainderUnsigned(number, perHigh));
    }

    /** Its first byte's position. */
    public Lsn start(long size) {
        return new Lsn(number(size) * size);
    }

    /** The position behind its last byte. */
    public Lsn end(long size) {
        return next(size).start(size);
    }

    /** How many segments lie before it on any timeline. */
    public long number(long size) {
        checkSize(size);
        return Integer.toUnsignedLong(high) * perHigh(size) + Integer.toUnsignedLong(low);
    }

    public WalSegment next(long size) {
        return ofNumber(timeline, number(size) + 1, size);
    }

    /**
     * @throws IllegalArgumentException if it is the first of all
     */
    public WalSegment previous(long size) {
        long number = number(size);
        if (number == 0) throw new IllegalArgumentException("nothing before " + this);
        return ofNumber(timeline, number - 1, size);
    }

    /**
     * How many segments there are from this one to {@code last}, both counted; 0 if it is before.
     */
    public long countTo(WalSegment last, long size) {
        return Math.max(0, last.number(size) - number(size) + 1);
    }

    public WalSegment onTimeline(int timeline) {
        return new WalSegment(timeline, high, low);
    }

    /** Its folder in the archive: the first 16 digits. */
    public String folder() {
        return toString().substring(0, 16);
    }

    private static long perHigh(long size) {
        return (1L << 32) / size;
    }

    /**
     * @throws IllegalArgumentException if it is no power of two from 1 MiB to 1 GiB
     */
    public static void checkSize(long size) {
        if (size < MIN_SIZE || size > MAX_SIZE || Long.bitCount(size) != 1)
            throw new IllegalArgumentException(
                    "WAL segment size " + size + ": must be a power of two from 1 MiB to 1 GiB");
    }

    /** By timeline, then position: the order of the names. */
    @Override
    public int compareTo(WalSegment other) {
        int order = Integer.compareUnsigned(timeline, other.timeline);
        if (order == 0) order = Integer.compareUnsigned(high, other.high);
        return order == 0 ? Integer.compareUnsigned(low, other.low) : order;
    }

    /** 24 upper-case hexadecimal digits. */
    @Override
    public String toString() {
        return hex(timeline) + hex(high) + hex(low);
    }

    private static String hex(int value) {
        return java.util.HexFormat.of().withUpperCase().toHexDigits(value);
    }
}
