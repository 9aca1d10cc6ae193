package io.matriarch.launcher;

import io.matriarch.port.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** The launcher in a JVM of its own, on a copy of the small test home. */
final class Agent implements AutoCloseable {
    private static final Duration GENEROUS = Duration.ofMinutes(2);

    final Path home;
    final Path config;
    final Path state;
    final int port;
    private final Path output;
    private final List<Process> started = new ArrayList<>();

    Agent(Path folder) throws IOException {
        home = folder.resolve("home");
        state = folder.resolve("state");
        output = folder.resolve("output");
        copy(Path.of("target/test-home"), home);
        for (var name : List.of("lib", "api", "app")) Files.createDirectories(bundles(name));
        port = FreePort.next();
        config = folder.resolve("matriarch.yml");
        configure("");
    }

    Path bundles(String folder) {
        return home.resolve("bundles").resolve(folder);
    }

    void configure(String more) throws IOException {
        Files.writeString(
                config,
                """
                scope: demo
                name: n1
                matriarch: {state_dir: "%s", jmx: {listen: off}}
                restapi: {listen: "127.0.0.1:%d"}
                etcd3: {host: "127.0.0.1:2379"}
                postgresql: {listen: "127.0.0.1:5432", data_dir: "%s"}
                %s
                """
                        .formatted(state, port, state.resolveSibling("data"), more));
    }

    Process start(String... more) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx96m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName(),
                                "--home",
                                home.toString(),
                                "--config",
                                config.toString()));
        command.addAll(List.of(more));
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                        .start();
        started.add(process);
        return process;
    }

    /** Starts and waits until ready. */
    Process ready() throws IOException, InterruptedException {
        var process = start();
        await(() -> Files.exists(state.resolve("run/ready")) || !process.isAlive(), "ready");
        if (!process.isAlive()) throw new AssertionError("ended: " + output());
        return process;
    }

    static int ended(Process process) throws InterruptedException {
        if (!process.waitFor(GENEROUS.toSeconds(), TimeUnit.SECONDS))
            throw new AssertionError("still runs after " + GENEROUS);
        return process.exitValue();
    }

    String output() throws IOException {
        return Files.exists(output) ? Files.readString(output) : "";
    }

    int status(int at, String path) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at + path))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    /** Looks again and again; that it takes long is no failure. */
    @SuppressWarnings("BusyWait")
    void await(BooleanSupplier condition, String what) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + GENEROUS.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline)
                throw new AssertionError("not " + what + " in " + GENEROUS + ": " + output());
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    boolean said(String text) {
        try {
            return output().contains(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A bundle that does nothing. */
    static void emptyBundle(Path jar, String symbolicName, String version) throws IOException {
        bundle(jar, symbolicName, version, Optional.empty());
    }

    /** A bundle that does what its activator does, a class of these tests that needs no other. */
    static void bundle(Path jar, String symbolicName, String version, Optional<Class<?>> activator)
            throws IOException {
        var manifest = new Manifest();
        var main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", symbolicName);
        main.putValue("Bundle-Version", version);
        var draft = jar.resolveSibling(jar.getFileName() + ".draft");
        activator.ifPresent(type -> {
            main.putValue("Bundle-Activator", type.getName());
            main.putValue("Import-Package", "org.osgi.framework");
        });
        try (var out = new JarOutputStream(Files.newOutputStream(draft), manifest)) {
            if (activator.isPresent()) {
                String file = activator.get().getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(file));
                Files.copy(Path.of("target/test-classes").resolve(file), out);
            }
        }
        Files.move(draft, jar, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attrs)
                            throws IOException {
                        Files.createDirectories(to.resolve(from.relativize(dir)));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attrs)
                            throws IOException {
                        Files.copy(file, to.resolve(from.relativize(file)));
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    @Override
    public void close() throws InterruptedException {
        for (var process : started) {
            process.destroyForcibly();
            process.waitFor();
        }
    }
}
