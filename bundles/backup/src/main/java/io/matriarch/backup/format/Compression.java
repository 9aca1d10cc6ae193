package io.matriarch.backup.format;

import java.util.Optional;

/** How files of the repository are compressed, and how their names show it. */
public enum Compression {
    NONE("none", ""),
    GZ("gz", ".gz"),
    BZ2("bz2", ".bz2"),
    LZ4("lz4", ".lz4"),
    ZST("zst", ".zst");

    private final String text;
    private final String extension;

    Compression(String text, String extension) {
        this.text = text;
        this.extension = extension;
    }

    /**
     * By {@code option-compress-type}: {@code none}, {@code gz}, {@code bz2}, {@code lz4}, {@code
     * zst}.
     */
    public static Optional<Compression> parse(String text) {
        for (var compression : values())
            if (compression.text.equals(text)) return Optional.of(compression);
        return Optional.empty();
    }

    /** By the end of a name; {@link #NONE} if it has no extension of ours. */
    public static Compression ofName(String name) {
        for (var compression : values())
            if (compression != NONE && name.endsWith(compression.extension)) return compression;
        return NONE;
    }

    /** With its dot; empty for {@link #NONE}. */
    public String extension() {
        return extension;
    }

    @Override
    public String toString() {
        return text;
    }
}
