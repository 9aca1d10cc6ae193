package io.matriarch.backup.format;

import java.util.Optional;
import java.util.regex.Pattern;

/** A file PostgreSQL archives, by its name. */
public sealed interface WalFile {
    Pattern HISTORY = Pattern.compile("([0-9A-F]{8})\\.history");
    Pattern BACKUP = Pattern.compile("([0-9A-F]{24})\\.([0-9A-F]{8})\\.backup");

    /** A whole segment, or the partial last one of a timeline that was left ({@code .partial}). */
    record Segment(WalSegment segment, boolean partial) implements WalFile {
        @Override
        public String name() {
            return partial ? segment + ".partial" : segment.toString();
        }

        @Override
        public String folder() {
            return "/" + segment.folder();
        }
    }

    /** Where a timeline came from. */
    record History(int timeline) implements WalFile {
        @Override
        public String name() {
            return "%08X.history".formatted(timeline);
        }

        @Override
        public String folder() {
            return "";
        }
    }

    /** Notes of a base backup that ended; nobody needs them to restore. */
    record BackupHistory(WalSegment segment, String offset) implements WalFile {
        @Override
        public String name() {
            return segment + "." + offset + ".backup";
        }

        @Override
        public String folder() {
            return "/" + segment.folder();
        }
    }

    /** As PostgreSQL says it, {@code %f}. */
    String name();

    /** Below the archive id: empty, or a slash and a name. */
    String folder();

    /** Whether the archive keeps it under a name with its hash, compressed. */
    default boolean hashed() {
        return this instanceof Segment;
    }

    /** Empty if the archive knows no such file. */
    static Optional<WalFile> parse(String name) {
        String stem = name.endsWith(".partial") ? name.substring(0, name.length() - 8) : name;
        if (WalSegment.isName(stem))
            return Optional.of(new Segment(WalSegment.parse(stem), stem.length() < name.length()));
        var history = HISTORY.matcher(name);
        if (history.matches())
            return Optional.of(new History(Integer.parseUnsignedInt(history.group(1), 16)));
        var backup = BACKUP.matcher(name);
        if (backup.matches())
            return Optional.of(
                    new BackupHistory(WalSegment.parse(backup.group(1)), backup.group(2)));
        return Optional.empty();
    }
}
