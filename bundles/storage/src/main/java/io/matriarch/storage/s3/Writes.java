package io.matriarch.storage.s3;

import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Writes objects that are small enough for one request, with or without condition. */
final class Writes {
    private static final Logger LOG = LoggerFactory.getLogger(Writes.class);
    private static final int PRECONDITION_FAILED = 412;
    private static final int NOT_IMPLEMENTED = 501;

    private final S3Client client;
    private final Attempts attempts;
    private final Objects objects;
    private @Nullable Boolean decidesAbsence;

    Writes(S3Client client, Attempts attempts, Objects objects) {
        this.client = client;
        this.attempts = attempts;
        this.objects = objects;
    }

    void put(String path, RequestBody body, String md5) throws StorageException {
        attempts.call(
                "write " + path,
                attempt -> {
                    var request =
                            objects.put(path)
                                    .contentMD5(md5)
                                    .overrideConfiguration(attempt::limit)
                                    .build();
                    return stored(path, client.putObject(request, body).eTag());
                });
    }

    /** Something that is not S3 may say 200 to everything. */
    private String stored(String path, @Nullable String etag) throws StorageException {
        if (etag == null) throw notS3("write " + path, "no ETag");
        return etag;
    }

    StorageException notS3(String what, String missing) {
        return new StorageException(
                Fault.BROKEN,
                "cannot %s in %s: the answer has %s".formatted(what, attempts.place(), missing),
                "is the endpoint " + attempts.place().server() + " one of S3?",
                null);
    }

    /** Whether the object was made; the server decides. */
    private boolean create(String path, byte[] content) throws StorageException {
        String token = UUID.randomUUID().toString();
        var body = RequestBody.fromBytes(content);
        return attempts.call(
                "write " + path,
                attempt -> {
                    var request =
                            objects.put(path)
                                    .ifNoneMatch("*")
                                    .metadata(Map.of(Objects.TOKEN, token))
                                    .contentMD5(md5(content))
                                    .overrideConfiguration(attempt::limit)
                                    .build();
                    try {
                        stored(path, client.putObject(request, body).eTag());
                        return true;
                    } catch (S3Exception e) {
                        if (e.statusCode() != PRECONDITION_FAILED) throw e;
                        return attempt.isRepeated() && isOurs(path, token);
                    }
                });
    }

    /** Whether an object was written by the request with this token. */
    boolean isOurs(String path, String token) throws StorageException {
        return attempts.call(
                "look at " + path,
                attempt -> {
                    var request = objects.head(path).overrideConfiguration(attempt::limit).build();
                    try {
                        var metadata = client.headObject(request).metadata();
                        return token.equals(metadata.get(Objects.TOKEN));
                    } catch (S3Exception e) {
                        if (e.statusCode() == 404) return false;
                        throw e;
                    }
                });
    }

    /** Empty if the server does not decide conditional writes. */
    java.util.Optional<Boolean> putIfAbsent(String path, byte[] content) throws StorageException {
        if (!decidesAbsence()) return java.util.Optional.empty();
        return java.util.Optional.of(create(path, content));
    }

    synchronized boolean decidesAbsence() throws StorageException {
        if (decidesAbsence == null) {
            decidesAbsence = asked();
            if (!decidesAbsence)
                LOG.warn(
                        "{} does not know conditional writes (If-None-Match): what must be written"
                                + " once only is looked for first, and then written",
                        attempts.place());
        }
        return decidesAbsence;
    }

    /** A server that does not know the condition replaces the object, or refuses the header. */
    private boolean asked() throws StorageException {
        String path = "matriarch/conditional-write-" + UUID.randomUUID();
        byte[] content = {'?'};
        try {
            boolean first = create(path, content);
            return first && !create(path, content);
        } catch (StorageException e) {
            if (refusesHeader(e)) return false;
            throw e;
        } finally {
            remove(path);
        }
    }

    private static boolean refusesHeader(StorageException e) {
        var said = SdkFailures.caused(e, S3Exception.class);
        if (said == null) return false;
        var details = said.awsErrorDetails();
        String code = details == null ? "" : details.errorCode();
        return said.statusCode() == NOT_IMPLEMENTED
                || said.statusCode() == 400
                        && List.of("InvalidArgument", "InvalidRequest", "NotImplemented")
                                .contains(code);
    }

    private void remove(String path) throws StorageException {
        attempts.call(
                "remove " + path,
                attempt ->
                        client.deleteObject(request ->
                                request.bucket(objects.bucket())
                                        .key(objects.key(path))
                                        .overrideConfiguration(attempt::limit)));
    }

    static String md5(byte[] content) {
        try {
            var digest = MessageDigest.getInstance("MD5").digest(content);
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
