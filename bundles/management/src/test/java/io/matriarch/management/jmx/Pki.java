package io.matriarch.management.jmx;

import io.matriarch.pki.SelfSigned;
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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Self-signed certificates, and a client that shows the one it is told to. */
final class Pki {
    static final String PASSWORD = SelfSigned.PASSWORD;
    private static final char[] SECRET = PASSWORD.toCharArray();

    private final Path folder;
    private final Map<String, SelfSigned> made = new ConcurrentHashMap<>();
    private volatile String shown = "";
    private long stamp;

    Pki(Path folder) {
        this.folder = folder;
    }

    /**
     * @param subject as openssl writes it
     */
    void make(String name, String subject) throws Exception {
        made.put(name, SelfSigned.make(folder, name, SelfSigned.Kind.EC, subject, "IP:127.0.0.1"));
    }

    X509Certificate certificate(String name) {
        return made.get(name).certificate();
    }

    Path keys() {
        return folder.resolve("stores-key.p12");
    }

    Path trust() {
        return folder.resolve("stores-trust.p12");
    }

    /** As the launcher does, with a time of its own each. */
    void writeStores(String server, List<String> clients) throws Exception {
        made.get(server).writeStore(server, keys());
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
            return new X509Certificate[] {certificate(alias)};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return made.get(alias).key();
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
