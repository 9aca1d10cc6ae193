package io.matriarch.dcs.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.api.Code;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.DcsException.Fate;
import io.matriarch.dcs.api.Lease;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.Txn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("With etcd over TLS that wants a client certificate")
class EtcdTlsTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Txn PUT = Txn.always(new Op.Put("/k", "v", Lease.NONE));

    @TempDir static Path pki;
    private static EtcdServer server;

    @BeforeAll
    static void start() throws Exception {
        EtcdServer.needed(EtcdTlsTest.class);
        Certificates.needed(EtcdTlsTest.class);
        Certificates.make(pki);
        server =
                EtcdServer.startTls(
                        "--cert-file=" + pki.resolve("server.crt"),
                        "--key-file=" + pki.resolve("server.key"),
                        "--trusted-ca-file=" + pki.resolve("ca.crt"),
                        "--client-cert-auth");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static EtcdDcs client(
            String uri, String ca, @Nullable String cert, @Nullable String key) throws Exception {
        return new EtcdDcs(
                new EtcdSettings(
                        List.of(uri),
                        "",
                        "",
                        pki.resolve(ca),
                        cert == null ? null : pki.resolve(cert),
                        key == null ? null : pki.resolve(key),
                        Duration.ofSeconds(1)));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"client.key", "client-pkcs1.key", "client-sec1.key"})
    @DisplayName("the right certificate is let in, its key in any of the three usual forms")
    void rightCertificate(String key) throws Exception {
        String cert = key.contains("sec1") ? "client-sec1.crt" : "client.crt";
        try (var dcs = client(server.uri, "ca.crt", cert, key)) {
            assertThat(dcs.commit(PUT, SOON).applied()).isTrue();
        }
    }

    @Test
    @DisplayName("a server that another authority vouches for is not trusted")
    void wrongAuthority() throws Exception {
        try (var dcs = client(server.uri, "other-ca.crt", "client.crt", "client.key")) {
            refused(dcs);
        }
    }

    @Test
    @DisplayName("without a client certificate we are refused")
    void noCertificate() throws Exception {
        try (var dcs = client(server.uri, "ca.crt", null, null)) {
            refused(dcs);
        }
    }

    @Test
    @DisplayName("https to a server without TLS is unreachable, with a hint at the scheme")
    void plainServer() throws Exception {
        try (var plain = EtcdServer.start();
                var dcs = client(plain.uri.replace("http:", "https:"), "ca.crt", null, null)) {
            wrongScheme(dcs);
        }
    }

    @Test
    @DisplayName("http to a server with TLS is unreachable, with a hint at the scheme")
    void plainClient() throws Exception {
        try (var dcs = client(server.uri.replace("https:", "http:"), "ca.crt", null, null)) {
            wrongScheme(dcs);
        }
    }

    private static void wrongScheme(EtcdDcs dcs) {
        var thrown = catchThrowableOfType(DcsException.class, () -> dcs.commit(PUT, SOON));
        assertThat(thrown.code()).as(thrown.getMessage()).isEqualTo(Code.DCS_UNREACHABLE);
        assertThat(thrown.fate()).isEqualTo(Fate.NOT_DONE);
        assertThat(thrown.hint()).contains("https or http");
        assertThat(thrown.getMessage()).doesNotContain("\n");
    }

    private static void refused(EtcdDcs dcs) {
        var thrown = catchThrowableOfType(DcsException.class, () -> dcs.commit(PUT, SOON));
        assertThat(thrown.code()).as(thrown.getMessage()).isEqualTo(Code.DCS_DENIED);
        assertThat(thrown.fate()).isEqualTo(Fate.NOT_DONE);
        assertThat(thrown.hint()).contains("etcd3.cacert");
    }

    @Test
    @DisplayName("a certificate file that is missing or no certificate is a configuration error")
    void badFiles() throws Exception {
        Files.writeString(pki.resolve("nonsense"), "nonsense");
        for (String ca : List.of("missing", "nonsense")) {
            try (var dcs = client(server.uri, ca, null, null)) {
                var thrown = catchThrowableOfType(DcsException.class, () -> dcs.commit(PUT, SOON));
                assertThat(thrown.code()).isEqualTo(Code.CONFIG);
                assertThat(thrown).hasMessageContainingAll("cacert", ca);
            }
        }
    }
}
