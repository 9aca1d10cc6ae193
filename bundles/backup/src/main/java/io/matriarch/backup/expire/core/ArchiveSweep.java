package io.matriarch.backup.expire.core;

import io.matriarch.backup.format.WalRange;
import io.matriarch.backup.format.WalSegment;
import java.util.List;
import java.util.Optional;

/**
 * What of one archive id is kept.
 *
 * @param archiveId such as {@code 17-1}
 * @param from all WAL at or after it is kept, by name; empty: nothing of this archive id is
 * @param ranges WAL before it that older backups need to be consistent
 * @param reason for people
 */
public record ArchiveSweep(
        String archiveId, Optional<WalSegment> from, List<WalRange> ranges, String reason) {
    private static final int SEGMENT_LENGTH = 24;
    private static final int FOLDER_LENGTH = 16;
    private static final int TIMELINE_LENGTH = 8;

    public ArchiveSweep {
        ranges = List.copyOf(ranges);
    }

    /** Whether the whole archive id goes. */
    public boolean removesAll() {
        return from.isEmpty();
    }

    /**
     * Whether a folder may hold something that is kept.
     *
     * @param name 16 hexadecimal digits; others are not ours to judge and kept
     */
    public boolean keepsFolder(String name) {
        if (name.length() != FOLDER_LENGTH || !hexadecimal(name, FOLDER_LENGTH)) return true;
        if (from.isEmpty()) return false;
        if (name.compareTo(from.get().folder()) >= 0) return true;
        return ranges.stream()
                .anyMatch(range ->
                        name.compareTo(range.first().folder()) >= 0
                                && name.compareTo(range.last().folder()) <= 0);
    }

    /**
     * Whether a file of such a folder is kept.
     *
     * @param name begins with a segment's; others are not ours to judge and kept
     */
    public boolean keeps(String name) {
        if (name.length() < SEGMENT_LENGTH || !hexadecimal(name, SEGMENT_LENGTH)) return true;
        if (from.isEmpty()) return false;
        var segment = WalSegment.parse(name.substring(0, SEGMENT_LENGTH));
        return segment.compareTo(from.get()) >= 0
                || ranges.stream().anyMatch(range -> range.contains(segment));
    }

    /**
     * Whether a timeline's history is kept: what leads to the WAL that is kept.
     *
     * @param name {@code 0000000A.history}; others are not ours to judge and kept
     */
    public boolean keepsHistory(String name) {
        if (name.length() != TIMELINE_LENGTH + ".history".length()
                || !name.endsWith(".history")
                || !hexadecimal(name, TIMELINE_LENGTH)) return true;
        if (from.isEmpty()) return false;
        int timeline = Integer.parseUnsignedInt(name, 0, TIMELINE_LENGTH, 16);
        return Integer.compareUnsigned(timeline, from.get().timeline()) >= 0
                || ranges.stream().anyMatch(range -> range.first().timeline() == timeline);
    }

    private static boolean hexadecimal(String text, int length) {
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'A' || c > 'F')) return false;
        }
        return true;
    }
}
