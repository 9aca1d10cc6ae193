package io.matriarch.cli.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What is masked")
class MaskedTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "password", "PGPASSWORD", "metrics_token", "secret_access_key", "access_key",
                "primary_conninfo", "routing_key", "passphrase", "encryption_key_secret", "pass"
            })
    @DisplayName("is whatever stands under a key that means a secret")
    void secrets(String key) {
        assertThat(Masked.of(Map.of(key, "hidden"))).isEqualTo(Map.of(key, "***"));
        assertThat(Masked.of(Map.of(key, List.of("hidden")))).isEqualTo(Map.of(key, "***"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"password_file", "keyfile", "certfile", "username", "keys", "scope"})
    @DisplayName("is not what only names a file, or is no secret")
    void open(String key) {
        assertThat(Masked.of(Map.of(key, "/etc/x"))).isEqualTo(Map.of(key, "/etc/x"));
    }

    @Test
    @DisplayName("is the password within an address or a connection string too")
    void text() {
        assertThat(Masked.of(List.of("http://u:p@h/x", "host=h password=p user=u", "plain")))
                .isEqualTo(List.of("http://u:***@h/x", "host=h password=*** user=u", "plain"));
    }
}
