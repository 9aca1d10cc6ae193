package io.matriarch.backup.engine.copy;

import io.matriarch.backup.codec.Sink;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.Upload;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Begins a file of the repository with its first byte: a file that is unchanged has none. */
final class LazyUpload implements Sink, AutoCloseable {
    private final Storage storage;
    private final String path;
    private @Nullable Upload upload;

    LazyUpload(Storage storage, String path) {
        this.storage = storage;
        this.path = path;
    }

    @Override
    public void write(ByteBuffer bytes) throws StorageException {
        begun().write(bytes);
    }

    private Upload begun() throws StorageException {
        var present = upload;
        if (present == null) {
            present = storage.write(path);
            upload = present;
        }
        return present;
    }

    /** Bytes taken so far. */
    long position() {
        return upload == null ? 0 : upload.position();
    }

    String path() {
        return path;
    }

    /** The file is there when this returns, be it empty. */
    void commit(ObjectSum objects) throws StorageException {
        long size = position();
        begun().commit();
        objects.add(path, size);
    }

    @Override
    public void close() {
        if (upload != null) upload.close();
    }
}
