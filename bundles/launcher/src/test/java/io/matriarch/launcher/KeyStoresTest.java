package io.matriarch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.pki.SelfSigned;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("PEM files")
class KeyStoresTest {
    private static final char[] PASSWORD = SelfSigned.PASSWORD.toCharArray();

    @TempDir static Path made;
    private static SelfSigned own;

    @TempDir Path folder;

    @BeforeAll
    static void selfSigned() throws Exception {
        own = SelfSigned.make(made, "own", SelfSigned.Kind.RSA, "/CN=localhost", "IP:127.0.0.1");
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        label,
                        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                                .encodeToString(der),
                        label);
    }

    /** The RSA key inside PKCS#8: what stands after the head of fixed length. */
    private static byte[] pkcs1() {
        var der = own.key().getEncoded();
        return Arrays.copyOfRange(der, 26, der.length);
    }

    @Test
    @DisplayName("hold private keys as PKCS#8, PKCS#1 and encrypted")
    void forms() throws Exception {
        assertThat(Pem.privateKey(pem("PRIVATE KEY", own.key().getEncoded()), Optional.empty()))
                .isEqualTo(own.key());
        assertThat(Pem.privateKey(pem("RSA PRIVATE KEY", pkcs1()), Optional.empty()))
                .isEqualTo(own.key());
        var algorithm = "PBEWithHmacSHA256AndAES_256";
        var cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(PASSWORD)));
        var parameters = AlgorithmParameters.getInstance("PBES2");
        parameters.init(cipher.getParameters().getEncoded());
        var encrypted =
                new EncryptedPrivateKeyInfo(parameters, cipher.doFinal(own.key().getEncoded()));
        var text = pem("ENCRYPTED PRIVATE KEY", encrypted.getEncoded());
        assertThat(Pem.privateKey(text, Optional.of("changeit"))).isEqualTo(own.key());
        assertThatThrownBy(() -> Pem.privateKey(text, Optional.empty()))
                .hasMessageContaining("keyfile_password is not set");
        assertThatThrownBy(() -> Pem.privateKey("nothing", Optional.empty()))
                .hasMessageContaining("no private key");
    }

    @Test
    @DisplayName("make the REST port speak HTTPS")
    void https() throws Exception {
        var file = folder.resolve("both.pem");
        Files.writeString(
                file,
                pem("CERTIFICATE", own.certificate().getEncoded())
                        + pem("PRIVATE KEY", own.key().getEncoded()));
        try (var agent = new Agent(folder)) {
            Files.writeString(
                    agent.config,
                    Files.readString(agent.config)
                            .replace("restapi: {", "restapi: {certfile: " + file + ", "));
            var process = agent.ready();
            try (var client = HttpClient.newBuilder().sslContext(trusting()).build()) {
                var answer =
                        client.send(
                                HttpRequest.newBuilder(
                                                URI.create("https://127.0.0.1:" + agent.port + "/"))
                                        .build(),
                                HttpResponse.BodyHandlers.discarding());
                assertThat(answer.statusCode()).isEqualTo(404);
            }
            process.destroy();
            assertThat(Agent.ended(process)).as(agent.output()).isZero();
        }
    }

    @Test
    @DisplayName("that hold no key are refused with what to do, exit code 3")
    void broken() throws Exception {
        var file = Files.writeString(folder.resolve("broken.pem"), "nonsense");
        try (var agent = new Agent(folder)) {
            Files.writeString(
                    agent.config,
                    Files.readString(agent.config)
                            .replace("restapi: {", "restapi: {certfile: " + file + ", "));
            assertThat(Agent.ended(agent.start())).as(agent.output()).isEqualTo(3);
            assertThat(agent.output()).contains("no certificate in", "HINT: both must be PEM");
        }
    }

    private SSLContext trusting() throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("a", own.certificate());
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
