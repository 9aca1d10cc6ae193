package io.matriarch.storage.s3;

import io.matriarch.storage.api.Entry;
import io.matriarch.storage.api.Entry.Kind;
import io.matriarch.storage.api.Location;
import io.matriarch.storage.api.RequestListener;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.Upload;
import io.matriarch.storage.core.Place;
import io.matriarch.storage.core.RepositoryPath;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A bucket, or a prefix of one. */
public final class S3Storage implements Storage {
    private final S3Client client;
    private final Attempts attempts;
    private final Objects objects;
    private final Writes writes;
    private final Listing listing;
    private final Deletion deletion;
    private final Chunks chunks;
    private final S3Upload.Shared shared;
    private volatile boolean bucketSeen;

    /** As {@link #S3Storage(Location.S3, RequestListener)}, and nobody wants to know. */
    public S3Storage(Location.S3 at) throws StorageException {
        this(at, RequestListener.NONE);
    }

    /**
     * @param requests is told of each
     * @throws StorageException the location cannot be used: a CA file that cannot be read
     */
    public S3Storage(Location.S3 at, RequestListener requests) throws StorageException {
        String prefix = at.prefix().replaceAll("^/+|/+$", "");
        RepositoryPath.folder(prefix);
        String server = at.endpoint().map(URI::toString).orElse("Amazon S3");
        client = Clients.of(at, requests);
        attempts =
                new Attempts(
                        new Place(at.bucket(), prefix, server, at.region()),
                        at.transfer().deadline());
        objects = new Objects(at, prefix);
        writes = new Writes(client, attempts, objects);
        listing = new Listing(client, attempts, objects, writes);
        deletion = new Deletion(client, attempts, objects);
        var transfer = at.transfer();
        chunks = new Chunks((transfer.partsInFlight() + 4L) * transfer.partSizeBytes());
        shared =
                new S3Upload.Shared(
                        client,
                        attempts,
                        objects,
                        writes,
                        chunks,
                        new Semaphore(transfer.partsInFlight()),
                        transfer.partSizeBytes());
    }

    @Override
    public String where() {
        return attempts.place().toString();
    }

    /** An answer to HEAD has no body, so that of a refusal is asked for by GET. */
    @Override
    public Optional<Entry> stat(String path) throws StorageException {
        if (path.isEmpty()) return Optional.empty();
        RepositoryPath.file(path);
        try {
            return attempts.call("look at " + path, attempt -> head(path, attempt));
        } catch (StorageException refused) {
            var said = SdkFailures.caused(refused, S3Exception.class);
            if (said == null || said.statusCode() >= 500) throw refused;
            explain(path);
            throw refused;
        }
    }

    private Optional<Entry> head(String path, Attempts.Attempt attempt) throws StorageException {
        var request = objects.head(path).overrideConfiguration(attempt::limit).build();
        try {
            var found = client.headObject(request);
            if (found.contentLength() == null)
                throw writes.notS3("look at " + path, "no Content-Length");
            Instant modified = found.lastModified();
            return Optional.of(
                    new Entry(
                            path,
                            Kind.FILE,
                            found.contentLength(),
                            modified == null ? Instant.EPOCH : modified));
        } catch (S3Exception e) {
            if (e.statusCode() != 404) throw e;
            refuseMissingBucket();
            return Optional.empty();
        }
    }

    /** HEAD says 404 of a missing object and of a missing bucket alike. */
    private void refuseMissingBucket() throws StorageException {
        if (bucketSeen) return;
        attempts.call(
                "list the root",
                attempt ->
                        client.listObjectsV2(request ->
                                request.bucket(objects.bucket())
                                        .prefix(objects.below(""))
                                        .maxKeys(1)
                                        .overrideConfiguration(attempt::limit)));
        bucketSeen = true;
    }

    private void explain(String path) throws StorageException {
        try (InputStream in = read(path)) {
            in.read();
        } catch (IOException e) {
            if (e.getCause() instanceof StorageException told) throw told;
        }
    }

    @Override
    public List<Entry> list(String folder) throws StorageException {
        var entries = listing.children(RepositoryPath.folder(folder));
        entries.sort(Comparator.comparing(Entry::name, RepositoryPath.BYTE_ORDER));
        return entries;
    }

    @Override
    public void walk(String folder, Consumer<Entry> each) throws StorageException {
        listing.filesBelow(RepositoryPath.folder(folder), each);
    }

    @Override
    public InputStream read(String path) throws StorageException {
        return S3Input.whole(client, attempts, objects, RepositoryPath.file(path));
    }

    @Override
    public InputStream read(String path, long offset, long length) throws StorageException {
        if (offset < 0 || length < 1)
            throw new IllegalArgumentException(offset + ", " + length + " is no part of a file");
        RepositoryPath.file(path);
        return S3Input.part(client, attempts, objects, path, offset, length);
    }

    @Override
    public Upload write(String path) throws StorageException {
        return new S3Upload(shared, RepositoryPath.file(path));
    }

    @Override
    public void put(String path, byte[] content) throws StorageException {
        RepositoryPath.file(path);
        var body = software.amazon.awssdk.core.sync.RequestBody.fromBytes(content);
        writes.put(path, body, Writes.md5(content));
    }

    @Override
    public boolean putIfAbsent(String path, byte[] content) throws StorageException {
        RepositoryPath.file(path);
        var decided = writes.putIfAbsent(path, content);
        if (decided.isPresent()) return decided.get();
        if (stat(path).isPresent()) return false;
        put(path, content);
        return true;
    }

    @Override
    public boolean decidesAbsence() throws StorageException {
        return writes.decidesAbsence();
    }

    @Override
    public void delete(Collection<String> paths) throws StorageException {
        for (String path : paths) RepositoryPath.file(path);
        deletion.keys(paths.stream().distinct().map(objects::key).toList());
    }

    @Override
    public void deleteTree(String folder) throws StorageException {
        RepositoryPath.folder(folder);
        listing.pages(
                folder,
                null,
                page -> deletion.keys(page.contents().stream().map(S3Object::key).toList()));
    }

    @Override
    public int sweep(Instant before) throws StorageException {
        var unfinished = listing.unfinished(before);
        for (var upload : unfinished)
            attempts.call(
                    "give up " + objects.path(upload.key()),
                    attempt ->
                            client.abortMultipartUpload(request ->
                                    request.bucket(objects.bucket())
                                            .key(upload.key())
                                            .uploadId(upload.uploadId())
                                            .overrideConfiguration(attempt::limit)));
        return unfinished.size();
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
    public void close() {
        client.close();
        chunks.clear();
    }
}
