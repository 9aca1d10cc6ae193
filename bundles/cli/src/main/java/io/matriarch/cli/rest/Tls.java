package io.matriarch.cli.rest;

import io.matriarch.cli.settings.Settings;
import java.io.ByteArrayInputStream;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** TLS from PEM files: whom we trust, and the certificate we show. */
final class Tls {

    private static final Pattern CERTIFICATE =
            Pattern.compile(
                    "-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", Pattern.DOTALL);

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----(.*?)-----END", Pattern.DOTALL);

    private Tls() {}

    static SSLSocketFactory factory(Settings settings) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(keys(settings), trust(settings), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new SSLException(e.getMessage(), e);
        }
    }

    private static TrustManager[] trust(Settings settings)
            throws IOException, GeneralSecurityException {
        if (settings.insecure()) return new TrustManager[] {new TrustAnybody()};
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if (settings.cacert().isPresent()) {
            var store = emptyStore();
            int number = 0;
            for (Certificate ca : certificates(settings.cacert().get()))
                store.setCertificateEntry("ca" + number++, ca);
            factory.init(store);
        } else {
            factory.init((KeyStore) null);
        }
        return factory.getTrustManagers();
    }

    private static KeyManager[] keys(Settings settings)
            throws IOException, GeneralSecurityException {
        if (settings.cert().isEmpty()) return new KeyManager[0];
        Path cert = settings.cert().get();
        // as everywhere in the trade: without a key file the key is in the certificate's
        Path key = settings.key().orElse(cert);
        var store = emptyStore();
        store.setKeyEntry(
                "client", privateKey(key, settings.keyPassword()), new char[0], certificates(cert));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    /**
     * Only the certificates: the factory takes a key that lies in the same file for one as well.
     */
    private static Certificate[] certificates(Path file)
            throws IOException, GeneralSecurityException {
        var factory = CertificateFactory.getInstance("X.509");
        var found = new ArrayList<Certificate>();
        var match = CERTIFICATE.matcher(Files.readString(file));
        while (match.find()) {
            byte[] der = Base64.getMimeDecoder().decode(match.group(1));
            found.add(factory.generateCertificate(new ByteArrayInputStream(der)));
        }
        if (found.isEmpty()) throw new SSLException(file + " holds no certificate in PEM form");
        return found.toArray(Certificate[]::new);
    }

    private static PrivateKey privateKey(Path file, Optional<String> password)
            throws IOException, GeneralSecurityException {
        var match = KEY.matcher(Files.readString(file));
        if (!match.find()) throw new SSLException(file + " holds no private key in PEM form");
        byte[] der = Base64.getMimeDecoder().decode(match.group(2));
        return switch (match.group(1).trim()) {
            case "" -> fromPkcs8(file, new PKCS8EncodedKeySpec(der));
            case "ENCRYPTED" -> fromPkcs8(file, decrypted(file, der, password));
            default ->
                    throw new SSLException(
                            "%s: a key of the old form \"%sPRIVATE KEY\"; turn it into PKCS 8 with: openssl pkcs8 -topk8 -nocrypt -in %s"
                                    .formatted(file, match.group(1), file));
        };
    }

    private static PKCS8EncodedKeySpec decrypted(Path file, byte[] der, Optional<String> password)
            throws IOException, GeneralSecurityException {
        if (password.isEmpty())
            throw new SSLException(file + " is encrypted and ctl.keyfile_password is not set");
        var info = new EncryptedPrivateKeyInfo(der);
        // for PBES2 the parameters' text names both algorithms, getAlgName() only the scheme
        String algorithm =
                info.getAlgParameters() == null
                        ? info.getAlgName()
                        : info.getAlgParameters().toString();
        var secret =
                SecretKeyFactory.getInstance(algorithm)
                        .generateSecret(new PBEKeySpec(password.get().toCharArray()));
        var cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.DECRYPT_MODE, secret, info.getAlgParameters());
        return info.getKeySpec(cipher);
    }

    private static PrivateKey fromPkcs8(Path file, PKCS8EncodedKeySpec spec)
            throws GeneralSecurityException {
        for (String algorithm : new String[] {"RSA", "EC", "EdDSA"}) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // the form does not say which kind it is; the next one may fit
                continue;
            }
        }
        throw new GeneralSecurityException(file + " is neither an RSA nor an EC nor an EdDSA key");
    }

    /** What {@code ctl.insecure} asks for. */
    private static final class TrustAnybody implements X509TrustManager {
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
