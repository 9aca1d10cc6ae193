package io.matriarch.storage.s3;

import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import io.matriarch.storage.api.Upload;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * One file on its way. Up to a part's size it is one request at the commit; beyond, full parts are
 * sent by threads of their own while the next is filled, as many at a time as the storage allows.
 */
final class S3Upload implements Upload {
    private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);

    /** Of S3, and of all that speak like it. */
    private static final int MOST_PARTS = 10_000;

    private static final Duration ABORT_WITHIN = Duration.ofSeconds(15);

    /** What all uploads of a storage share. */
    record Shared(
            S3Client client,
            Attempts attempts,
            Objects objects,
            Writes writes,
            Chunks chunks,
            Semaphore inFlight,
            int partSize) {}

    /** A part, the thread that sends it, and what becomes of it. */
    private record Sending(Thread thread, CompletableFuture<CompletedPart> result) {}

    private final Shared shared;
    private final String path;
    private final String token = UUID.randomUUID().toString();
    private final List<Sending> sent = new ArrayList<>();
    private Part part;
    private @Nullable String uploadId;
    private long position;
    private boolean over;
    private boolean committed;

    S3Upload(Shared shared, String path) {
        this.shared = shared;
        this.path = path;
        part = new Part(shared.chunks(), shared.partSize());
    }

    @Override
    public void write(ByteBuffer bytes) throws StorageException {
        if (over) throw new IllegalStateException(path + " was committed or closed before");
        while (bytes.hasRemaining()) {
            if (part.isFull()) sendPart();
            int before = bytes.position();
            part.fill(bytes);
            position += bytes.position() - before;
        }
    }

    @Override
    public long position() {
        return position;
    }

    private void sendPart() throws StorageException {
        for (var earlier : sent) if (earlier.result().isDone()) completed(earlier);
        if (sent.size() == MOST_PARTS) throw tooLarge();
        String id = uploadId == null ? begin() : uploadId;
        Part full = part;
        int number = sent.size() + 1;
        acquire();
        part = new Part(shared.chunks(), shared.partSize());
        var result = new CompletableFuture<CompletedPart>();
        var thread =
                Thread.ofVirtual().name("s3-part").unstarted(() -> send(id, number, full, result));
        sent.add(new Sending(thread, result));
        thread.start();
    }

    private void acquire() throws StorageException {
        try {
            shared.inFlight().acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw shared.attempts().interrupted("write " + path, e);
        }
    }

    private StorageException tooLarge() {
        return new StorageException(
                Fault.BROKEN,
                "%s is larger than %,d parts of %,d bytes"
                        .formatted(path, MOST_PARTS, shared.partSize()),
                "raise part_size of this repository",
                null);
    }

    private String begin() throws StorageException {
        String id =
                shared.attempts()
                        .call(
                                "begin to write " + path,
                                attempt ->
                                        shared.client()
                                                .createMultipartUpload(
                                                        shared.objects()
                                                                .multipart(path, token)
                                                                .overrideConfiguration(
                                                                        attempt::limit)
                                                                .build())
                                                .uploadId());
        if (id == null) throw shared.writes().notS3("begin to write " + path, "no upload id");
        uploadId = id;
        return id;
    }

    private void send(String id, int number, Part full, CompletableFuture<CompletedPart> result) {
        try {
            result.complete(send(id, number, full));
        } catch (StorageException | RuntimeException | Error e) {
            result.completeExceptionally(e);
        } finally {
            full.giveBack();
            shared.inFlight().release();
        }
    }

    private CompletedPart send(String id, int number, Part full) throws StorageException {
        String md5 = full.md5();
        String etag =
                shared.attempts()
                        .call(
                                "write part " + number + " of " + path,
                                attempt ->
                                        shared.client()
                                                .uploadPart(
                                                        shared.objects()
                                                                .part(path, id, number)
                                                                .contentMD5(md5)
                                                                .overrideConfiguration(
                                                                        attempt::limit)
                                                                .build(),
                                                        full.body())
                                                .eTag());
        if (etag == null) throw shared.writes().notS3("write " + path, "no ETag");
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    @Override
    public void commit() throws StorageException {
        if (over) throw new IllegalStateException(path + " was committed or closed before");
        over = true;
        if (uploadId == null) {
            shared.writes().put(path, part.body(), part.md5());
        } else {
            sendPart();
            complete(uploadId);
        }
        committed = true;
    }

    private void complete(String id) throws StorageException {
        var parts = new ArrayList<CompletedPart>();
        for (var each : sent) parts.add(completed(each));
        shared.attempts()
                .call(
                        "complete " + path,
                        attempt -> {
                            try {
                                return shared.client()
                                        .completeMultipartUpload(request ->
                                                request.bucket(shared.objects().bucket())
                                                        .key(shared.objects().key(path))
                                                        .uploadId(id)
                                                        .multipartUpload(all -> all.parts(parts))
                                                        .overrideConfiguration(attempt::limit))
                                        .eTag();
                            } catch (S3Exception e) {
                                return completedBefore(attempt, e);
                            }
                        });
    }

    /** The upload is gone when an attempt before was carried out and its answer lost. */
    private String completedBefore(Attempts.Attempt attempt, S3Exception refused)
            throws StorageException {
        if (refused.statusCode() == 404
                && attempt.isRepeated()
                && shared.writes().isOurs(path, token)) return token;
        throw refused;
    }

    private CompletedPart completed(Sending each) throws StorageException {
        try {
            return each.result().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw shared.attempts().interrupted("write " + path, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StorageException failed)
                throw new StorageException(
                        failed.fault(), String.valueOf(failed.getMessage()), failed.hint(), failed);
            throw new IllegalStateException("sending " + path, e.getCause());
        }
    }

    @Override
    public void close() {
        over = true;
        part.giveBack();
        if (uploadId == null || committed) return;
        boolean interrupted = Thread.interrupted(); // giving up must succeed all the same
        try {
            for (var each : sent) each.thread().interrupt();
            for (var each : sent) each.thread().join();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        abort(uploadId);
        uploadId = null;
        if (interrupted) Thread.currentThread().interrupt();
    }

    /** A part that still arrives after this is thrown away by the server, or swept later. */
    private void abort(String id) {
        try {
            shared.attempts()
                    .call(
                            "give up " + path,
                            ABORT_WITHIN,
                            attempt -> {
                                try {
                                    return shared.client()
                                            .abortMultipartUpload(request ->
                                                    request.bucket(shared.objects().bucket())
                                                            .key(shared.objects().key(path))
                                                            .uploadId(id)
                                                            .overrideConfiguration(attempt::limit));
                                } catch (S3Exception e) {
                                    if (e.statusCode() == 404) return "gone";
                                    throw e;
                                }
                            });
        } catch (StorageException e) {
            LOG.warn("parts of {} stay until the next sweep: {}", path, e.getMessage());
        }
    }
}
