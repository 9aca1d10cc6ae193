package io.matriarch.storage.s3;

import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import io.matriarch.storage.core.Backoff;
import io.matriarch.storage.core.Place;
import io.matriarch.storage.core.Verdict;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Calls the SDK until it succeeds, fails for good, or the deadline passes. The SDK's own retries
 * are off: they end with "not in time" and have forgotten what the server said before.
 */
final class Attempts {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    /** The SDK corrects its clock by a refusal; what is refused again afterwards stays refused. */
    private static final int CLOCK_ATTEMPTS = 3;

    private final Place place;
    private final Duration deadline;

    Attempts(Place place, Duration deadline) {
        this.place = place;
        this.deadline = deadline;
    }

    Place place() {
        return place;
    }

    Duration deadline() {
        return deadline;
    }

    /**
     * @param number from 1
     * @param left until the deadline
     */
    record Attempt(int number, Duration left) {
        /** For the {@code overrideConfiguration} of the SDK's requests. */
        void limit(AwsRequestOverrideConfiguration.Builder request) {
            request.apiCallTimeout(left);
        }

        /** An earlier attempt may have been carried out, its answer lost. */
        boolean isRepeated() {
            return number > 1;
        }
    }

    @FunctionalInterface
    interface Call<T> {
        T on(Attempt attempt) throws StorageException;
    }

    /**
     * @param what for messages: {@code list archive/demo}
     */
    <T> T call(String what, Call<T> call) throws StorageException {
        return call(what, deadline, call);
    }

    <T> T call(String what, Duration within, Call<T> call) throws StorageException {
        long end = System.nanoTime() + within.toNanos();
        for (int number = 1; ; number++) {
            SdkException failure;
            try {
                return withSdkLoader(call, new Attempt(number, left(end)));
            } catch (SdkException e) {
                failure = e;
            }
            refuseWhatWillNotChange(what, number, failure);
            Duration pause = Backoff.after(number, ThreadLocalRandom.current().nextDouble());
            if (left(end).compareTo(pause) <= 0) throw tooLate(what, number, within, failure);
            LOG.debug("cannot {} in {}, attempt {}: {}", what, place, number, failure.toString());
            sleep(what, pause);
        }
    }

    private static Duration left(long end) {
        return Duration.ofNanos(Math.max(1, end - System.nanoTime()));
    }

    /** The SDK finds its HTTP client for STS, and more, by the thread's class loader. */
    private static <T> T withSdkLoader(Call<T> call, Attempt attempt) throws StorageException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(S3Client.class.getClassLoader());
        try {
            return call.on(attempt);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private void refuseWhatWillNotChange(String what, int number, SdkException failure)
            throws StorageException {
        if (failure instanceof AbortedException || Thread.currentThread().isInterrupted()) {
            Thread.currentThread().interrupt();
            throw interrupted(what, failure);
        }
        Verdict verdict = SdkFailures.verdict(failure, place);
        boolean clock = verdict.fault() == Fault.DENIED;
        if (!verdict.again() || clock && number >= CLOCK_ATTEMPTS)
            throw SdkFailures.exception(what, place, failure);
    }

    private StorageException tooLate(
            String what, int attempts, Duration within, SdkException failure) {
        Verdict verdict = SdkFailures.verdict(failure, place);
        String text =
                "cannot %s in %s: %s; tried %d times in %d s"
                        .formatted(
                                what,
                                place,
                                SdkFailures.answer(failure),
                                attempts,
                                within.toSeconds());
        return new StorageException(verdict.fault(), text, verdict.hint(), failure);
    }

    StorageException interrupted(String what, Throwable cause) {
        return new StorageException(
                Fault.UNREACHABLE,
                "cannot %s in %s: interrupted".formatted(what, place),
                "whoever asked was stopped or gave up",
                cause);
    }

    private void sleep(String what, Duration pause) throws StorageException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(what, e);
        }
    }
}
