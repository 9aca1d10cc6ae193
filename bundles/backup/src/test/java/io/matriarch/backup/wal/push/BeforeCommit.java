package io.matriarch.backup.wal.push;

import io.matriarch.storage.api.Entry;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.Upload;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A storage beside which something happens just before an upload is committed. */
record BeforeCommit(Storage storage, Action action) implements Storage {
    interface Action {
        void run() throws StorageException;
    }

    @Override
    public Upload write(String path) throws StorageException {
        var upload = storage.write(path);
        return new Upload() {
            @Override
            public void write(ByteBuffer bytes) throws StorageException {
                upload.write(bytes);
            }

            @Override
            public long position() {
                return upload.position();
            }

            @Override
            public void commit() throws StorageException {
                action.run();
                upload.commit();
            }

            @Override
            public void close() {
                upload.close();
            }
        };
    }

    @Override
    public String where() {
        return storage.where();
    }

    @Override
    public Optional<Entry> stat(String path) throws StorageException {
        return storage.stat(path);
    }

    @Override
    public List<Entry> list(String folder) throws StorageException {
        return storage.list(folder);
    }

    @Override
    public void walk(String folder, Consumer<Entry> each) throws StorageException {
        storage.walk(folder, each);
    }

    @Override
    public InputStream read(String path) throws StorageException {
        return storage.read(path);
    }

    @Override
    public InputStream read(String path, long offset, long length) throws StorageException {
        return storage.read(path, offset, length);
    }

    @Override
    public void put(String path, byte[] content) throws StorageException {
        storage.put(path, content);
    }

    @Override
    public boolean putIfAbsent(String path, byte[] content) throws StorageException {
        return storage.putIfAbsent(path, content);
    }

    @Override
    public boolean decidesAbsence() throws StorageException {
        return storage.decidesAbsence();
    }

    @Override
    public void delete(Collection<String> paths) throws StorageException {
        storage.delete(paths);
    }

    @Override
    public void deleteTree(String folder) throws StorageException {
        storage.deleteTree(folder);
    }

    @Override
    public int sweep(Instant before) throws StorageException {
        return storage.sweep(before);
    }

    @Override
    public void folder(String path) throws StorageException {
        storage.folder(path);
    }

    @Override
    public void link(String path, String target) throws StorageException {
        storage.link(path, target);
    }

    @Override
    public void close() {
        storage.close();
    }
}
