package io.matriarch.backup.format;

import org.jspecify.annotations.Nullable;

/**
 * A file of a backup. There may be millions: they are read and written one after another, and kept
 * only where that is bounded.
 *
 * @param name {@code pg_data/…} or {@code pg_tblspc/<oid>/…}, without extensions
 * @param size of the content, bytes
 * @param timestamp when it was last modified, epoch seconds
 * @param checksum of the content; null for an empty file
 * @param pages null if its page checksums were not checked
 * @param scannedSize of the file when it was found; equal to {@code size} but for files that were
 *     copied from a standby
 */
public record ManifestFile(
        String name,
        long size,
        long timestamp,
        @Nullable Sha1 checksum,
        StoredCopy stored,
        @Nullable PageCheck pages,
        Attributes attributes,
        long scannedSize) {

    public ManifestFile {
        if (size < 0 || scannedSize < 0)
            throw new IllegalArgumentException(name + ": size " + size + ", " + scannedSize);
        if (size == 0 && stored.isBundled())
            throw new IllegalArgumentException(name + ": an empty file in a bundle");
    }

    /** A file whose page checksums were not checked, stored by this backup. */
    public static ManifestFile of(
            String name,
            long size,
            long timestamp,
            @Nullable Sha1 checksum,
            StoredCopy stored,
            Attributes attributes) {
        return new ManifestFile(name, size, timestamp, checksum, stored, null, attributes, size);
    }

    /** Whether the file was found with a page checksum that is wrong. */
    public boolean hasPageErrors() {
        return pages != null && !pages.valid();
    }

    /** The same content under today's time and owner, held by an earlier backup. */
    public ManifestFile heldBy(Label holder, long timestamp, Attributes attributes) {
        return new ManifestFile(
                name,
                size,
                timestamp,
                checksum,
                stored.heldBy(holder),
                pages,
                attributes,
                scannedSize);
    }
}
