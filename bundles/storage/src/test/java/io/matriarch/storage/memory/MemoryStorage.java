package io.matriarch.storage.memory;

import io.matriarch.storage.api.Entry;
import io.matriarch.storage.api.Entry.Kind;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import io.matriarch.storage.api.Upload;
import io.matriarch.storage.core.RepositoryPath;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A client of a {@link MemoryBucket}, with {@link Faults} of its own. */
public final class MemoryStorage implements Storage {
    private final MemoryBucket bucket;
    private final Faults faults = new Faults();

    public MemoryStorage() {
        this(new MemoryBucket());
    }

    public MemoryStorage(MemoryBucket bucket) {
        this.bucket = bucket;
    }

    public MemoryBucket bucket() {
        return bucket;
    }

    public Faults faults() {
        return faults;
    }

    @Override
    public String where() {
        return "memory";
    }

    @Override
    public Optional<Entry> stat(String path) throws StorageException {
        RepositoryPath.folder(path);
        faults.before(Step.STAT, path);
        return bucket.find(path).map(blob -> entry(path, blob));
    }

    private static Entry entry(String path, MemoryBucket.Blob blob) {
        return new Entry(path, Kind.FILE, blob.content().length, blob.modified());
    }

    @Override
    public List<Entry> list(String folder) throws StorageException {
        RepositoryPath.folder(folder);
        faults.before(Step.LIST, folder);
        var entries = new LinkedHashMap<String, Entry>();
        int skip = folder.isEmpty() ? 0 : folder.length() + 1;
        bucket.below(folder)
                .forEach((path, blob) -> {
                    int end = path.indexOf('/', skip);
                    if (end < 0) entries.put(path, entry(path, blob));
                    else {
                        String sub = path.substring(0, end);
                        entries.put(sub, new Entry(sub, Kind.FOLDER, 0, Instant.EPOCH));
                    }
                });
        return entries.values().stream()
                .sorted(Comparator.comparing(Entry::name, RepositoryPath.BYTE_ORDER))
                .toList();
    }

    @Override
    public void walk(String folder, Consumer<Entry> each) throws StorageException {
        RepositoryPath.folder(folder);
        faults.before(Step.WALK, folder);
        bucket.below(folder).forEach((path, blob) -> each.accept(entry(path, blob)));
    }

    @Override
    public InputStream read(String path) throws StorageException {
        byte[] content = content(path);
        return new MemoryInput(path, content, 0, content.length, faults.readLimit());
    }

    @Override
    public InputStream read(String path, long offset, long length) throws StorageException {
        if (offset < 0 || length < 1)
            throw new IllegalArgumentException(offset + ", " + length + " is no part of a file");
        byte[] content = content(path);
        if (offset + length > content.length)
            throw new StorageException(
                    Fault.NOT_FOUND,
                    path + " ends before byte " + (offset + length),
                    "the file was cut short",
                    null);
        return new MemoryInput(path, content, (int) offset, (int) length, faults.readLimit());
    }

    private byte[] content(String path) throws StorageException {
        RepositoryPath.file(path);
        faults.before(Step.READ, path);
        var blob = bucket.find(path);
        if (blob.isEmpty())
            throw new StorageException(
                    Fault.NOT_FOUND, "there is no file " + path, "the test did not write it", null);
        return blob.get().content();
    }

    @Override
    public Upload write(String path) throws StorageException {
        RepositoryPath.file(path);
        faults.before(Step.BEGIN, path);
        return new MemoryUpload(path);
    }

    private final class MemoryUpload implements Upload {
        private final String path;
        private final ByteArrayOutputStream draft = new ByteArrayOutputStream();
        private boolean over;

        MemoryUpload(String path) {
            this.path = path;
        }

        @Override
        public void write(ByteBuffer bytes) throws StorageException {
            if (over) throw new IllegalStateException(path + " was committed or closed");
            faults.before(Step.APPEND, path);
            var copy = new byte[bytes.remaining()];
            bytes.get(copy);
            draft.writeBytes(copy);
        }

        @Override
        public long position() {
            return draft.size();
        }

        @Override
        public void commit() throws StorageException {
            if (over) throw new IllegalStateException(path + " was committed or closed");
            over = true;
            faults.before(Step.COMMIT, path);
            bucket.put(path, draft.toByteArray());
            faults.after(Step.COMMIT, path);
        }

        @Override
        public void close() {
            over = true;
        }
    }

    @Override
    public void put(String path, byte[] content) throws StorageException {
        RepositoryPath.file(path);
        faults.before(Step.PUT, path);
        bucket.put(path, content);
        faults.after(Step.PUT, path);
    }

    @Override
    public boolean putIfAbsent(String path, byte[] content) throws StorageException {
        RepositoryPath.file(path);
        faults.before(Step.PUT_IF_ABSENT, path);
        boolean done = bucket.putIfAbsent(path, content);
        faults.after(Step.PUT_IF_ABSENT, path);
        return done;
    }

    @Override
    public boolean decidesAbsence() {
        return true;
    }

    @Override
    public void delete(Collection<String> paths) throws StorageException {
        for (String path : paths) {
            RepositoryPath.file(path);
            faults.before(Step.DELETE, path);
            bucket.remove(path);
            faults.after(Step.DELETE, path);
        }
    }

    /** File by file, as on S3: a fault or a kill may leave some. */
    @Override
    public void deleteTree(String folder) throws StorageException {
        RepositoryPath.folder(folder);
        delete(bucket.below(folder).keySet());
    }

    @Override
    public int sweep(Instant before) {
        return 0; // a draft is only in its writer's memory
    }

    @Override
    public void folder(String path) throws StorageException {
        RepositoryPath.folder(path);
    }

    @Override
    public void link(String path, String target) throws StorageException {
        RepositoryPath.file(path);
    }

    @Override
    public void close() {}
}
