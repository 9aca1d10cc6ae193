package io.matriarch.storage.disk;

import io.matriarch.storage.api.Entry;
import io.matriarch.storage.api.RequestListener;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.Upload;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells of every call; a file written is one, when it is committed or fails. */
public final class CountedStorage implements Storage {
    private static final String STAT = "stat";
    private static final String LIST = "list";
    private static final String READ = "read";
    private static final String WRITE = "write";
    private static final String DELETE = "delete";

    private final Storage storage;
    private final RequestListener requests;
    private final ServerClock clock;

    public CountedStorage(Storage storage, RequestListener requests) {
        this.storage = storage;
        this.requests = requests;
        clock = new ServerClock(storage, requests);
    }

    private interface Call<T> {
        T make() throws StorageException;
    }

    private interface Act {
        void make() throws StorageException;
    }

    private <T> T call(String operation, Call<T> call) throws StorageException {
        long begun = System.nanoTime();
        try {
            T answer = call.make();
            tell(operation, RequestListener.OK, begun);
            return answer;
        } catch (StorageException e) {
            tell(operation, e.fault().name().toLowerCase(Locale.ROOT), begun);
            throw e;
        }
    }

    private void act(String operation, Act act) throws StorageException {
        call(
                operation,
                () -> {
                    act.make();
                    return true;
                });
    }

    private void tell(String operation, String code, long begun) {
        requests.answered(operation, code, Duration.ofNanos(System.nanoTime() - begun));
    }

    @Override
    public String where() {
        return storage.where();
    }

    @Override
    public Optional<Entry> stat(String path) throws StorageException {
        return call(STAT, () -> storage.stat(path));
    }

    @Override
    public List<Entry> list(String folder) throws StorageException {
        return call(LIST, () -> storage.list(folder));
    }

    @Override
    public void walk(String folder, Consumer<Entry> each) throws StorageException {
        act(LIST, () -> storage.walk(folder, each));
    }

    @Override
    public InputStream read(String path) throws StorageException {
        return call(READ, () -> storage.read(path));
    }

    @Override
    public InputStream read(String path, long offset, long length) throws StorageException {
        return call(READ, () -> storage.read(path, offset, length));
    }

    @Override
    public Upload write(String path) throws StorageException {
        long begun = System.nanoTime();
        try {
            return new CountedUpload(path, storage.write(path), begun);
        } catch (StorageException e) {
            tell(WRITE, e.fault().name().toLowerCase(Locale.ROOT), begun);
            throw e;
        }
    }

    private final class CountedUpload implements Upload {
        private final String path;
        private final Upload upload;
        private final long begun;
        private Instant lastWrite = Instant.now();
        private boolean told;

        CountedUpload(String path, Upload upload, long begun) {
            this.path = path;
            this.upload = upload;
            this.begun = begun;
        }

        private void once(String code) {
            if (!told) tell(WRITE, code, begun);
            told = true;
        }

        private void step(Act act) throws StorageException {
            try {
                act.make();
            } catch (StorageException e) {
                once(e.fault().name().toLowerCase(Locale.ROOT));
                throw e;
            }
        }

        @Override
        public void write(ByteBuffer bytes) throws StorageException {
            lastWrite = Instant.now();
            step(() -> upload.write(bytes));
        }

        @Override
        public long position() {
            return upload.position();
        }

        @Override
        public void commit() throws StorageException {
            step(upload::commit);
            once(RequestListener.OK);
            clock.written(path, lastWrite);
        }

        @Override
        public void close() {
            upload.close();
        }
    }

    @Override
    public void put(String path, byte[] content) throws StorageException {
        Instant before = Instant.now();
        act(WRITE, () -> storage.put(path, content));
        clock.written(path, before);
    }

    @Override
    public boolean putIfAbsent(String path, byte[] content) throws StorageException {
        return call(WRITE, () -> storage.putIfAbsent(path, content));
    }

    @Override
    public boolean decidesAbsence() throws StorageException {
        return storage.decidesAbsence();
    }

    @Override
    public void delete(Collection<String> paths) throws StorageException {
        act(DELETE, () -> storage.delete(paths));
    }

    @Override
    public void deleteTree(String folder) throws StorageException {
        act(DELETE, () -> storage.deleteTree(folder));
    }

    @Override
    public int sweep(Instant before) throws StorageException {
        return call(DELETE, () -> storage.sweep(before));
    }

    @Override
    public void folder(String path) throws StorageException {
        act(WRITE, () -> storage.folder(path));
    }

    @Override
    public void link(String path, String target) throws StorageException {
        act(WRITE, () -> storage.link(path, target));
    }

    @Override
    public void close() {
        storage.close();
    }
}
