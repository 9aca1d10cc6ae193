package io.matriarch.storage.api;

import java.time.Instant;

/**
 * A file or a folder.
 *
 * @param path from the repository's root
 * @param size in bytes; 0 for a folder
 * @param modified when it was written; the epoch for a folder of a bucket
 */
public record Entry(String path, Kind kind, long size, Instant modified) {
    /** What it is. */
    public enum Kind {
        FILE,
        FOLDER,
        LINK
    }

    /** The last part of the path. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    public boolean isFile() {
        return kind == Kind.FILE;
    }
}
