package io.matriarch.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.matriarch.cli.settings.Settings;
import io.matriarch.cli.settings.SettingsReader;
import io.matriarch.pki.SelfSigned;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Over TLS")
class TlsTest {

    private static final char[] PASSWORD = SelfSigned.PASSWORD.toCharArray();

    @TempDir static Path folder;
    private static SelfSigned self;
    private static SelfSigned client;
    private HttpsServer server;
    private URI base;

    @BeforeAll
    static void makeKeys() throws Exception {
        self = SelfSigned.make(folder, "server", SelfSigned.Kind.EC, "/CN=server", "IP:127.0.0.1");
        client = SelfSigned.make(folder, "client", SelfSigned.Kind.EC, "/CN=client", "DNS:client");
    }

    @BeforeEach
    void start() throws Exception {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var context = SSLContext.getInstance("TLS");
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(self.store("server"), PASSWORD);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("client", client.certificate());
        trust.init(trusted);
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        server.setHttpsConfigurator(
                new HttpsConfigurator(context) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        var ssl = context.getDefaultSSLParameters();
                        ssl.setWantClientAuth(true);
                        parameters.setSSLParameters(ssl);
                    }
                });
        server.createContext(
                "/",
                exchange -> {
                    var session = ((com.sun.net.httpserver.HttpsExchange) exchange).getSSLSession();
                    byte[] who;
                    try {
                        who = session.getPeerPrincipal().getName().getBytes();
                    } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
                        who = "nobody".getBytes();
                    }
                    exchange.sendResponseHeaders(200, who.length);
                    exchange.getResponseBody().write(who);
                    exchange.close();
                });
        server.start();
        base = URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static void pem(String file, String kind, byte[] der) throws Exception {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(
                folder.resolve(file),
                "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, base64, kind));
    }

    private String ask(Map<String, String> environment) throws Exception {
        Settings settings = SettingsReader.read(Optional.empty(), environment);
        return new Http(settings).exchange(base, "GET", "/", null, Duration.ofSeconds(20)).body();
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    @DisplayName("a member is believed by the CA given")
    void ca() throws Exception {
        assertThat(ask(Map.of("PATRONI_CTL_CACERT", file("server.crt")))).isEqualTo("nobody");
    }

    @Test
    @DisplayName("a member of an unknown CA is not believed, unless that was asked for")
    void unknownCa() throws Exception {
        assertThatThrownBy(() -> ask(Map.of()))
                .isInstanceOf(HttpException.class)
                .hasMessageStartingWith("TLS: ");
        assertThatThrownBy(() -> ask(Map.of("PATRONI_CTL_CACERT", file("client.crt"))))
                .isInstanceOf(HttpException.class);
        assertThat(ask(Map.of("PATRONI_CTL_INSECURE", "true"))).isEqualTo("nobody");
    }

    @Test
    @DisplayName("a member must be who it was called")
    void hostName() throws Exception {
        base = URI.create("https://localhost:" + server.getAddress().getPort());
        assertThatThrownBy(() -> ask(Map.of("PATRONI_CTL_CACERT", file("server.crt"))))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("localhost");
    }

    @Test
    @DisplayName(
            "our certificate is shown, its key plain or encrypted, in a file of its own or not")
    void clientCertificate() throws Exception {
        String ca = file("server.crt");
        assertThat(
                        ask(
                                Map.of(
                                        "PATRONI_CTL_CACERT", ca,
                                        "PATRONI_CTL_CERTFILE", file("client.crt"),
                                        "PATRONI_CTL_KEYFILE", file("client.key"))))
                .isEqualTo("CN=client");
        List<String> lines =
                Stream.of("client.crt", "client.key")
                        .flatMap(name -> lines(folder.resolve(name)))
                        .toList();
        Files.write(folder.resolve("both.pem"), lines);
        assertThat(ask(Map.of("PATRONI_CTL_CACERT", ca, "PATRONI_CTL_CERTFILE", file("both.pem"))))
                .isEqualTo("CN=client");
        encrypt();
        assertThat(
                        ask(
                                Map.of(
                                        "PATRONI_CTL_CACERT",
                                        ca,
                                        "PATRONI_CTL_CERTFILE",
                                        file("client.crt"),
                                        "PATRONI_CTL_KEYFILE",
                                        file("encrypted.key"),
                                        "PATRONI_CTL_KEYFILE_PASSWORD",
                                        "sesame")))
                .isEqualTo("CN=client");
    }

    @Test
    @DisplayName("a key in the old form is refused with the way to turn it")
    void oldKey() throws Exception {
        pem("old.key", "RSA PRIVATE KEY", new byte[] {1, 2, 3});
        assertThatThrownBy(() ->
                        ask(
                                Map.of(
                                        "PATRONI_CTL_CERTFILE", file("client.crt"),
                                        "PATRONI_CTL_KEYFILE", file("old.key"))))
                .hasMessageContaining("openssl pkcs8 -topk8");
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** PBES2 with AES, as openssl writes it. */
    private static void encrypt() throws Exception {
        String algorithm = "PBEWithHmacSHA256AndAES_256";
        var secret =
                javax.crypto.SecretKeyFactory.getInstance(algorithm)
                        .generateSecret(new javax.crypto.spec.PBEKeySpec("sesame".toCharArray()));
        var cipher = javax.crypto.Cipher.getInstance(algorithm);
        cipher.init(javax.crypto.Cipher.ENCRYPT_MODE, secret);
        byte[] plain = client.key().getEncoded();
        var parameters = AlgorithmParameters.getInstance("PBES2");
        parameters.init(cipher.getParameters().getEncoded());
        var info = new javax.crypto.EncryptedPrivateKeyInfo(parameters, cipher.doFinal(plain));
        pem("encrypted.key", "ENCRYPTED PRIVATE KEY", info.getEncoded());
    }
}
