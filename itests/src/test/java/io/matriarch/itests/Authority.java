package io.matriarch.itests;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate authority of one test cluster. Its key lives in a container of its own, and goes
 * with it.
 */
final class Authority implements AutoCloseable {
    /** Where {@link #equip} puts the files of a container. */
    static final String DIRECTORY = "/etc/matriarch-tls";

    static final String CA = DIRECTORY + "/ca.crt";
    static final String CERTIFICATE = DIRECTORY + "/own.crt";
    static final String KEY = DIRECTORY + "/own.key";

    private static final String PASSWORD = "test-only";

    private final Lab lab;
    private final Box workshop;

    private Authority(Lab lab, Box workshop) {
        this.lab = lab;
        this.workshop = workshop;
    }

    /**
     * @param host last number of the address of the authority's container
     */
    static Authority open(Lab lab, String cluster, int host) {
        var workshop =
                lab.start(
                        cluster + "-authority",
                        Lab.image(17),
                        host,
                        Lab.Tuning.NONE,
                        "sleep",
                        "infinity");
        workshop.sh(
                        """
                        mkdir -m 700 /ca && cd /ca && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
                          -nodes -keyout ca.key -out ca.crt -days 2 -subj /CN=herd-authority
                        """)
                .orThrow();
        return new Authority(lab, workshop);
    }

    /** Makes the container known: a key and a certificate for its address, owned by this user. */
    void equip(Box box, String user) {
        issue(box.name(), "IP:" + box.address() + ",IP:127.0.0.1,DNS:localhost");
        box.write(CA, read("ca.crt"));
        box.write(CERTIFICATE, read(box.name() + ".crt"));
        box.write(KEY, read(box.name() + ".key"));
        box.sh("chmod 600 %1$s && chown -R %2$s: %3$s".formatted(KEY, user, DIRECTORY)).orThrow();
    }

    /** Its certificate, in PEM. */
    String certificate() {
        return read("ca.crt");
    }

    /** For a client in this JVM: trusts this authority only, and is known to it by this name. */
    SSLContext client(String name) {
        issue(name, "DNS:" + name);
        String bundle =
                workshop.sh(
                                "cd /ca && openssl pkcs12 -export -inkey %1$s.key -in %1$s.crt -passout pass:%2$s | base64 -w0"
                                        .formatted(name, PASSWORD))
                        .orThrow();
        try {
            var own = KeyStore.getInstance("PKCS12");
            own.load(
                    new ByteArrayInputStream(Base64.getDecoder().decode(bundle.strip())),
                    PASSWORD.toCharArray());
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, PASSWORD.toCharArray());
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust().getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("no TLS for " + name, e);
        }
    }

    /** For a client in this JVM that shows no certificate. */
    SSLContext stranger() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust().getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("no TLS for a stranger", e);
        }
    }

    private TrustManagerFactory trust() throws GeneralSecurityException, IOException {
        var anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry(
                "herd",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(
                                        read("ca.crt").getBytes(StandardCharsets.US_ASCII))));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(anchors);
        return trust;
    }

    private void issue(String name, String subjects) {
        workshop.sh(
                        """
                        cd /ca && openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
                          -keyout %1$s.key -out %1$s.csr -subj /CN=%1$s \
                        && printf 'subjectAltName=%2$s\\nextendedKeyUsage=serverAuth,clientAuth\\n' > %1$s.ext \
                        && openssl x509 -req -in %1$s.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 \
                          -extfile %1$s.ext -out %1$s.crt
                        """
                                .formatted(name, subjects))
                .orThrow();
    }

    private String read(String file) {
        return workshop.sh("cat /ca/" + file).orThrow();
    }

    @Override
    public void close() {
        lab.remove(workshop);
    }
}
