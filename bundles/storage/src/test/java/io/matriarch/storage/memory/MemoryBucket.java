package io.matriarch.storage.memory;

import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import java.time.Instant;
import java.time.InstantSource;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What lies in a storage in memory; outlives the clients that wrote it. Like S3: no folders. */
public final class MemoryBucket {
    record Blob(byte[] content, Instant modified) {}

    private final NavigableMap<String, Blob> blobs = new TreeMap<>();
    private final InstantSource clock;
    private long room = Long.MAX_VALUE;

    public MemoryBucket() {
        this(InstantSource.system());
    }

    public MemoryBucket(InstantSource clock) {
        this.clock = clock;
    }

    /** Bytes it may hold in all; what does not fit is refused as FULL. */
    public synchronized void limitTo(long bytes) {
        room = bytes;
    }

    /** Damages a stored file: all bits of one byte turn. */
    public synchronized void flipByte(String path, int offset) {
        byte[] content = blob(path).content().clone();
        content[offset] ^= (byte) 0xFF;
        blobs.put(path, new Blob(content, blob(path).modified()));
    }

    /** Damages a stored file: only its first bytes stay. */
    public synchronized void truncate(String path, int size) {
        byte[] content = java.util.Arrays.copyOf(blob(path).content(), size);
        blobs.put(path, new Blob(content, blob(path).modified()));
    }

    /** Removes a file behind everybody's back. */
    public synchronized void lose(String path) {
        blob(path);
        blobs.remove(path);
    }

    public synchronized java.util.List<String> paths() {
        return java.util.List.copyOf(blobs.keySet());
    }

    public synchronized byte[] content(String path) {
        return blob(path).content().clone();
    }

    private Blob blob(String path) {
        Blob blob = blobs.get(path);
        if (blob == null) throw new AssertionError("no file " + path + " among " + blobs.keySet());
        return blob;
    }

    synchronized Optional<Blob> find(String path) {
        return Optional.ofNullable(blobs.get(path));
    }

    synchronized NavigableMap<String, Blob> below(String folder) {
        if (folder.isEmpty()) return new TreeMap<>(blobs);
        return new TreeMap<>(blobs.subMap(folder + "/", true, folder + "0", false));
    }

    synchronized void put(String path, byte[] content) throws StorageException {
        refuseOverfull(path, content.length);
        blobs.put(path, new Blob(content.clone(), clock.instant()));
    }

    synchronized boolean putIfAbsent(String path, byte[] content) throws StorageException {
        if (blobs.containsKey(path)) return false;
        put(path, content);
        return true;
    }

    synchronized void remove(String path) {
        blobs.remove(path);
    }

    private void refuseOverfull(String path, int more) throws StorageException {
        long held = blobs.values().stream().mapToLong(each -> each.content().length).sum();
        if (held + more > room)
            throw new StorageException(
                    Fault.FULL, "no room for " + path, "the test limited this bucket", null);
    }
}
