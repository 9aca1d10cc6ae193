package io.matriarch.access.api;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * One request that was to change something.
 *
 * @param at when it came
 * @param member who was asked
 * @param user empty if nobody had to say who they are, or did not
 * @param role of that user, in a word; empty if the user is not known
 * @param from the address it came from
 * @param method HTTP's, such as {@code POST}; {@code JMX} for an operation of an MBean
 * @param path with its query; of JMX the MBean and the operation
 * @param body what was asked for, cut after 2,048 characters; values of keys that are secrets are
 *     starred out
 * @param status the answer's, HTTP's number
 * @param refused why it was not let in; empty if it was
 * @param tookMillis until it was answered
 * @param certificate subject of the client certificate the user was known by, as RFC 2253 writes
 *     it; empty if it was no certificate
 */
public record AuditEntry(
        Instant at,
        String member,
        String user,
        String role,
        String from,
        String method,
        String path,
        String body,
        int status,
        String refused,
        long tookMillis,
        String certificate) {
    private static final Pattern SECRET =
            Pattern.compile(
                    "(\"[^\"]*(?:password|passwd|secret|token|conninfo)[^\"]*\"\\s*:\\s*)\"(?:[^\"\\\\]|\\\\.)*\"?",
                    Pattern.CASE_INSENSITIVE);

    /** JSON, or the beginning of it, without line ends and without values of secret keys. */
    public static String starred(String json) {
        return SECRET.matcher(json.replaceAll("\\s*\\R\\s*", " ")).replaceAll("$1\"***\"");
    }
}
