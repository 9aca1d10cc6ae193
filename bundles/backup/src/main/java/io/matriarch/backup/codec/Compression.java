package io.matriarch.backup.codec;

import java.util.Optional;

/** How what lies in a repository is compressed. */
public enum Compression {
    NONE("none", "", 0, 0, 0),
    GZ("gz", ".gz", 1, 9, 6),
    BZ2("bz2", ".bz2", 1, 9, 9),
    /** Levels from 3 on are LZ4 HC. */
    LZ4("lz4", ".lz4", 1, 12, 1),
    ZST("zst", ".zst", 1, 22, 3);

    private final String option;
    private final String extension;
    private final int minLevel;
    private final int maxLevel;
    private final int defaultLevel;

    Compression(String option, String extension, int minLevel, int maxLevel, int defaultLevel) {
        this.option = option;
        this.extension = extension;
        this.minLevel = minLevel;
        this.maxLevel = maxLevel;
        this.defaultLevel = defaultLevel;
    }

    /** As manifests and configurations spell it: {@code none gz bz2 lz4 zst}. */
    public String option() {
        return option;
    }

    /** Of files in the repository, with its dot; empty for {@link #NONE}. */
    public String extension() {
        return extension;
    }

    public int minLevel() {
        return minLevel;
    }

    public int maxLevel() {
        return maxLevel;
    }

    public int defaultLevel() {
        return defaultLevel;
    }

    /** By {@link #option}; empty if there is none of that name. */
    public static Optional<Compression> of(String option) {
        for (var compression : values())
            if (compression.option.equals(option)) return Optional.of(compression);
        return Optional.empty();
    }

    /** By the end of a file's name; {@link #NONE} if it has none of our extensions. */
    public static Compression byName(String file) {
        for (var compression : values())
            if (compression != NONE && file.endsWith(compression.extension)) return compression;
        return NONE;
    }
}
