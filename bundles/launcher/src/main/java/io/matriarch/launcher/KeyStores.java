package io.matriarch.launcher;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.config.core.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;

/**
 * PEM files to the PKCS#12 stores Jetty reads: {@code tls/key.p12} and {@code tls/trust.p12}, mode
 * 0600, written anew at each start and reload under a fresh password that only lives in memory and
 * in ConfigAdmin.
 */
record KeyStores(Path keyStore, Path trustStore, String password) {

    static KeyStores in(Path directory) {
        var secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        return new KeyStores(
                directory.resolve("key.p12"),
                directory.resolve("trust.p12"),
                HexFormat.of().formatHex(secret));
    }

    /** Does nothing if the REST port has no certificate. */
    void write(Settings settings) throws MatriarchException {
        var certfile = settings.text("restapi.certfile");
        if (certfile.isEmpty()) return;
        var keyfile = settings.text("restapi.keyfile").orElse(certfile.get());
        try {
            var chain = certificates(certfile.get());
            var key = Pem.privateKey(read(keyfile), settings.text("restapi.keyfile_password"));
            var store = empty();
            store.setKeyEntry("rest", key, password.toCharArray(), chain);
            save(store, keyStore);
            var authorities = settings.text("restapi.cafile");
            if (authorities.isPresent()) {
                var trust = empty();
                int number = 0;
                for (var certificate : certificates(authorities.get()))
                    trust.setCertificateEntry("ca" + number++, certificate);
                save(trust, trustStore);
            }
        } catch (GeneralSecurityException | IOException e) {
            throw new MatriarchException(
                    Code.CONFIG,
                    "restapi.certfile "
                            + certfile.get()
                            + " with key "
                            + keyfile
                            + ": "
                            + Optional.ofNullable(e.getMessage()).orElse(e.toString()),
                    "both must be PEM files that belong together; `openssl x509 -in FILE -text`"
                            + " shows a certificate",
                    e);
        }
    }

    private static String read(String file) throws IOException {
        return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
    }

    private static Certificate[] certificates(String file)
            throws IOException, GeneralSecurityException {
        // A key in the same file would confuse the factory.
        var only = new StringBuilder();
        var matcher = Pem.blocks(read(file));
        while (matcher.find())
            if (matcher.group(1).endsWith("CERTIFICATE")) only.append(matcher.group()).append('\n');
        if (only.isEmpty()) throw new GeneralSecurityException("no certificate in " + file);
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(
                        new ByteArrayInputStream(
                                only.toString().getBytes(StandardCharsets.ISO_8859_1)))
                .toArray(Certificate[]::new);
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private void save(KeyStore store, Path file) throws IOException, GeneralSecurityException {
        var draft = file.resolveSibling(file.getFileName() + ".draft");
        Files.deleteIfExists(draft);
        Files.createFile(
                draft,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (var out = Files.newOutputStream(draft, StandardOpenOption.WRITE)) {
            store.store(out, password.toCharArray());
        }
        Files.move(
                draft,
                file,
                EnumSet.of(StandardCopyOption.ATOMIC_MOVE).toArray(StandardCopyOption[]::new));
    }
}
