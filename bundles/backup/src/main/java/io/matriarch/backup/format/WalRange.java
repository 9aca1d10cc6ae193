package io.matriarch.backup.format;

/**
 * Segments from first to last, both counted, on the first one's timeline.
 *
 * @param last not before {@code first}
 */
public record WalRange(WalSegment first, WalSegment last) {
    public WalRange {
        if (first.compareTo(last) > 0)
            throw new IllegalArgumentException("WAL from " + first + " to " + last);
    }

    /** By the names, as stock compares them. */
    public boolean contains(WalSegment segment) {
        return first.compareTo(segment) <= 0 && segment.compareTo(last) <= 0;
    }

    @Override
    public String toString() {
        return first + " to " + last;
    }
}
