package io.matriarch.management.jmx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Self-signed certificates by the JDK's keytool, and a client that shows the one it is told to. */
final class Pki {
    static final String PASSWORD = "changeit";
    private static final char[] SECRET = PASSWORD.toCharArray();

    private final Path folder;
    private volatile String shown = "";
    private long stamp;

    Pki(Path folder) {
        this.folder = folder;
    }

    void make(String name, String subject) throws Exception {
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var process =
                new ProcessBuilder(
                                keytool,
                                "-genkeypair",
                                "-alias",
                                name,
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-dname",
                                subject,
                                "-ext",
                                "san=ip:127.0.0.1",
                                "-validity",
                                "2",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                PASSWORD,
                                "-keystore",
                                file(name).toString())
                        .redirectErrorStream(true)
                        .start();
        var output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }

    private Path file(String name) {
        return folder.resolve(name + ".p12");
    }

    private KeyStore store(String name) throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(file(name).toFile(), SECRET);
    }

    X509Certificate certificate(String name) throws IOException, GeneralSecurityException {
        return (X509Certificate) store(name).getCertificate(name);
    }

    Path keys() {
        return folder.resolve("stores-key.p12");
    }

    Path trust() {
        return folder.resolve("stores-trust.p12");
    }

    /** As the launcher does, with a time of its own each. */
    void writeStores(String server, List<String> clients) throws Exception {
        Files.copy(file(server), keys(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, SECRET);
        for (var client : clients) trusted.setCertificateEntry(client, certificate(client));
        try (var out = Files.newOutputStream(trust())) {
            trusted.store(out, SECRET);
        }
        Files.setLastModifiedTime(keys(), FileTime.fromMillis(1_000_000_000_000L + ++stamp * 1000));
    }

    /** What connections made from now on show; empty: no certificate. */
    void show(String name) {
        shown = name;
    }

    SSLContext clientContext(String server) throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, SECRET);
        trusted.setCertificateEntry("server", certificate(server));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new Shown()}, trust.getTrustManagers(), null);
        return context;
    }

    static SSLContext trustingAll() throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAll()}, null);
        return context;
    }

    private final class Shown extends X509ExtendedKeyManager {
        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return shown.isEmpty() ? null : shown;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            try {
                return new X509Certificate[] {certificate(alias)};
            } catch (IOException | GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            try {
                return (PrivateKey) store(alias).getKey(alias, SECRET);
            } catch (IOException | GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {shown};
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }

    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
