package io.matriarch.dcs.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.etcd.jetcd.api.StatusResponse;
import io.matriarch.dcs.api.StoreHealth;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The quota of an etcd server's database")
class QuotasTest {
    private static final Duration SOON =
            Duration.ofMinutes(5); // a limit, met by no machine that works
    private static final long GIB = 1L << 30;

    @TempDir Path pki;

    private static StatusResponse status(long quota) {
        var unknown = Field.newBuilder().addVarint(quota).build();
        return StatusResponse.newBuilder()
                .setDbSize(20_480)
                .setUnknownFields(UnknownFieldSet.newBuilder().addField(12, unknown).build())
                .build();
    }

    private static List<OptionalLong> quotas(StoreHealth health) {
        return health.endpoints().stream()
                .flatMap(endpoint -> endpoint.storage().stream())
                .map(StoreHealth.Storage::quota)
                .toList();
    }

    @Test
    @DisplayName("is what its status says since 3.6, and none where that is none")
    void told() throws Exception {
        byte[] sent = status(8 * GIB).toByteArray();
        assertThat(Quotas.told(StatusResponse.parseFrom(sent))).hasValue(8 * GIB);
        assertThat(Quotas.told(status(0))).isEmpty();
        assertThat(Quotas.told(StatusResponse.getDefaultInstance())).isEmpty();
    }

    @Test
    @DisplayName("is known of a real server, whichever of both ways its version has")
    void real() throws Exception {
        EtcdServer.needed(QuotasTest.class);
        try (var server = EtcdServer.start("--quota-backend-bytes=" + 3 * GIB);
                var dcs = new EtcdDcs(settings(server.uri, null))) {
            assertThat(quotas(dcs.health(SOON))).containsExactly(OptionalLong.of(3 * GIB));
        }
    }

    @Test
    @DisplayName("is known of one that wants a client certificate, by ours")
    void tls() throws Exception {
        EtcdServer.needed(QuotasTest.class);
        Certificates.needed(QuotasTest.class);
        Certificates.make(pki);
        try (var server =
                        EtcdServer.startTls(
                                "--cert-file=" + pki.resolve("server.crt"),
                                "--key-file=" + pki.resolve("server.key"),
                                "--trusted-ca-file=" + pki.resolve("ca.crt"),
                                "--client-cert-auth");
                var dcs = new EtcdDcs(settings(server.uri, pki))) {
            assertThat(quotas(dcs.health(SOON)))
                    .as("the default")
                    .containsExactly(OptionalLong.of(2 * GIB));
        }
    }

    private static EtcdSettings settings(String uri, @Nullable Path pki) {
        return new EtcdSettings(
                List.of(uri),
                "",
                "",
                pki == null ? null : pki.resolve("ca.crt"),
                pki == null ? null : pki.resolve("client.crt"),
                pki == null ? null : pki.resolve("client.key"),
                Duration.ofSeconds(5));
    }
}
