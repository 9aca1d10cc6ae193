package io.matriarch.dcs.etcd;

import io.grpc.Status;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a failed call means. etcd tells its reasons as text behind a status code; the texts are part
 * of its protocol.
 *
 * @see <a
 *     href="https://github.com/etcd-io/etcd/blob/v3.4.23/etcdserver/api/v3rpc/rpctypes/error.go">
 *     etcd's errors</a>
 */
enum Verdict {
    /** It never left: any request may go to the next endpoint. */
    NOT_SENT,
    /** The endpoint refused it because it sees no leader: any request may go to the next. */
    NO_LEADER,
    /** Our token is not accepted (any more): log in and ask again. */
    LOGIN,
    /** User, password, rights or certificate. */
    DENIED,
    /** There is no such lease. */
    LEASE_GONE,
    /** The store's disk quota is used up. */
    FULL,
    /** The store looked at it and will not do it. */
    REFUSED,
    /** It may have been carried out, or may yet be. */
    UNSURE;

    private static final Set<Status.Code> REFUSALS =
            Set.of(
                    Status.Code.INVALID_ARGUMENT,
                    Status.Code.OUT_OF_RANGE,
                    Status.Code.FAILED_PRECONDITION,
                    Status.Code.RESOURCE_EXHAUSTED,
                    Status.Code.UNIMPLEMENTED,
                    Status.Code.NOT_FOUND);

    static Verdict of(Status status, boolean sent) {
        String text = String.valueOf(status.getDescription()).toLowerCase(Locale.ROOT);
        if (text.contains("authentication failed")) {
            return DENIED;
        }
        if (!sent) {
            return NOT_SENT;
        }
        return switch (text) {
            case "etcdserver: no leader" -> NO_LEADER;
            case "etcdserver: invalid auth token",
                    "etcdserver: user name is empty",
                    "etcdserver: revision of auth store is old" ->
                    LOGIN;
            case "etcdserver: requested lease not found" -> LEASE_GONE;
            case "etcdserver: mvcc: database space exceeded" -> FULL;
            default -> byCode(status.getCode());
        };
    }

    private static Verdict byCode(Status.Code code) {
        if (code == Status.Code.UNAUTHENTICATED) {
            return LOGIN;
        }
        if (code == Status.Code.PERMISSION_DENIED) {
            return DENIED;
        }
        return REFUSALS.contains(code) ? REFUSED : UNSURE;
    }

    /** The TLS failure behind it, if that is the cause. */
    static @Nullable SSLException tlsFailure(Status status) {
        for (Throwable t = status.getCause(); t != null; t = t.getCause()) {
            if (t instanceof SSLException tls) {
                return tls;
            }
        }
        return null;
    }

    /** One line for a person: the text, and the innermost cause if that says more. */
    static String explain(Status status) {
        // gRPC's own words on it fill two lines and say no more.
        if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) return "no answer in time";
        Throwable innermost = status.getCause();
        while (innermost != null && innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String described = status.getDescription(); // only its first line is for people
        String text = described == null ? null : described.lines().findFirst().orElse("");
        String code = status.getCode().toString().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (innermost == null || innermost.getMessage() == null) {
            return text == null ? code : text;
        }
        return text == null || text.equals("io exception")
                ? String.valueOf(innermost.getMessage())
                : text + " (" + innermost.getMessage() + ")";
    }
}
