package io.matriarch.failover.rest;

import io.matriarch.pki.SelfSigned;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A self-signed certificate for a host of another name. */
final class Pki {
    private final String name;
    private final SelfSigned made;

    Pki(Path folder, String name) throws Exception {
        this.name = name;
        made = SelfSigned.make(folder, name, SelfSigned.Kind.EC, "/CN=elsewhere", "DNS:elsewhere");
    }

    Path certificate() {
        return made.pem();
    }

    /** As this one, trusting {@code authority}. */
    PeerAccess access(Pki authority) {
        return new PeerAccess(
                "",
                "",
                Optional.of(authority.certificate()),
                Optional.of(certificate()),
                Optional.of(made.keyPem()));
    }

    /** Of a server with this certificate that trusts the clients. */
    SSLContext context(List<Pki> clients) throws Exception {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(made.store(name), SelfSigned.PASSWORD.toCharArray());
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("self", made.certificate());
        for (var client : clients)
            trusted.setCertificateEntry(client.name, client.made.certificate());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
