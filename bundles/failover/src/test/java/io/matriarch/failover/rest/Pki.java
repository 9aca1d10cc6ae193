package io.matriarch.failover.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A self-signed certificate for a host of another name, made by the JDK's keytool. */
final class Pki {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private final Path folder;
    private final String name;
    private final KeyStore store;

    Pki(Path folder, String name) throws Exception {
        this.folder = folder;
        this.name = name;
        Path file = folder.resolve(name + ".p12");
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
                                "CN=elsewhere",
                                "-validity",
                                "2",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                new String(PASSWORD),
                                "-keystore",
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        var output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
        store = KeyStore.getInstance(file.toFile(), PASSWORD);
    }

    Path certificate() throws Exception {
        return pem("CERTIFICATE", store.getCertificate(name).getEncoded());
    }

    /** As this one, trusting {@code authority}. */
    PeerAccess access(Pki authority) throws Exception {
        Path key = pem("PRIVATE KEY", store.getKey(name, PASSWORD).getEncoded());
        return new PeerAccess(
                "",
                "",
                Optional.of(authority.certificate()),
                Optional.of(certificate()),
                Optional.of(key));
    }

    /** Of a server with this certificate that trusts the clients. */
    SSLContext context(List<Pki> clients) throws Exception {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, PASSWORD);
        trusted.setCertificateEntry("self", store.getCertificate(name));
        for (var client : clients)
            trusted.setCertificateEntry(client.name, client.store.getCertificate(client.name));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private Path pem(String type, byte[] der) throws IOException {
        Path file = folder.resolve(name + "." + type.replace(" ", "") + ".pem");
        var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                file, "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(type, text));
    }
}
