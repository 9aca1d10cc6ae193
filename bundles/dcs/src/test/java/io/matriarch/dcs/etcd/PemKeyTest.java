package io.matriarch.dcs.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A private key in PEM")
class PemKeyTest {
    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    @DisplayName("is read from PKCS#8, whatever stands before it")
    void readsPkcs8(String algorithm) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance(algorithm);
        // Short, because this is about how it is written down; long ones take seconds to find.
        if (algorithm.equals("RSA")) generator.initialize(1024);
        var key = generator.generateKeyPair().getPrivate();
        String pem = "comment\n" + pem("PRIVATE KEY", key.getEncoded());
        assertThat(PemKey.parse(pem)).isEqualTo(key);
    }

    private static String pem(String kind, byte[] der) {
        String body = Base64.getMimeEncoder().encodeToString(der);
        return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
    }

    @Test
    @DisplayName("is refused with its reason if it is encrypted, missing or damaged")
    void refusesOthers() {
        byte[] cut = {0x30, 0x77, 0x02, 0x01, 0x01};
        refused(pem("ENCRYPTED PRIVATE KEY", cut), "openssl pkey");
        refused(pem("PRIVATE KEY", cut), "no RSA, EC or EdDSA key");
        refused(pem("EC PRIVATE KEY", cut), "curve");
        refused(pem("EC PRIVATE KEY", new byte[] {0x30}), "cut short");
        refused("-----BEGIN CERTIFICATE-----", "no private key");
    }

    private static void refused(String pem, String why) {
        assertThatThrownBy(() -> PemKey.parse(pem))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining(why);
    }
}
