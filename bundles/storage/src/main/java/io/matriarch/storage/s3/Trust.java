package io.matriarch.storage.s3;

import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The authorities Java trusts, and those of a PEM file. */
final class Trust {
    private Trust() {}

    static TrustManager[] withAuthoritiesOf(Path caFile) throws StorageException {
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (var manager : managers(null))
                if (manager instanceof X509TrustManager known)
                    for (var issuer : known.getAcceptedIssuers())
                        store.setCertificateEntry("known" + number++, issuer);
            for (var authority : read(caFile))
                store.setCertificateEntry("file" + number++, authority);
            return managers(store);
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(caFile, e.toString(), e);
        }
    }

    private static TrustManager[] managers(@Nullable KeyStore store)
            throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static Collection<? extends Certificate> read(Path caFile)
            throws IOException, GeneralSecurityException, StorageException {
        try (var in = Files.newInputStream(caFile)) {
            var found = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) throw unusable(caFile, "it has no certificate", null);
            return found;
        }
    }

    private static StorageException unusable(Path caFile, String why, @Nullable Throwable cause) {
        return new StorageException(
                Fault.DENIED,
                "ca_file " + caFile + " cannot be used: " + why,
                "name a file of PEM certificates the agent's user can read",
                cause);
    }
}
