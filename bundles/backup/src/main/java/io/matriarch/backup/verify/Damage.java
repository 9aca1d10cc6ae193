package io.matriarch.backup.verify;

import io.matriarch.backup.format.Label;
import java.util.Optional;

/**
 * Something in a repository that is not as it should be.
 *
 * @param backup whose it is; empty for WAL
 * @param path in the repository
 * @param name of the file it holds, as the manifest or PostgreSQL calls it
 * @param detail what was expected and what was found
 */
public record Damage(Kind kind, Optional<Label> backup, String path, String name, String detail) {
    /** What is wrong. */
    public enum Kind {
        /** It is not there. */
        MISSING,
        /** It ends too early, or is too long. */
        SIZE,
        /** Its bytes are others. */
        CHECKSUM,
        /** It cannot be decrypted, decompressed or understood. */
        UNREADABLE,
        /** A WAL segment is there twice, with different content. */
        DUPLICATE,
        /** WAL a backup needs to become consistent is not there. */
        WAL_MISSING,
        /** WAL between backups is not there: moments behind it cannot be restored. */
        WAL_HOLE
    }

    @Override
    public String toString() {
        return "%s %s%s (%s): %s"
                .formatted(
                        kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
                        name,
                        backup.map(label -> " of backup " + label).orElse(""),
                        path,
                        detail);
    }
}
