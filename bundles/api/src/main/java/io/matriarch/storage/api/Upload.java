package io.matriarch.storage.api;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A file that is being written, by one thread. {@link #close} without {@link #commit} leaves
 * nothing behind, and what was there before as it was.
 */
@ProviderType
public interface Upload extends AutoCloseable {
    /** Takes the buffer's remaining bytes; it may be used again afterwards. */
    void write(ByteBuffer bytes) throws StorageException;

    /** Bytes taken so far. */
    long position();

    /** The file is there, whole and durable, when this returns; at most once. */
    void commit() throws StorageException;

    @Override
    void close();
}
