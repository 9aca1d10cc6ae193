package io.matriarch.dcs.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What a failed call means")
class VerdictTest {
    @ParameterizedTest(name = "{0} \"{1}\" after it left is {2}")
    @CsvSource({
        "UNAVAILABLE, etcdserver: no leader, NO_LEADER",
        "UNAVAILABLE, etcdserver: request timed out, UNSURE",
        "UNAVAILABLE, etcdserver: leader changed, UNSURE",
        "UNAVAILABLE, etcdserver: server stopped, UNSURE",
        "UNAVAILABLE, io exception, UNSURE",
        "DEADLINE_EXCEEDED, no answer in time, UNSURE",
        "CANCELLED, whatever, UNSURE",
        "INTERNAL, whatever, UNSURE",
        "UNKNOWN, raft proposal dropped, UNSURE",
        "NOT_FOUND, etcdserver: requested lease not found, LEASE_GONE",
        "UNAUTHENTICATED, etcdserver: invalid auth token, LOGIN",
        "INVALID_ARGUMENT, etcdserver: revision of auth store is old, LOGIN",
        "INVALID_ARGUMENT, etcdserver: user name is empty, LOGIN",
        "PERMISSION_DENIED, etcdserver: permission denied, DENIED",
        "INVALID_ARGUMENT, 'etcdserver: authentication failed, invalid user ID or password', DENIED",
        "RESOURCE_EXHAUSTED, etcdserver: mvcc: database space exceeded, FULL",
        "RESOURCE_EXHAUSTED, etcdserver: too many requests, REFUSED",
        "INVALID_ARGUMENT, etcdserver: duplicate key given in txn request, REFUSED"
    })
    void afterItLeft(Status.Code code, String text, Verdict verdict) {
        assertThat(Verdict.of(code.toStatus().withDescription(text), true)).isEqualTo(verdict);
    }

    @Test
    @DisplayName("a call that never left is never unsure, whatever the status says")
    void neverLeft() {
        assertThat(Verdict.of(Status.DEADLINE_EXCEEDED, false)).isEqualTo(Verdict.NOT_SENT);
        assertThat(Verdict.of(Status.UNAVAILABLE, false)).isEqualTo(Verdict.NOT_SENT);
    }

    @Test
    @DisplayName("the innermost cause explains it, in one line")
    void explains() {
        Status refused =
                Status.UNAVAILABLE
                        .withDescription("io exception\nChannel Pipeline: [x]")
                        .withCause(new IOException("outer", new ConnectException("refused")));
        assertThat(Verdict.explain(refused)).isEqualTo("refused");
        assertThat(Verdict.explain(Status.DEADLINE_EXCEEDED.withDescription("after 0.29 s, ...")))
                .isEqualTo("no answer in time");
        assertThat(Verdict.explain(Status.CANCELLED)).isEqualTo("cancelled");
        assertThat(Verdict.tlsFailure(refused)).isNull();
        var tls = new SSLHandshakeException("no path");
        assertThat(Verdict.tlsFailure(Status.UNAVAILABLE.withCause(new IOException(tls))))
                .isSameAs(tls);
    }
}
