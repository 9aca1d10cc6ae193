package io.matriarch.storage.api;

import java.time.Duration;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is told of every request to where a repository lies, those that are tried again one by one. From
 * any number of threads, and it must return at once.
 */
@ConsumerType
@FunctionalInterface
public interface RequestListener {
    /** Of a request that was answered as it was meant to be, where there is no HTTP to say so. */
    String OK = "ok";

    /** Of a request nobody answered: no connection, no answer in time, no trusted certificate. */
    String UNANSWERED = "none";

    /** Nobody wants to know. */
    RequestListener NONE = (_, _, _) -> {};

    /**
     * @param operation of S3 as it calls them, such as {@code PutObject}; of a directory {@code
     *     stat}, {@code list}, {@code read}, {@code write} or {@code delete}
     * @param code the status of HTTP; of a directory {@link #OK} or the fault in small letters;
     *     {@link #UNANSWERED}
     * @param took until the answer began; of a directory until it was done
     */
    void answered(String operation, String code, Duration took);

    /**
     * What an answer, or a file just written, tells of the clock where the repository lies.
     *
     * @param offset by how much it is at least ahead of this node's; negative: behind; zero if both
     *     may show the same, as far as the resolution of what was told lets see
     */
    default void clock(Duration offset) {}
}
