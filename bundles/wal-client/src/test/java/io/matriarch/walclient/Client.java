package io.matriarch.walclient;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program, started in a data directory through a shell, as system(3) does. */
record Client(Path dataDirectory, Path socket) {
    static final Path PROGRAM = Path.of("target/matriarch-pgbackrest-wal").toAbsolutePath();

    /** How it ended, and what it said. */
    record Ended(int status, String text) {}

    Process start(String... arguments) throws Exception {
        return process(
                Stream.concat(Stream.of("--socket", socket.toString()), Stream.of(arguments))
                        .toList(),
                Map.of());
    }

    Ended run(String... arguments) throws Exception {
        return end(start(arguments));
    }

    Ended runBare(Map<String, String> environment, String... arguments) throws Exception {
        return end(process(List.of(arguments), environment));
    }

    private Process process(List<String> arguments, Map<String, String> environment)
            throws Exception {
        String words =
                arguments.stream()
                        .map(word -> "'" + word.replace("'", "'\\''") + "'")
                        .collect(Collectors.joining(" "));
        var builder =
                new ProcessBuilder("/bin/sh", "-c", "'" + PROGRAM + "' " + words)
                        .directory(dataDirectory.toFile())
                        .redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder.start();
    }

    static Ended end(Process process) throws Exception {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), text);
    }
}
