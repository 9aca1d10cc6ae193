package io.matriarch.storage.api;

import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Files by path, in a directory or a bucket. Paths are relative to the repository's root, their
 * parts separated by {@code /}, without a leading or trailing one; the empty path is the root. A
 * path with a part {@code .} or {@code ..}, or one that would leave the root over a link, is {@code
 * BROKEN}.
 *
 * <p>Every call retries what may be retried and ends within the deadlines of the {@link Location};
 * interruption ends it early. Calls may come from many threads. A stream's {@code IOException} has
 * a {@link StorageException} as its cause. A missing root is {@code UNREACHABLE}, not an empty
 * repository: the disk may not be mounted. {@link #folder} with the empty path makes it.
 */
@ProviderType
public interface Storage extends AutoCloseable {
    /** For messages: {@code /var/lib/repo}, {@code s3://bucket/prefix}. Holds no secret. */
    String where();

    /** A file, or in a directory also a folder or a link; empty if there is none. */
    Optional<Entry> stat(String path) throws StorageException;

    /** What lies directly in a folder, by name in byte order; empty if there is no such folder. */
    List<Entry> list(String folder) throws StorageException;

    /**
     * Every file below a folder, in no promised order, {@link Entry#path} counted from the root;
     * holds at most a page of them in memory. Links are neither told nor followed.
     */
    void walk(String folder, Consumer<Entry> each) throws StorageException;

    /** The whole file. */
    InputStream read(String path) throws StorageException;

    /**
     * A part of a file.
     *
     * @param offset bytes from its start, 0 or more
     * @param length bytes, 1 or more; a file that ends before is {@code NOT_FOUND}, here or when
     *     its end is met
     */
    InputStream read(String path, long offset, long length) throws StorageException;

    /** Begins a file. Nothing of it is seen before {@link Upload#commit}; folders come by need. */
    Upload write(String path) throws StorageException;

    /** A small file at once, in the place of what may be there. */
    void put(String path, byte[] content) throws StorageException;

    /**
     * A small file, unless there is one already. See {@link #decidesAbsence} for how far to trust
     * it.
     *
     * @return false if there is one, whatever its content; it is as it was
     */
    boolean putIfAbsent(String path, byte[] content) throws StorageException;

    /**
     * Whether of several {@link #putIfAbsent} at once exactly one is told true. False for a server
     * that does not know conditional writes: there it looks first and writes then, so that two
     * callers within a moment may both be told true, and the later's content stays. The first call
     * may ask the server, by writing and removing a file below {@code matriarch/}.
     */
    boolean decidesAbsence() throws StorageException;

    /** Removes files and links, and folders left empty; what is not there is no error. */
    void delete(Collection<String> paths) throws StorageException;

    /** Removes a folder and all below it, links unfollowed; one that is not there is no error. */
    void deleteTree(String folder) throws StorageException;

    /**
     * Removes what interrupted writers left: drafts, unfinished multipart uploads. They are never
     * told by other calls.
     *
     * @param before only what was begun before this instant; leave the longest upload's time
     * @return how many
     */
    int sweep(Instant before) throws StorageException;

    /** A folder that may stay empty. Nothing where folders are only parts of names (S3). */
    void folder(String path) throws StorageException;

    /**
     * A symbolic link, in the place of what link may be there. Nothing where there are none (S3).
     *
     * @param target as it shall stand in the link, relative to the link's folder
     */
    void link(String path, String target) throws StorageException;

    @Override
    void close();
}
