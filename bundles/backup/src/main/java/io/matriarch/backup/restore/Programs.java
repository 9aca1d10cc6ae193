package io.matriarch.backup.restore;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * PostgreSQL's programs, run to their end.
 *
 * @param directory they are in
 * @param prefix words before each command line; tests that run as root change the user by it
 */
public record Programs(Path directory, List<String> prefix) {
    private static final int QUOTED = 1500;

    public Programs {
        prefix = List.copyOf(prefix);
    }

    /**
     * @param output both streams, the end of them if it is long
     */
    public record Result(int exit, String output) {}

    public boolean has(String name) {
        return Files.isExecutable(directory.resolve(name));
    }

    /**
     * @param output file of ours for what it says
     */
    public Result run(Path output, Duration patience, String name, String... arguments)
            throws MatriarchException, InterruptedException {
        var command = new ArrayList<>(prefix);
        command.add(directory.resolve(name).toString());
        command.addAll(List.of(arguments));
        try {
            var builder = new ProcessBuilder(command);
            builder.environment().keySet().removeIf(key -> key.startsWith("PG"));
            builder.environment().put("LC_ALL", "C");
            var process =
                    builder.directory(Path.of("/").toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            process.getOutputStream().close();
            try {
                if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS))
                    throw new MatriarchException(
                            Code.RESTORE,
                            "%s did not end within %d s".formatted(name, patience.toSeconds()),
                            "its last words: " + end(output));
                return new Result(process.exitValue(), end(output));
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.POSTGRES_BINARIES,
                    "%s cannot be run: %s".formatted(directory.resolve(name), e),
                    "is it there, and executable for the agent's user?",
                    e);
        }
    }

    /** The end of a file, for messages. */
    public static String end(Path file) throws IOException {
        String text = Files.exists(file) ? Files.readString(file).strip() : "";
        return text.length() <= QUOTED ? text : "... " + text.substring(text.length() - QUOTED);
    }
}
