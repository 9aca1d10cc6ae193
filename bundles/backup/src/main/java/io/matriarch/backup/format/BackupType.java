package io.matriarch.backup.format;

/** What a backup builds on. */
public enum BackupType {
    /** On nothing. */
    FULL("full", 'F'),
    /** On the last full. */
    DIFFERENTIAL("diff", 'D'),
    /** On the last backup of any type. */
    INCREMENTAL("incr", 'I');

    private final String text;
    private final char letter;

    BackupType(String text, char letter) {
        this.text = text;
        this.letter = letter;
    }

    /**
     * Reads {@code full}, {@code diff} or {@code incr}.
     *
     * @throws IllegalArgumentException if it is none of them
     */
    public static BackupType parse(String text) {
        for (var type : values()) if (type.text.equals(text)) return type;
        throw new IllegalArgumentException(
                "not a type of backup: \"" + text + "\", expected full, diff or incr");
    }

    char letter() {
        return letter;
    }

    /** {@code full}, {@code diff}, {@code incr}. */
    @Override
    public String toString() {
        return text;
    }
}
