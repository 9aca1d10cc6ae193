package io.matriarch.dcs.etcd;

import io.grpc.Status;
import io.matriarch.api.Code;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.DcsException.Fate;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/**
 * What one endpoint did not do, and the sentences for a person made of such.
 *
 * @param unsure the request may have been carried out there
 */
record Failure(Peer peer, Status status, boolean unsure) {
    private static final String REACH =
            "is etcd running, can this machine reach it, and does it speak https or http as"
                    + " written? Try: etcdctl --endpoints=%s endpoint health";

    static DcsException nobodyAnswered(String request, Duration deadline, List<Failure> failures) {
        Fate fate = failures.stream().anyMatch(Failure::unsure) ? Fate.UNKNOWN : Fate.NOT_DONE;
        String all =
                failures.stream()
                        .map(f -> f.peer.uri() + ": " + Verdict.explain(f.status))
                        .collect(Collectors.joining("; "));
        for (Failure failure : failures) {
            SSLException tls = Verdict.tlsFailure(failure.status);
            if (tls != null && fate == Fate.NOT_DONE) {
                return certificate(request, all, tls);
            }
        }
        String uris = failures.stream().map(f -> f.peer.uri()).collect(Collectors.joining(","));
        return new DcsException(
                Code.DCS_UNREACHABLE,
                fate,
                "etcd %s: nobody answered within %d ms (%s)"
                        .formatted(request, deadline.toMillis(), all),
                REACH.formatted(uris),
                failures.isEmpty() ? null : failures.getLast().status.getCause());
    }

    private static DcsException certificate(String request, String all, SSLException tls) {
        return new DcsException(
                Code.DCS_DENIED,
                Fate.NOT_DONE,
                "etcd %s: no secure connection (%s)".formatted(request, all),
                "check etcd3.cacert (the authority that signed the servers' certificates, which"
                        + " must name the host), and etcd3.cert and etcd3.key if the servers ask"
                        + " for a client certificate",
                tls);
    }

    static DcsException unknown(String request, Peer peer, Status status) {
        return new DcsException(
                Code.DCS_UNREACHABLE,
                Fate.UNKNOWN,
                "etcd %s at %s: %s; it may have been carried out"
                        .formatted(request, peer.uri(), Verdict.explain(status)),
                REACH.formatted(peer.uri()),
                status.getCause());
    }

    static DcsException interrupted(String request, Peer peer, InterruptedException cause) {
        return new DcsException(
                Code.DCS_UNREACHABLE,
                Fate.UNKNOWN,
                "etcd %s at %s: interrupted".formatted(request, peer.uri()),
                "the agent is being stopped or replaced",
                cause);
    }

    static DcsException refused(String request, Peer peer, Verdict verdict, Status status) {
        return new DcsException(
                switch (verdict) {
                    case LOGIN, DENIED -> Code.DCS_DENIED;
                    default -> Code.REFUSED;
                },
                Fate.NOT_DONE,
                "etcd %s at %s: %s".formatted(request, peer.uri(), Verdict.explain(status)),
                switch (verdict) {
                    case LOGIN, DENIED ->
                            "check etcd3.username and etcd3.password, and that the user's role may"
                                    + " read and write the cluster's prefix (etcdctl user get USER)";
                    case FULL ->
                            "etcd has used up its disk quota: compact, defragment, then etcdctl"
                                    + " alarm disarm";
                    default ->
                            "the request is not valid for this etcd; this is a defect, report it";
                },
                status.getCause());
    }

    /** A lease named in a request does not exist. */
    static DcsException leaseGone(String request) {
        return new DcsException(
                Code.REFUSED,
                Fate.NOT_DONE,
                "etcd %s: the lease it names does not exist".formatted(request),
                "it expired or was revoked; a new one must be granted",
                null);
    }
}
