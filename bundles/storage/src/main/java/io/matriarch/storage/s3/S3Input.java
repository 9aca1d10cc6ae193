package io.matriarch.storage.s3;

import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object or a part of it. A connection that breaks is opened anew where it broke, on the same
 * version of the object; a server that stops or only drips ends the read at the deadline.
 */
final class S3Input extends InputStream {
    private static final Logger LOG = LoggerFactory.getLogger(S3Input.class);

    /** Draining more than this costs more than a new connection. */
    private static final long DRAIN_BYTES = 64 << 10;

    /** Less than this within a deadline is a server that drips. */
    private static final long LEAST_BYTES = 64 << 10;

    private final S3Client client;
    private final Attempts attempts;
    private final Objects objects;
    private final String path;
    private final long offset;
    private final long length;

    private ResponseInputStream<GetObjectResponse> body;
    private final @Nullable String etag;
    private long done;

    private long silentNanos;
    private long doneBefore;

    private S3Input(
            S3Client client,
            Attempts attempts,
            Objects objects,
            String path,
            long offset,
            long length)
            throws StorageException {
        this.client = client;
        this.attempts = attempts;
        this.objects = objects;
        this.path = path;
        this.offset = offset;
        body = get(offset, length, null);
        Long told = body.response().contentLength();
        if (told == null) throw broken("the answer has no length");
        etag = body.response().eTag();
        this.length = length < 0 ? told : length;
    }

    static S3Input whole(S3Client client, Attempts attempts, Objects objects, String path)
            throws StorageException {
        return new S3Input(client, attempts, objects, path, 0, -1);
    }

    static S3Input part(
            S3Client client,
            Attempts attempts,
            Objects objects,
            String path,
            long offset,
            long length)
            throws StorageException {
        return new S3Input(client, attempts, objects, path, offset, length);
    }

    /**
     * @param wanted negative: to the end
     */
    private ResponseInputStream<GetObjectResponse> get(
            long from, long wanted, @Nullable String sameAs) throws StorageException {
        boolean ranged = from > 0 || wanted >= 0;
        var answer =
                attempts.call(
                        "read " + path,
                        attempt -> {
                            var request = objects.get(path).overrideConfiguration(attempt::limit);
                            if (ranged)
                                request.range(
                                        "bytes=%d-%s"
                                                .formatted(
                                                        from,
                                                        wanted < 0
                                                                ? ""
                                                                : "" + (from + wanted - 1)));
                            if (sameAs != null) request.ifMatch(sameAs);
                            return client.getObject(request.build());
                        });
        if (ranged) refuseOtherRange(answer, from, wanted);
        return answer;
    }

    private void refuseOtherRange(
            ResponseInputStream<GetObjectResponse> answer, long from, long wanted)
            throws StorageException {
        String range = answer.response().contentRange();
        Long told = answer.response().contentLength();
        if (range == null || !range.startsWith("bytes " + from + "-") || told == null) {
            answer.abort();
            throw broken("the server answers a range with '" + range + "'");
        }
        if (wanted >= 0 && told < wanted) {
            answer.abort();
            throw endsBefore(from + wanted);
        }
    }

    private StorageException endsBefore(long end) {
        return new StorageException(
                Fault.NOT_FOUND,
                "%s in %s ends before byte %d".formatted(path, attempts.place(), end),
                "the object was cut short: let verify look at this repository",
                null);
    }

    private StorageException broken(String why) {
        return new StorageException(
                Fault.BROKEN,
                "cannot read %s in %s: %s".formatted(path, attempts.place(), why),
                "is the endpoint " + attempts.place().server() + " one of S3?",
                null);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int at, int count) throws IOException {
        if (count == 0) return 0;
        while (done < length) {
            long begin = System.nanoTime();
            try {
                int got = body.read(bytes, at, (int) Math.min(count, length - done));
                if (got > 0) {
                    done += got;
                    watch(System.nanoTime() - begin, null);
                    return got;
                }
                goOn(begin, new IOException("the connection ended early"));
            } catch (IOException | SdkException e) {
                goOn(begin, e);
            }
        }
        return -1;
    }

    /** Opens the rest anew, if there is time left. */
    private void goOn(long begin, Exception broke) throws IOException {
        if (Thread.currentThread().isInterrupted())
            throw new IOException(attempts.interrupted("read " + path, broke));
        LOG.debug("reading {} broke at byte {}: {}", path, offset + done, broke.toString());
        body.abort();
        try {
            watch(System.nanoTime() - begin, broke);
            long again = System.nanoTime();
            body = get(offset + done, length - done, etag);
            watch(System.nanoTime() - again, broke);
        } catch (StorageException e) {
            e.addSuppressed(broke);
            throw new IOException(changed(e));
        }
    }

    private StorageException changed(StorageException e) {
        if (!(e.getCause() instanceof software.amazon.awssdk.services.s3.model.S3Exception said)
                || said.statusCode() != 412) return e;
        return new StorageException(
                Fault.BROKEN,
                "%s in %s was replaced while it was read".formatted(path, attempts.place()),
                "read it again",
                e);
    }

    /** Counts only time spent waiting for the server, not that between reads. */
    private void watch(long nanos, @Nullable Exception broke) throws IOException {
        silentNanos += nanos;
        if (done - doneBefore >= LEAST_BYTES) {
            doneBefore = done;
            silentNanos = 0;
        }
        Duration deadline = attempts.deadline();
        if (silentNanos < deadline.toNanos() || done == length) return;
        body.abort();
        throw new IOException(
                new StorageException(
                        Fault.UNREACHABLE,
                        "reading %s in %s: %d bytes in %d s, at byte %d of %d"
                                .formatted(
                                        path,
                                        attempts.place(),
                                        done - doneBefore,
                                        deadline.toSeconds(),
                                        offset + done,
                                        offset + length),
                        "look at the load of "
                                + attempts.place().server()
                                + " and at the way there",
                        broke));
    }

    @Override
    public void close() throws IOException {
        if (length - done > DRAIN_BYTES) body.abort();
        else body.close();
    }
}
