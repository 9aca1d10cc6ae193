package io.matriarch.management.jmx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Key, certificate and the authorities of clients, from key stores the launcher writes; read anew
 * when they were written anew.
 */
public final class TlsMaterial {
    /** Whether clients show a certificate. */
    public enum Clients {
        NONE,
        OPTIONAL,
        REQUIRED
    }

    private final Path keys;
    private final Optional<Path> trust;
    private final String password;
    private final Clients clients;
    private @Nullable SSLContext context;
    private @Nullable FileTime read;

    /**
     * @param keys PKCS#12
     * @param trust PKCS#12 with the authorities; empty: no client certificate is ever verified
     * @param password of both
     * @throws IllegalArgumentException client certificates and no authorities
     */
    public TlsMaterial(Path keys, Optional<Path> trust, String password, Clients clients) {
        if (clients != Clients.NONE && trust.isEmpty())
            throw new IllegalArgumentException(
                    "client certificates are " + clients + " and no authority vouches for them");
        this.keys = keys;
        this.trust = trust;
        this.password = password;
        this.clients = clients;
    }

    Clients clients() {
        return clients;
    }

    /**
     * @throws IOException the key stores cannot be read, or hold nothing usable
     */
    synchronized SSLContext context() throws IOException {
        var written = Files.getLastModifiedTime(keys);
        var known = context;
        if (known != null && written.equals(read)) return known;
        try {
            var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store(keys), password.toCharArray());
            var fresh = SSLContext.getInstance("TLS");
            // An empty list, not none: none would be the JDK's list of public authorities.
            fresh.init(
                    factory.getKeyManagers(),
                    trust.isPresent() ? authorities(trust.get()) : new TrustManager[0],
                    null);
            context = fresh;
            read = written;
            return fresh;
        } catch (GeneralSecurityException e) {
            throw new IOException("the key stores of " + keys.getParent() + " are no use", e);
        }
    }

    private TrustManager[] authorities(Path file) throws IOException, GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store(file));
        return factory.getTrustManagers();
    }

    private KeyStore store(Path file) throws IOException, GeneralSecurityException {
        var secret = password.toCharArray();
        try (var bytes = Files.newInputStream(file)) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(bytes, secret);
            return store;
        } finally {
            Arrays.fill(secret, ' ');
        }
    }
}
