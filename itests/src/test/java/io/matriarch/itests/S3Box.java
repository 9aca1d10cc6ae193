package io.matriarch.itests;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A server of S3 in a container of its own: S3Proxy on its file system, over TLS with a certificate
 * of an authority that nobody knows but who is told. What it was given outlives its end.
 */
final class S3Box implements AutoCloseable {
    static final String BUCKET = "backups";
    static final String ACCESS_KEY = "herd";
    static final String SECRET_KEY = "keeps-its-secrets";
    static final int PORT = 8443;

    private static final Path PROGRAM = Path.of("target/s3-servers/s3proxy.jar");
    private static final String READY = "/run/configured";

    private final Lab lab;
    private final Box box;
    private final HttpClient http;

    private S3Box(Lab lab, Box box, HttpClient http) {
        this.lab = lab;
        this.box = box;
        this.http = http;
    }

    /**
     * Starts it with an empty bucket, and waits until it answers.
     *
     * @param host last number of its address
     */
    static S3Box start(Lab lab, Authority authority, String name, int host) throws IOException {
        if (!Files.isReadable(PROGRAM)) {
            throw new IllegalStateException(
                    PROGRAM.toAbsolutePath() + " is not there: build with -Pcontainers");
        }
        String program = PROGRAM.toRealPath().toString();
        String java = Path.of(System.getProperty("java.home")).toRealPath().toString();
        var box =
                lab.start(
                        name,
                        Lab.image(17),
                        host,
                        settings ->
                                settings.withBinds(
                                        new Bind(program, new Volume("/s3.jar"), AccessMode.ro),
                                        new Bind(java, new Volume("/java"), AccessMode.ro)),
                        "sh",
                        "-c",
                        "while [ ! -e %s ]; do sleep 0.05; done; exec /java/bin/java -Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar /s3.jar --properties /s3.conf > /s3.log 2>&1"
                                .formatted(READY));
        authority.equip(box, "root");
        box.write(
                "/s3.conf",
                """
                s3proxy.authorization=aws-v4
                s3proxy.secure-endpoint=https://0.0.0.0:%d
                s3proxy.keystore-path=/s3.p12
                s3proxy.keystore-password=test-only
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=/data
                """
                        .formatted(PORT, ACCESS_KEY, SECRET_KEY));
        box.sh(
                        "mkdir -p /data/%s && openssl pkcs12 -export -inkey %s -in %s -passout pass:test-only -out /s3.p12 && touch %s"
                                .formatted(BUCKET, Authority.KEY, Authority.CERTIFICATE, READY))
                .orThrow();
        var http = HttpClient.newBuilder().sslContext(authority.stranger()).build();
        var server = new S3Box(lab, box, http);
        server.awaitReady();
        return server;
    }

    Box box() {
        return box;
    }

    String endpoint() {
        return "https://" + box.address() + ":" + PORT;
    }

    /** Names of what lies in a folder of the bucket; none if there is no such folder. */
    List<String> names(String folder) {
        return box.sh("ls -1 /data/" + BUCKET + "/" + folder + " 2>/dev/null")
                .output()
                .lines()
                .toList();
    }

    /** Starts it again after the end of its container. */
    void back() {
        box.start();
        awaitReady();
    }

    private void awaitReady() {
        var request = HttpRequest.newBuilder(URI.create(endpoint() + "/")).build();
        Await.until(
                "an answer of " + endpoint(),
                () ->
                        http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode()
                                == 403,
                () -> box.running() ? box.sh("tail -n 30 /s3.log").output() : "it has ended");
    }

    @Override
    public void close() {
        http.close();
        lab.remove(box);
    }
}
