package io.matriarch.backup.wal;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A folder and programs that run as an ordinary user in it, because PostgreSQL refuses root. */
final class Machine implements AutoCloseable {
    private static final List<String> NEEDED =
            List.of(
                    "matriarch-api",
                    "matriarch-storage",
                    "zstd-jni",
                    "lz4-java",
                    "commons-compress",
                    "commons-io",
                    "commons-lang",
                    "commons-codec",
                    "hash4j",
                    "slf4j-api",
                    "logback",
                    "jspecify",
                    "osgi");

    final Path root;
    private final boolean isRoot;
    private final List<Process> processes = new ArrayList<>();

    Machine() throws IOException {
        isRoot = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        root = Files.createTempDirectory("matriarch-wal-");
        own(root);
        Path lib = folder("lib");
        Path program = Files.copy(Program.PATH, lib.resolve(Program.PATH.getFileName()));
        program.toFile().setExecutable(true, false);
        for (String entry : System.getProperty("java.class.path").split(":")) copy(lib, entry);
    }

    Path folder(String name) throws IOException {
        Path folder = Files.createDirectories(root.resolve(name));
        own(folder);
        return folder;
    }

    Path program() {
        return root.resolve("lib").resolve(Program.PATH.getFileName());
    }

    private void own(Path file) throws IOException {
        if (!isRoot) return;
        var users = FileSystems.getDefault().getUserPrincipalLookupService();
        Files.setOwner(file, users.lookupPrincipalByName("postgres"));
    }

    private static void copy(Path lib, String entry) throws IOException {
        Path from = Path.of(entry);
        if (Files.isDirectory(from) && entry.contains("classes")) {
            Path to = lib.resolve(from.getFileName());
            try (Stream<Path> all = Files.walk(from)) {
                for (Path file : all.toList())
                    Files.copy(
                            file,
                            to.resolve(from.relativize(file)),
                            StandardCopyOption.REPLACE_EXISTING);
            }
        } else if (NEEDED.stream().anyMatch(from.getFileName().toString()::contains))
            Files.copy(from, lib.resolve(from.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }

    Process start(List<String> command) throws IOException {
        var all = new ArrayList<String>();
        if (isRoot)
            all.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
        all.addAll(command);
        var builder = new ProcessBuilder(all).directory(root.toFile()).redirectErrorStream(true);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        var process = builder.start();
        processes.add(process);
        return process;
    }

    record Ended(int status, String text) {}

    Ended run(String... command) throws Exception {
        var process = start(List.of(command));
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), text);
    }

    String must(String... command) throws Exception {
        var ended = run(command);
        if (ended.status() != 0)
            throw new AssertionError(String.join(" ", command) + ": " + ended.text());
        return ended.text();
    }

    /** An agent, listening. */
    Agent agent(Path data, Path own, Path repo, String pass) throws Exception {
        var process =
                start(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx128m",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Djava.io.tmpdir=" + folder("tmp"),
                                "-cp",
                                root.resolve("lib/classes")
                                        + ":"
                                        + root.resolve("lib/test-classes")
                                        + ":"
                                        + root.resolve("lib")
                                        + "/*",
                                AgentMain.class.getName(),
                                data.toString(),
                                own.toString(),
                                repo.toString(),
                                pass));
        var agent = new Agent(process, process.inputReader());
        agent.until("ready");
        return agent;
    }

    /** One running agent. */
    record Agent(Process process, BufferedReader output) {
        void until(String word) throws IOException {
            var said = new StringBuilder();
            for (String line; (line = output.readLine()) != null; ) {
                if (line.equals(word)) {
                    Thread.ofVirtual().start(this::drain);
                    return;
                }
                said.append(line).append('\n');
            }
            throw new AssertionError("the agent ended: " + said);
        }

        private void drain() {
            try {
                while (output.readLine() != null) continue;
            } catch (IOException _) {
                // it ended
            }
        }

        void kill() throws InterruptedException {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    static void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (!condition.holds()) {
            if (System.nanoTime() > end) throw new AssertionError("never " + what);
            LockSupport.parkNanos(50_000_000);
        }
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    @Override
    public void close() throws Exception {
        for (var process : processes) {
            process.destroyForcibly();
            process.waitFor();
        }
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList())
                Files.deleteIfExists(file);
        }
    }
}
