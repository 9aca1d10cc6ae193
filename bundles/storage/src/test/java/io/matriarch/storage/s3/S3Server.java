package io.matriarch.storage.s3;

import static org.junit.jupiter.api.Assumptions.abort;

import io.matriarch.port.FreePort;
import io.matriarch.storage.api.Location.Credentials;
import io.matriarch.storage.api.Location.Encryption;
import io.matriarch.storage.api.Location.S3;
import io.matriarch.storage.api.Location.Transfer;
import io.matriarch.storage.api.RequestListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A real server of S3 on loopback, for a test class; ended by its process id. */
final class S3Server implements AutoCloseable {
    static final String BUCKET = "backups";
    static final String ACCESS_KEY = "testkey";
    static final String SECRET_KEY = "testsecret";

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Path PROGRAMS = Path.of("target/s3-servers");

    private final String name;
    private final URI endpoint;
    private final Process process;
    private final Path directory;
    private final List<String> end;

    private S3Server(String name, URI endpoint, Process process, Path directory, List<String> end) {
        this.name = name;
        this.endpoint = endpoint;
        this.process = process;
        this.directory = directory;
        this.end = end;
    }

    /** jclouds' file system behind S3's protocol; checks signatures. */
    static S3Server s3proxy(Class<?> test) throws Exception {
        Path directory = Files.createTempDirectory("matriarch-s3proxy-");
        Files.createDirectories(directory.resolve("data").resolve(BUCKET));
        int port = FreePort.next();
        Path settings = directory.resolve("s3proxy.conf");
        Files.writeString(
                settings,
                """
                s3proxy.authorization=aws-v4
                s3proxy.endpoint=http://127.0.0.1:%d
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s/data
                """
                        .formatted(port, ACCESS_KEY, SECRET_KEY, directory));
        return java(test, "s3proxy", port, directory, List.of("--properties", settings.toString()));
    }

    /** Adobe's S3Mock; knows encryption, tags and storage classes; does not check signatures. */
    static S3Server s3mock(Class<?> test) throws Exception {
        Path directory = Files.createTempDirectory("matriarch-s3mock-");
        int port = FreePort.next();
        String prefix = "--com.adobe.testing.s3mock.";
        return java(
                test,
                "s3mock",
                port,
                directory,
                List.of(
                        "--server.port=" + FreePort.next(),
                        prefix + "http-port=" + port,
                        prefix + "store.root=" + Files.createDirectory(directory.resolve("data")),
                        prefix + "store.initial-buckets=" + BUCKET,
                        prefix + "store.valid-kms-keys=arn:aws:kms:us-east-1:1:key/known"));
    }

    private static S3Server java(
            Class<?> test, String name, int port, Path directory, List<String> arguments)
            throws Exception {
        Path jar = PROGRAMS.resolve(name + ".jar");
        if (!Files.exists(jar)) throw skipped(test, jar.toAbsolutePath() + " was not copied");
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar"));
        command.add(jar.toString());
        command.addAll(arguments);
        Process process = start(command, directory);
        var endpoint = URI.create("http://127.0.0.1:" + port);
        return new S3Server(name, endpoint, process, directory, List.of()).awaitReady(test);
    }

    /** Ceph's gateway on its store in SQLite, in a container made by itests/src/main/sh/images. */
    static S3Server radosgw(Class<?> test) throws Exception {
        String image = "matriarch-itests:radosgw";
        return container(test, "radosgw", image, 7480, List.of(ACCESS_KEY, SECRET_KEY));
    }

    /** MinIO, where its image is. */
    static S3Server minio(Class<?> test) throws Exception {
        return container(test, "minio", "minio/minio", 9000, List.of("server", "/data"));
    }

    private static S3Server container(
            Class<?> test, String name, String image, int port, List<String> arguments)
            throws Exception {
        if (!Boolean.getBoolean("matriarch.containers"))
            throw skipped(test, "containers are off; they come with -Pcontainers");
        if (!answers(List.of("docker", "info"))) throw skipped(test, "no Docker daemon answers");
        if (!answers(List.of("docker", "image", "inspect", image)))
            throw skipped(test, "there is no image " + image + "; see itests/src/main/sh/images");
        Path directory = Files.createTempDirectory("matriarch-" + name + "-");
        String container = "matriarch-storage-" + name + "-" + ProcessHandle.current().pid();
        var command = new ArrayList<String>(List.of("docker", "run", "--rm", "--name", container));
        int local = FreePort.next();
        command.addAll(List.of("-p", "127.0.0.1:" + local + ":" + port));
        command.addAll(List.of("-e", "MINIO_ROOT_USER=" + ACCESS_KEY));
        command.addAll(List.of("-e", "MINIO_ROOT_PASSWORD=" + SECRET_KEY, image));
        command.addAll(arguments);
        Process process = start(command, directory);
        var endpoint = URI.create("http://127.0.0.1:" + local);
        var end = List.of("docker", "rm", "-f", container);
        var server = new S3Server(name, endpoint, process, directory, end).awaitReady(test);
        try (var client = Clients.of(server.location(""), RequestListener.NONE)) {
            client.createBucket(bucket -> bucket.bucket(BUCKET));
        }
        return server;
    }

    /** Ends the test class, by name and aloud, where a server cannot be had. */
    private static RuntimeException skipped(Class<?> test, String why) {
        String text = test.getSimpleName() + " did not run: " + why;
        System.err.println(text);
        return abort(text);
    }

    private static Process start(List<String> command, Path directory) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private static boolean answers(List<String> command) throws Exception {
        try {
            var process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    private S3Server awaitReady(Class<?> test) throws Exception {
        long begin = System.nanoTime();
        while (!listens()) {
            boolean late = System.nanoTime() - begin > LIMIT.toNanos();
            if (late || !process.isAlive()) {
                String log = Files.readString(directory.resolve("log"));
                close();
                throw new AssertionError(name + " does not start:\n" + log);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        System.err.printf("[storage] %s runs on %s%n", test.getSimpleName(), name);
        return this;
    }

    /**
     * A port of Docker's proxy accepts before the server behind it does: so ask, and be answered.
     */
    private boolean listens() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(endpoint.getHost(), endpoint.getPort()), 1000);
            socket.setSoTimeout(2000);
            socket.getOutputStream().write("GET / HTTP/1.0\r\nHost: x\r\n\r\n".getBytes());
            return socket.getInputStream().read() == 'H';
        } catch (IOException notYet) {
            return false;
        }
    }

    URI endpoint() {
        return endpoint;
    }

    S3 location(String prefix) {
        return location(BUCKET, prefix, new Credentials.Keys(ACCESS_KEY, SECRET_KEY, none()));
    }

    S3 location(String bucket, String prefix, Credentials credentials) {
        return new S3(
                bucket,
                prefix,
                Optional.of(endpoint),
                "us-east-1",
                true,
                none(),
                credentials,
                new Encryption.None(),
                none(),
                Map.of(),
                new Transfer(Duration.ofSeconds(60), 5 << 20, 3));
    }

    private static <T> Optional<T> none() {
        return Optional.empty();
    }

    @Override
    public void close() throws Exception {
        if (!end.isEmpty()) answers(end);
        process.destroyForcibly();
        process.waitFor(30, TimeUnit.SECONDS);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList())
                Files.deleteIfExists(file);
        }
    }
}
