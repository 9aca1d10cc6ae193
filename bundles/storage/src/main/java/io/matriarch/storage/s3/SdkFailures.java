package io.matriarch.storage.s3;

import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import io.matriarch.storage.core.Answer;
import io.matriarch.storage.core.Place;
import io.matriarch.storage.core.Verdict;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** The SDK's exceptions in our words. */
final class SdkFailures {
    private static final Pattern EXPECTED_REGION = Pattern.compile("expecting '([^']+)'");

    private SdkFailures() {}

    /** What the server said; no status if it did not. */
    static Answer answer(SdkException failure) {
        if (!(failure instanceof AwsServiceException said)) return Answer.none(cause(failure));
        var details = said.awsErrorDetails();
        String code = details == null ? null : details.errorCode();
        String text = details == null ? null : details.errorMessage();
        return new Answer(
                said.statusCode(),
                code == null ? "" : code,
                text == null ? "" : text,
                region(said, text == null ? "" : text));
    }

    private static Optional<String> region(AwsServiceException said, String text) {
        var details = said.awsErrorDetails();
        if (details == null) return Optional.empty();
        var response = details.sdkHttpResponse();
        if (response != null) {
            var header = response.firstMatchingHeader("x-amz-bucket-region");
            if (header.isPresent()) return header;
        }
        var found = EXPECTED_REGION.matcher(text);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }

    static Verdict verdict(SdkException failure, Place place) {
        if (failure instanceof AwsServiceException) return Verdict.of(answer(failure), place);
        if (caused(failure, SSLHandshakeException.class) != null
                || caused(failure, SSLPeerUnverifiedException.class) != null
                || caused(failure, CertificateException.class) != null)
            return new Verdict(
                    Fault.DENIED,
                    false,
                    "the certificate of %s is not trusted or not its own: name its authority in"
                                    .formatted(place.server())
                            + " ca_file, and spell the endpoint as the certificate does");
        if (caused(failure, UnknownHostException.class) != null)
            return new Verdict(
                    Fault.UNREACHABLE,
                    true,
                    "the name cannot be resolved: check endpoint and region; a server that has no"
                            + " host per bucket needs path_style: true");
        if (isAboutCredentials(failure))
            return new Verdict(
                    Fault.DENIED,
                    false,
                    "no credentials: set access_key and secret_key, or a profile, or give the"
                            + " service an environment or role that has some");
        return Verdict.of(answer(failure), place);
    }

    private static boolean isAboutCredentials(SdkException failure) {
        String text = String.valueOf(failure.getMessage());
        return text.contains("credentials") || text.contains("Profile file");
    }

    static StorageException exception(String what, Place place, SdkException failure) {
        Verdict verdict = verdict(failure, place);
        String text = "cannot %s in %s: %s".formatted(what, place, answer(failure));
        return new StorageException(verdict.fault(), text, verdict.hint(), failure);
    }

    /** The SDK wraps what really happened. */
    private static String cause(SdkException failure) {
        if (failure instanceof ApiCallTimeoutException
                || failure instanceof ApiCallAttemptTimeoutException) return "no answer in time";
        Throwable deepest = failure;
        for (Throwable next = deepest.getCause(); next != null; next = next.getCause())
            deepest = next;
        String text = deepest.getMessage();
        if (deepest == failure) return String.valueOf(text);
        return deepest.getClass().getSimpleName() + (text == null ? "" : ": " + text);
    }

    static <T extends Throwable> @Nullable T caused(Throwable failure, Class<T> type) {
        for (Throwable at = failure; at != null; at = at.getCause())
            if (type.isInstance(at)) return type.cast(at);
        return null;
    }
}
