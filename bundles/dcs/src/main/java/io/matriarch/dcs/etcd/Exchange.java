package io.matriarch.dcs.etcd;

import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseRevokeResponse;
import io.etcd.jetcd.api.LeaseTimeToLiveRequest;
import io.etcd.jetcd.api.LeaseTimeToLiveResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.MethodDescriptor;
import java.util.function.Function;

/**
 * A kind of request.
 *
 * @param name for messages
 * @param repeatable whether asking twice is the same as asking once: reads, and a lease renewed or
 *     ended twice. Such a request may go to another endpoint while the first one is silent
 */
record Exchange<Q, A>(
        String name,
        MethodDescriptor<Q, A> method,
        Function<A, ResponseHeader> header,
        boolean repeatable) {
    static final Exchange<RangeRequest, RangeResponse> READ =
            new Exchange<>("read", KVGrpc.getRangeMethod(), RangeResponse::getHeader, true);
    static final Exchange<TxnRequest, TxnResponse> COMMIT =
            new Exchange<>("transaction", KVGrpc.getTxnMethod(), TxnResponse::getHeader, false);
    static final Exchange<LeaseGrantRequest, LeaseGrantResponse> GRANT =
            new Exchange<>(
                    "lease grant",
                    LeaseGrpc.getLeaseGrantMethod(),
                    LeaseGrantResponse::getHeader,
                    false);
    static final Exchange<LeaseKeepAliveRequest, LeaseKeepAliveResponse> RENEW =
            new Exchange<>(
                    "lease renewal",
                    LeaseGrpc.getLeaseKeepAliveMethod(),
                    LeaseKeepAliveResponse::getHeader,
                    true);
    static final Exchange<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse> TIME_LEFT =
            new Exchange<>(
                    "lease query",
                    LeaseGrpc.getLeaseTimeToLiveMethod(),
                    LeaseTimeToLiveResponse::getHeader,
                    true);
    static final Exchange<LeaseRevokeRequest, LeaseRevokeResponse> REVOKE =
            new Exchange<>(
                    "lease revocation",
                    LeaseGrpc.getLeaseRevokeMethod(),
                    LeaseRevokeResponse::getHeader,
                    true);
}
