package io.matriarch.storage.s3;

import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.core.Answer;
import io.matriarch.storage.core.Backoff;
import io.matriarch.storage.core.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Removes objects, many with each request where the server can. */
final class Deletion {
    private static final Logger LOG = LoggerFactory.getLogger(Deletion.class);

    /** Of S3. */
    private static final int BATCH = 1000;

    private final S3Client client;
    private final Attempts attempts;
    private final Objects objects;
    private volatile boolean oneByOne;

    Deletion(S3Client client, Attempts attempts, Objects objects) {
        this.client = client;
        this.attempts = attempts;
        this.objects = objects;
    }

    void keys(List<String> keys) throws StorageException {
        for (int at = 0; at < keys.size(); at += BATCH)
            batch(keys.subList(at, Math.min(at + BATCH, keys.size())));
    }

    private void batch(List<String> keys) throws StorageException {
        if (keys.size() == 1 || oneByOne) {
            for (String key : keys) one(key);
            return;
        }
        try {
            untilDone(keys);
        } catch (StorageException e) {
            if (!isUnknown(e)) throw e;
            for (String key : keys) one(key);
            oneByOne = true; // it could, so it was the batch that the server does not know
            LOG.info("{} does not remove many objects at once: one by one", attempts.place());
        }
    }

    /** Or it refuses the checksum the SDK insists on here, beside Content-MD5. */
    private static boolean isUnknown(StorageException e) {
        var said = SdkFailures.caused(e, S3Exception.class);
        if (said == null) return false;
        int status = said.statusCode();
        return status == 400 || status == 405 || status == 501;
    }

    /**
     * The answer tells of each object for itself; those it could not remove now are asked again.
     */
    private void untilDone(List<String> keys) throws StorageException {
        var left = keys;
        long end = System.nanoTime() + attempts.deadline().toNanos();
        for (int number = 1; ; number++) {
            var errors = remove(left);
            if (errors.isEmpty()) return;
            Duration pause = Backoff.after(number, ThreadLocalRandom.current().nextDouble());
            refuseWhatWillNotChange(errors, System.nanoTime() + pause.toNanos() > end);
            left = errors.stream().map(S3Error::key).toList();
            pause(pause);
        }
    }

    private List<S3Error> remove(List<String> keys) throws StorageException {
        var identifiers = new ArrayList<ObjectIdentifier>();
        for (String key : keys) identifiers.add(ObjectIdentifier.builder().key(key).build());
        return attempts.call(
                "remove " + keys.size() + " objects",
                attempt ->
                        client
                                .deleteObjects(request ->
                                        request.bucket(objects.bucket())
                                                .delete(what ->
                                                        what.objects(identifiers).quiet(true))
                                                .overrideConfiguration(attempt::limit))
                                .errors()
                                .stream()
                                .filter(error -> !"NoSuchKey".equals(error.code()))
                                .toList());
    }

    private void refuseWhatWillNotChange(List<S3Error> errors, boolean late)
            throws StorageException {
        for (S3Error error : errors) {
            String code = error.code() == null ? "" : error.code();
            String text = error.message() == null ? "" : error.message();
            // a status that fits codes we do not know: most are refusals
            int status = code.equals("InternalError") ? 500 : 403;
            var answer = new Answer(status, code, text, Optional.empty());
            Verdict verdict = Verdict.of(answer, attempts.place());
            if (verdict.again() && !late) continue;
            throw new StorageException(
                    verdict.fault(),
                    "cannot remove %s in %s: %s %s"
                            .formatted(objects.path(error.key()), attempts.place(), code, text),
                    verdict.hint(),
                    null);
        }
    }

    private void pause(Duration pause) throws StorageException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw attempts.interrupted("remove objects", e);
        }
    }

    private void one(String key) throws StorageException {
        attempts.call(
                "remove " + objects.path(key),
                attempt -> {
                    try {
                        return client.deleteObject(request ->
                                request.bucket(objects.bucket())
                                        .key(key)
                                        .overrideConfiguration(attempt::limit));
                    } catch (S3Exception e) {
                        var details = e.awsErrorDetails();
                        if (details != null && "NoSuchKey".equals(details.errorCode()))
                            return "gone";
                        throw e;
                    }
                });
    }
}
