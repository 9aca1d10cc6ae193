package io.matriarch.backup.codec;

import io.matriarch.storage.api.StorageException;
import java.nio.ByteBuffer;

/** Where bytes go next; an {@code Upload::write} is one. */
@FunctionalInterface
public interface Sink {
    /** Takes the buffer's remaining bytes; it is used again afterwards. */
    void write(ByteBuffer bytes) throws StorageException;
}
