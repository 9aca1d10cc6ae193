package io.matriarch.backup.format;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/**
 * The name of a backup and of its folder: {@code 20261123-014620F}, {@code
 * 20261123-014620F_20261124-014621I}. The part before {@code _} is the full backup of the set. The
 * order of the text is the order in time, and everything relies on it.
 */
public record Label(String text) implements Comparable<Label> {
    private static final Pattern FORM = Pattern.compile("\\d{8}-\\d{6}F(_\\d{8}-\\d{6}(D|I))?");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
    private static final int TIME_LENGTH = 15;
    private static final int FULL_LENGTH = 16;

    /**
     * @throws IllegalArgumentException if it is no label
     */
    public Label {
        if (!isLabel(text))
            throw new IllegalArgumentException(
                    "not a backup label: \""
                            + text
                            + "\", expected one like 20261123-014620F or"
                            + " 20261123-014620F_20261124-014621I");
    }

    public static boolean isLabel(String text) {
        return FORM.matcher(text).matches();
    }

    /**
     * @param start when the backup begins
     * @param zone the same on all nodes, for ever
     */
    public static Label full(Instant start, ZoneId zone) {
        return new Label(TIME.format(start.atZone(zone)) + BackupType.FULL.letter());
    }

    /** The label of a differential or incremental of this backup's set. */
    public Label dependent(BackupType type, Instant start, ZoneId zone) {
        if (type == BackupType.FULL) throw new IllegalArgumentException("a full depends on none");
        return new Label(full() + "_" + TIME.format(start.atZone(zone)) + type.letter());
    }

    /** The full backup of the set; itself if it is one. */
    public Label full() {
        return isFull() ? this : new Label(text.substring(0, FULL_LENGTH));
    }

    public boolean isFull() {
        return text.length() == FULL_LENGTH;
    }

    public BackupType type() {
        return switch (text.charAt(text.length() - 1)) {
            case 'F' -> BackupType.FULL;
            case 'D' -> BackupType.DIFFERENTIAL;
            default -> BackupType.INCREMENTAL;
        };
    }

    /** When the backup began, in whatever zone its writer lived. */
    public LocalDateTime start() {
        int end = text.length() - 1;
        return LocalDateTime.parse(text.substring(end - TIME_LENGTH, end), TIME);
    }

    /** The year's folder in {@code backup.history}. */
    public String year() {
        int end = text.length() - 1;
        return text.substring(end - TIME_LENGTH, end - TIME_LENGTH + 4);
    }

    @Override
    public int compareTo(Label other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
