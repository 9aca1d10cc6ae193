package io.matriarch.dcs.etcd;

import static org.junit.jupiter.api.Assumptions.abort;

import io.matriarch.dcs.Await;
import io.matriarch.port.FreePort;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One etcd server program of a test: loopback, its own directory, ended by its process id. */
final class EtcdServer implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/etcd");
    private static final Path CTL = Path.of("/usr/bin/etcdctl");

    final String uri;
    private final Path directory;
    private final List<String> command;
    private Process process;

    private EtcdServer(String uri, Path directory, List<String> command) {
        this.uri = uri;
        this.directory = directory;
        this.command = command;
    }

    /** Ends the test class, by name and aloud, if this machine has no etcd. */
    static void needed(Class<?> test) {
        for (Path program : List.of(PROGRAM, CTL)) {
            if (Files.isExecutable(program)) continue;
            String text = test.getSimpleName() + " did not run: " + program + " is not installed";
            System.err.println(text);
            abort(text);
        }
    }

    static EtcdServer start(String... options) throws Exception {
        return launch("http", options);
    }

    static EtcdServer startTls(String... options) throws Exception {
        return launch("https", options);
    }

    private static EtcdServer launch(String scheme, String... options) throws Exception {
        EtcdServer server = prepare("one", scheme, FreePort.next(), List.of(options));
        server.run();
        server.awaitReady();
        return server;
    }

    static List<EtcdServer> startCluster(int size) throws Exception {
        List<Integer> peerPorts = new ArrayList<>();
        var members = new ArrayList<String>();
        for (int i = 0; i < size; i++) {
            peerPorts.add(FreePort.next());
            members.add("m" + i + "=http://127.0.0.1:" + peerPorts.get(i));
        }
        List<EtcdServer> servers = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            var options = List.of("--initial-cluster", String.join(",", members));
            servers.add(prepare("m" + i, "http", peerPorts.get(i), options));
        }
        for (EtcdServer server : servers) {
            server.run();
        }
        for (EtcdServer server : servers) {
            server.awaitReady();
        }
        return servers;
    }

    private static EtcdServer prepare(
            String name, String scheme, int peerPort, List<String> options) throws IOException {
        Path directory = Files.createTempDirectory("matriarch-etcd-");
        String client = scheme + "://127.0.0.1:" + FreePort.next();
        String peer = "http://127.0.0.1:" + peerPort;
        var command = new ArrayList<String>(List.of(PROGRAM.toString(), "--name", name));
        command.addAll(List.of("--data-dir", directory.resolve("data").toString()));
        command.addAll(List.of("--listen-client-urls", client));
        command.addAll(List.of("--advertise-client-urls", client));
        command.addAll(List.of("--listen-peer-urls", peer));
        command.addAll(List.of("--initial-advertise-peer-urls", peer));
        if (!options.contains("--initial-cluster")) {
            command.addAll(List.of("--initial-cluster", name + "=" + peer));
        }
        command.addAll(options);
        return new EtcdServer(client, directory, command);
    }

    private File log() {
        return directory.resolve("log").toFile();
    }

    private void run() throws IOException {
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log()))
                        .start();
    }

    private void awaitReady() throws Exception {
        Await.until(
                "etcd is ready; its log: " + log(),
                () -> {
                    if (!process.isAlive()) {
                        throw new AssertionError(Files.readString(log().toPath()));
                    }
                    return Files.readString(log().toPath()).contains("client requests");
                });
    }

    /** Starts it again on its old data. */
    void restart() throws Exception {
        kill();
        Files.delete(log().toPath());
        run();
        awaitReady();
    }

    void pause() throws Exception {
        signal("-STOP");
    }

    void goOn() throws Exception {
        signal("-CONT");
    }

    private void signal(String name) throws Exception {
        new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** Runs etcdctl against this server. */
    void ctl(String... arguments) throws Exception {
        var ctl = new ArrayList<String>(List.of(CTL.toString(), "--endpoints=" + uri));
        ctl.addAll(List.of(arguments));
        var builder = new ProcessBuilder(ctl).redirectErrorStream(true);
        builder.environment().put("ETCDCTL_API", "3");
        Process running = builder.start();
        String said = new String(running.getInputStream().readAllBytes());
        if (running.waitFor() != 0) {
            throw new AssertionError(String.join(" ", ctl) + ": " + said);
        }
    }

    @Override
    public void close() throws Exception {
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
