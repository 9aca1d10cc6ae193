package io.matriarch.dcs.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The store's settings")
class SettingsTest {
    @ParameterizedTest
    @CsvSource({
        "http://10.0.0.1:2379, false, 10.0.0.1, 2379",
        "https://etcd-1.example/, true, etcd-1.example, 2379",
        "db1:4001, false, db1, 4001",
        "http://[::1]:2379, false, [::1], 2379"
    })
    void readsEndpoints(String text, boolean tls, String host, int port) throws Exception {
        assertThat(EndpointAddress.parse(text))
                .isEqualTo(new EndpointAddress(text, tls, host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://a:1", "http://", "http://a b", "http://a:2379/v3", "", "a:b"})
    void refusesOthers(String text) {
        var thrown =
                catchThrowableOfType(MatriarchException.class, () -> EndpointAddress.parse(text));
        assertThat(thrown.code()).isEqualTo(Code.CONFIG);
        assertThat(thrown).hasMessageContaining("'" + text + "'");
        assertThat(thrown.hint()).contains("http://host:2379");
    }

    @Test
    @DisplayName("no endpoint, or a certificate without its key, is refused")
    void refusesHalves() {
        refused(EtcdSettings.plain(List.of()), "hosts");
        Path cert = Path.of("/c");
        refused(
                new EtcdSettings(List.of("a:1"), "", "", null, cert, null, Duration.ofSeconds(1)),
                "key");
    }

    private static void refused(EtcdSettings settings, String named) {
        var thrown = catchThrowableOfType(MatriarchException.class, () -> new EtcdDcs(settings));
        assertThat(thrown.code()).isEqualTo(Code.CONFIG);
        assertThat(thrown).hasMessageContaining(named);
    }
}
