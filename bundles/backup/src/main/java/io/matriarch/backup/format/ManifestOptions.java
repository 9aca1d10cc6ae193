package io.matriarch.backup.format;

import io.matriarch.backup.codec.Compression;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The section {@code [backup:option]} of a manifest: how the backup was made. Empty: an old
 * manifest that does not tell.
 *
 * @param bufferSize bytes
 * @param compression of files of this backup; the whole set has it alike
 * @param delta content decided what had changed, not time and size
 * @param processMax how many files were copied at once
 */
public record ManifestOptions(
        boolean archiveCheck,
        boolean archiveCopy,
        Optional<Boolean> fromStandby,
        OptionalInt bufferSize,
        Optional<Boolean> checksumPage,
        Compression compression,
        OptionalInt compressLevel,
        OptionalInt compressLevelNetwork,
        Optional<Boolean> delta,
        boolean hardlink,
        boolean online,
        OptionalInt processMax) {

    /** What {@code backup.info} keeps of it. */
    public BackupOptions forInfo() {
        return new BackupOptions(
                archiveCheck,
                archiveCopy,
                fromStandby.orElse(false),
                checksumPage.orElse(false),
                compression != Compression.NONE,
                hardlink,
                online);
    }
}
