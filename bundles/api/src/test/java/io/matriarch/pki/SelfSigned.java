package io.matriarch.pki;

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
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/**
 * A certificate nobody else vouches for and its key, good for two days. Made by openssl: the JDK's
 * keytool does the same, but is a JVM of its own each time.
 *
 * @param pem the certificate
 * @param keyPem the key as PKCS#8, not encrypted
 */
public record SelfSigned(X509Certificate certificate, PrivateKey key, Path pem, Path keyPem) {
    /** Of the key stores that {@link #store} makes. */
    public static final String PASSWORD = "changeit";

    private static final Path OPENSSL = Path.of("/usr/bin/openssl");

    /** The kind of key. */
    public enum Kind {
        EC("ec -pkeyopt ec_paramgen_curve:prime256v1"),
        RSA("rsa:2048");

        private final String option;

        Kind(String option) {
            this.option = option;
        }
    }

    /**
     * Writes {@code name.crt} and {@code name.key} in that folder, over older ones.
     *
     * @param subject as openssl writes it: {@code /O=Herd/CN=n1}
     * @param alternative as openssl writes it: {@code IP:127.0.0.1} or {@code DNS:localhost}
     */
    public static SelfSigned make(
            Path folder, String name, Kind kind, String subject, String alternative)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path pem = folder.resolve(name + ".crt");
        Path keyPem = folder.resolve(name + ".key");
        var process =
                new ProcessBuilder(
                                (OPENSSL
                                                + " req -x509 -nodes -days 2 -newkey "
                                                + kind.option
                                                + " -subj "
                                                + subject
                                                + " -addext subjectAltName="
                                                + alternative
                                                + " -keyout "
                                                + keyPem
                                                + " -out "
                                                + pem)
                                        .split(" "))
                        .redirectErrorStream(true)
                        .start();
        var said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) throw new AssertionError(OPENSSL + ": " + said);
        try (var in = Files.newInputStream(pem)) {
            var certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
            return new SelfSigned((X509Certificate) certificate, key(kind, keyPem), pem, keyPem);
        }
    }

    private static PrivateKey key(Kind kind, Path file)
            throws IOException, GeneralSecurityException {
        var body = Files.readString(file).replaceAll("-----[A-Z ]+-----", "");
        return KeyFactory.getInstance(kind.name())
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
    }

    /** A key store of that one key, in memory. */
    public KeyStore store(String alias) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(alias, key, PASSWORD.toCharArray(), new Certificate[] {certificate});
        return store;
    }

    /** The same in a file, encrypted with the {@link #PASSWORD}. */
    public void writeStore(String alias, Path file) throws IOException, GeneralSecurityException {
        try (var out = Files.newOutputStream(file)) {
            store(alias).store(out, PASSWORD.toCharArray());
        }
    }
}
