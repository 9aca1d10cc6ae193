package io.matriarch.dcs.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.api.ResponseHeader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The guard against servers left behind")
class TermGuardTest {
    private final TermGuard guard = new TermGuard();

    private static ResponseHeader header(long cluster, long term) {
        return ResponseHeader.newBuilder().setClusterId(cluster).setRaftTerm(term).build();
    }

    @Test
    @DisplayName("refuses an older term than was known when the request left")
    void refusesOldTerms() {
        assertThat(guard.accepts(header(1, 5), guard.term())).isTrue();
        assertThat(guard.accepts(header(1, 4), guard.term())).isFalse();
        assertThat(guard.accepts(header(1, 6), guard.term())).isTrue();
        assertThat(guard.accepts(header(1, 5), guard.term())).isFalse();
    }

    @Test
    @DisplayName("accepts an answer that another one, of a newer term, has overtaken")
    void acceptsOvertaken() {
        guard.accepts(header(1, 5), 0);
        long atStart = guard.term();
        guard.accepts(header(1, 6), atStart);
        assertThat(guard.accepts(header(1, 5), atStart)).isTrue();
        assertThat(guard.term()).isEqualTo(6);
    }

    @Test
    @DisplayName("starts anew with another cluster, and when told to forget")
    void startsAnew() {
        guard.accepts(header(1, 5), 0);
        assertThat(guard.accepts(header(2, 1), guard.term())).isTrue();
        assertThat(guard.term()).isEqualTo(1);
        guard.forget();
        assertThat(guard.accepts(header(2, 1), guard.term())).isTrue();
    }
}
