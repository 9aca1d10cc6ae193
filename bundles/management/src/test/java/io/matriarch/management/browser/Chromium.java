package io.matriarch.management.browser;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A headless Chromium of its own, with a profile that is gone afterwards. */
public final class Chromium implements AutoCloseable {
    private static final long START_SECONDS = 90;
    private final Path profile;
    private final Process process;
    private final DevTools tools;

    /**
     * @param hosts the only ones it may ask, with asterisks: what else the program would like to
     *     know, it is not told
     */
    public Chromium(String... hosts) throws IOException {
        profile = Files.createTempDirectory("matriarch-chromium");
        var command = new ArrayList<String>();
        command.add(program().orElseThrow().toString());
        command.addAll(
                List.of(
                        "--headless=new",
                        "--no-sandbox", // the tests run as root, where it refuses one
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--hide-scrollbars",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--host-resolver-rules=" + rules(hosts),
                        "--user-data-dir=" + profile,
                        "--remote-debugging-port=0",
                        "about:blank"));
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(profile.resolve("output").toFile())
                        .start();
        try {
            tools = new DevTools(address());
        } catch (IOException | RuntimeException e) {
            end();
            throw e;
        }
    }

    private static String rules(String... hosts) {
        var rules = new StringBuilder("MAP * ~NOTFOUND");
        for (String host : hosts) rules.append(" , EXCLUDE ").append(host);
        return rules.toString();
    }

    /** Why there is none; empty if there is. */
    public static String missing() {
        return program().isPresent() ? "" : "chromium is not installed (package chromium)";
    }

    private static Optional<Path> program() {
        return Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin").split(":"))
                .map(folder -> Path.of(folder, "chromium"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** It writes where it listens: the port it chose itself, and a path. */
    private URI address() throws IOException {
        Path told = profile.resolve("DevToolsActivePort");
        for (long tries = START_SECONDS * 20; tries > 0 && process.isAlive(); tries--) {
            if (Files.exists(told)) {
                var lines = Files.readAllLines(told);
                if (lines.size() >= 2)
                    return URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        throw new IOException(
                "chromium does not start:\n" + Files.readString(profile.resolve("output")));
    }

    /** A page of its own; nothing is shown yet. */
    public Page page() {
        var target = tools.ask(null, "Target.createTarget", Map.of("url", "about:blank"));
        var attached =
                tools.ask(
                        null,
                        "Target.attachToTarget",
                        Map.of("targetId", target.get("targetId"), "flatten", true));
        return new Page(tools, String.valueOf(attached.get("sessionId")));
    }

    private void end() {
        var children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() throws IOException {
        tools.close();
        end();
        try (var files = Files.walk(profile)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList())
                Files.deleteIfExists(file);
        }
    }
}
