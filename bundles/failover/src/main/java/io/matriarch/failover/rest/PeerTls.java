package io.matriarch.failover.rest;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * TLS towards peers as Patroni's daemon does it: without a client certificate of ours nobody's is
 * verified; with one, the chain is and the host name is not. What peers say decides who may lead
 * but is never executed, and a cluster that runs so today must go on running.
 */
final class PeerTls {
    private static final char[] NO_PASSWORD = new char[0];
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN (RSA |EC |)PRIVATE KEY-----([^-]+)-----END");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private PeerTls() {}

    static SSLSocketFactory sockets(PeerAccess access) throws MatriarchException {
        var keys = new KeyManager[0];
        var trust = new TrustManager[] {new TrustsAll()};
        if (access.certfile().isPresent()) {
            keys = keys(access.certfile().get(), access.keyfile().orElse(access.certfile().get()));
            trust = trust(access.cacert());
        }
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw unusable("TLS", "does this Java runtime have TLS?", e);
        }
    }

    private static KeyManager[] keys(Path certfile, Path keyfile) throws MatriarchException {
        var chain = certificates("ctl.certfile", certfile).toArray(Certificate[]::new);
        var key = privateKey(keyfile);
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, NO_PASSWORD);
            store.setKeyEntry("client", key, NO_PASSWORD, chain);
            var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw unusable(
                    "ctl.certfile " + certfile, "does it belong to the key " + keyfile + "?", e);
        }
    }

    private static TrustManager[] trust(Optional<Path> cacert) throws MatriarchException {
        try {
            var factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(cacert.isPresent() ? authorities(cacert.get()) : null);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw unusable("ctl.cacert " + cacert, "is it a PEM file of certificates?", e);
        }
    }

    private static KeyStore authorities(Path cacert)
            throws GeneralSecurityException, IOException, MatriarchException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, NO_PASSWORD);
        int number = 0;
        for (var authority : certificates("ctl.cacert", cacert))
            store.setCertificateEntry("ca" + number++, authority);
        return store;
    }

    private static List<? extends Certificate> certificates(String setting, Path file)
            throws MatriarchException {
        try (var bytes = Files.newInputStream(file)) {
            var found = CertificateFactory.getInstance("X.509").generateCertificates(bytes);
            if (!found.isEmpty()) return List.copyOf(found);
            throw new IOException("no certificate in it");
        } catch (GeneralSecurityException | IOException e) {
            throw unusable(setting + " " + file, "it must be a readable PEM file", e);
        }
    }

    private static PrivateKey privateKey(Path file) throws MatriarchException {
        String hint =
                "it must hold an RSA, EC or EdDSA key without a password; "
                        + "openssl pkcs8 -topk8 -nodes converts others";
        try {
            var matcher = KEY.matcher(Files.readString(file));
            if (!matcher.find()) throw new IOException("no private key in it");
            byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
            return switch (matcher.group(1)) {
                case "RSA " -> KeyFactory.getInstance("RSA").generatePrivate(rsaAsPkcs8(der));
                case "EC " -> throw new IOException("the key is in SEC 1 form, not PKCS 8");
                default -> pkcs8(new PKCS8EncodedKeySpec(der));
            };
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw unusable("ctl.keyfile " + file, hint, e);
        }
    }

    private static PrivateKey pkcs8(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
        var refusals = new InvalidKeySpecException("none of " + ALGORITHMS);
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                refusals.addSuppressed(e); // of another algorithm
            }
        }
        throw refusals;
    }

    /** Wraps {@code RSAPrivateKey} of RFC 8017 into {@code PrivateKeyInfo} of RFC 5208. */
    private static PKCS8EncodedKeySpec rsaAsPkcs8(byte[] key) {
        byte[] head = {2, 1, 0, 48, 13, 6, 9, 42, -122, 72, -122, -9, 13, 1, 1, 1, 5, 0};
        byte[] octets = tagged(4, key);
        byte[] content = java.util.Arrays.copyOf(head, head.length + octets.length);
        System.arraycopy(octets, 0, content, head.length, octets.length);
        return new PKCS8EncodedKeySpec(tagged(48, content));
    }

    /** One DER value with a length of two bytes, which fits every RSA key above 1,024 bit. */
    private static byte[] tagged(int tag, byte[] content) {
        byte[] value = new byte[content.length + 4];
        value[0] = (byte) tag;
        value[1] = (byte) 0x82;
        value[2] = (byte) (content.length >> 8);
        value[3] = (byte) content.length;
        System.arraycopy(content, 0, value, 4, content.length);
        return value;
    }

    private static MatriarchException unusable(String what, String hint, Exception cause) {
        return new MatriarchException(
                Code.CONFIG, what + " cannot be used: " + cause.getMessage(), hint, cause);
    }

    /** See the class: Patroni's way without a client certificate. */
    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
