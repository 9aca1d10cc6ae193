package io.matriarch.dcs.etcd;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/** Two authorities, and certificates of the first, made by openssl for one test run. */
final class Certificates {
    private static final Path OPENSSL = Path.of("/usr/bin/openssl");

    private Certificates() {}

    static void needed(Class<?> test) {
        if (!Files.isExecutable(OPENSSL)) {
            String text = test.getSimpleName() + " did not run: " + OPENSSL + " is not installed";
            System.err.println(text);
            abort(text);
        }
    }

    static void make(Path directory) throws Exception {
        Files.writeString(directory.resolve("san"), "subjectAltName=IP:127.0.0.1\n");
        run(
                directory,
                "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.crt");
        run(
                directory,
                "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other -keyout other-ca.key"
                        + " -out other-ca.crt");
        run(directory, "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out server.key");
        run(directory, "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out client.key");
        run(directory, "rsa -in client.key -traditional -out client-pkcs1.key");
        run(directory, "ecparam -name prime256v1 -genkey -noout -out client-sec1.key");
        for (String name : new String[] {"server", "client", "client-sec1"}) {
            run(directory, "req -new -subj /CN=" + name + " -key " + name + ".key -out csr");
            run(
                    directory,
                    "x509 -req -in csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2"
                            + " -extfile san -out "
                            + name
                            + ".crt");
        }
    }

    static void run(Path directory, String arguments) throws Exception {
        var command = (OPENSSL + " " + arguments).split(" ");
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + said);
        }
    }
}
