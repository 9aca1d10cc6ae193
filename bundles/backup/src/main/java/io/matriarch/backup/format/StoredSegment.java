package io.matriarch.backup.format;

import io.matriarch.backup.codec.Compression;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A segment in the archive: {@code <name>-<SHA-1 of its plain content><extension>}.
 *
 * @param extension of its own file: the compression may change at any time; {@code .xz} of old
 *     repositories is known by name only
 */
public record StoredSegment(WalFile.Segment file, Sha1 checksum, String extension) {
    private static final Pattern NAME =
            Pattern.compile(
                    "([0-9A-F]{24}(?:\\.partial)?)-([0-9a-f]{40})(|\\.gz|\\.lz4|\\.zst|\\.xz|\\.bz2)");

    /** Empty if the name is none of these. */
    public static Optional<StoredSegment> parse(String name) {
        var matcher = NAME.matcher(name);
        if (!matcher.matches()) return Optional.empty();
        return WalFile.parse(matcher.group(1))
                .map(file ->
                        new StoredSegment(
                                (WalFile.Segment) file,
                                Sha1.parse(matcher.group(2)),
                                matcher.group(3)));
    }

    public WalSegment segment() {
        return file.segment();
    }

    /** Empty if it is compressed in a way we cannot read ({@code .xz}). */
    public Optional<Compression> compression() {
        if (extension.isEmpty()) return Optional.of(Compression.NONE);
        var compression = Compression.byName(extension);
        return compression == Compression.NONE ? Optional.empty() : Optional.of(compression);
    }

    public String name() {
        return file.name() + "-" + checksum + extension;
    }
}
