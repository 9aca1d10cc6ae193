package io.matriarch.api;

/**
 * A position in the write-ahead log: bytes since its start, unsigned 64 bit.
 *
 * @param value bytes; compared unsigned
 * @see <a href="https://www.postgresql.org/docs/current/datatype-pg-lsn.html">pg_lsn</a>
 */
public record Lsn(long value) implements Comparable<Lsn> {

    /** Before any WAL; PostgreSQL's {@code InvalidXLogRecPtr}. */
    public static final Lsn ZERO = new Lsn(0);

    /**
     * Reads PostgreSQL's text form, such as {@code 0/3000060}.
     *
     * @throws IllegalArgumentException if the text is not two hexadecimal numbers of at most 32 bit
     *     with a slash between
     */
    public static Lsn parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1
                || slash > 8
                || text.length() - slash - 1 < 1
                || text.length() - slash - 1 > 8)
            throw new IllegalArgumentException(
                    "not an LSN: \"" + text + "\", expected a form like 0/3000060");
        try {
            long high = Long.parseLong(text, 0, slash, 16);
            long low = Long.parseLong(text, slash + 1, text.length(), 16);
            return new Lsn(high << 32 | low);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "not an LSN: \"" + text + "\", expected a form like 0/3000060", e);
        }
    }

    /** Bytes from {@code other} up to this position; 0 if this is not ahead. */
    public long bytesAheadOf(Lsn other) {
        return isAfter(other) ? value - other.value : 0;
    }

    public boolean isAfter(Lsn other) {
        return compareTo(other) > 0;
    }

    /** The later of the two. */
    public static Lsn max(Lsn a, Lsn b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return "%X/%X".formatted(value >>> 32, value & 0xFFFF_FFFFL);
    }
}
