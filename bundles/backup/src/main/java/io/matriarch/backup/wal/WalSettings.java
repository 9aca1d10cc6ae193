package io.matriarch.backup.wal;

import io.matriarch.backup.codec.Compression;
import java.nio.file.Path;

/**
 * How this node archives and restores WAL.
 *
 * @param member this node's name, for messages
 * @param stanza its cluster's name in the repositories
 * @param dataDirectory of the server beside us; it may not exist yet
 * @param socket where PostgreSQL's commands ask, at most 107 bytes; in a folder that is ours alone
 * @param spool folder of our own for segments fetched ahead. On the file system of {@code pg_wal}
 *     they are moved there, elsewhere copied
 * @param spoolBytes fetched ahead at most; below two segments nothing is
 * @param pushWorkers files stored at the same time, 1 or more
 * @param fetchWorkers files fetched at the same time, 1 or more
 */
public record WalSettings(
        String member,
        String stanza,
        Path dataDirectory,
        Path socket,
        Path spool,
        long spoolBytes,
        Compression compression,
        int level,
        int pushWorkers,
        int fetchWorkers) {
    /** Eight segments of the usual size. */
    public static final long DEFAULT_SPOOL_BYTES = 128L << 20;
}
