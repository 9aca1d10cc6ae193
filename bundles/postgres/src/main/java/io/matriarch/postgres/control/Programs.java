package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.PostgresException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a program to its end, and returns what it said. */
public final class Programs {
    private static final Logger log = LoggerFactory.getLogger(Programs.class);
    private static final int KEPT_LINES = 2_000;
    private static final int QUOTED_LINES = 12;
    private static final Duration END = Duration.ofSeconds(5);

    private final RunAs runAs;

    public Programs(RunAs runAs) {
        this.runAs = runAs;
    }

    /** What a program said; both streams keep their last lines only. */
    public record Result(int exit, String output, String errors) {
        boolean good() {
            return exit == 0;
        }

        /** The end of what it said, for an error message. */
        String lastWords() {
            return Programs.lastLines(errors.isBlank() ? output : errors, QUOTED_LINES);
        }
    }

    public Result run(List<String> command, Map<String, String> environment, Duration timeout)
            throws PostgresException {
        return run(command, environment, timeout, _ -> {});
    }

    public Result run(
            List<String> command,
            Map<String, String> environment,
            Duration timeout,
            Consumer<String> errorLine)
            throws PostgresException {
        return run(command, environment, timeout, _ -> {}, errorLine);
    }

    /** A command of the user's, which a shell takes apart; the arguments come as they are. */
    Result shell(
            String command,
            List<String> arguments,
            Map<String, String> environment,
            Duration timeout)
            throws PostgresException {
        var line = new ArrayList<>(List.of("/bin/sh", "-c", command + " \"$@\"", "sh"));
        line.addAll(arguments);
        return run(line, environment, timeout);
    }

    /**
     * @param outputLine told each line of the output as it comes
     * @param errorLine told each line of the error stream as it comes; a carriage return ends one
     *     too
     * @throws PostgresException it could not be started, did not end in time, or we were
     *     interrupted (the interrupt stays set)
     */
    public Result run(
            List<String> command,
            Map<String, String> environment,
            Duration timeout,
            Consumer<String> outputLine,
            Consumer<String> errorLine)
            throws PostgresException {
        runAs.check();
        Process process = start(command, environment);
        try {
            process.getOutputStream().close();
            var output = new Lines(outputLine);
            var errors = new Lines(errorLine);
            var out = Thread.ofVirtual().start(() -> output.readAll(process.getInputStream()));
            var err = Thread.ofVirtual().start(() -> errors.readAll(process.getErrorStream()));
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS))
                throw new PostgresException(
                        Code.POSTGRES_CONTROL,
                        command.getFirst() + " did not end within " + timeout.toSeconds() + " s",
                        "Its last words: " + lastLines(errors.text(), QUOTED_LINES));
            // A grandchild may hold the streams open for ever: what came until now will do.
            out.join(END);
            err.join(END);
            return new Result(process.exitValue(), output.text(), errors.text());
        } catch (IOException e) {
            throw notStarted(command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresException(
                    Code.POSTGRES_CONTROL, command.getFirst() + " was cancelled", "", e);
        } finally {
            end(process);
        }
    }

    private Process start(List<String> command, Map<String, String> environment)
            throws PostgresException {
        var builder = new ProcessBuilder(runAs.wrap(command)).directory(Path.of("/").toFile());
        cleanEnvironment(builder.environment());
        builder.environment().put("LC_ALL", "C"); // we read what they say
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw notStarted(command, e);
        }
    }

    /** Settings libpq and PostgreSQL would take from our own environment are not meant for them. */
    static void cleanEnvironment(Map<String, String> environment) {
        environment
                .keySet()
                .removeIf(name -> name.startsWith("PG") && !name.equals("PG_OOM_ADJUST_FILE"));
    }

    private static PostgresException notStarted(List<String> command, IOException e) {
        return new PostgresException(
                Code.POSTGRES_BINARIES,
                "could not run " + command.getFirst() + ": " + e.getMessage(),
                "Is it there, and executable for the user the agent runs as?",
                e);
    }

    private static void end(Process process) {
        if (!process.isAlive()) return;
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The last {@code count} lines. */
    static String lastLines(String text, int count) {
        List<String> lines = text.strip().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }

    /** Collects lines, the last ones only, so that a talkative program cannot fill our memory. */
    private static final class Lines {
        private Consumer<String> listener;
        private final ArrayDeque<String> kept = new ArrayDeque<>();

        Lines(Consumer<String> listener) {
            this.listener = listener;
        }

        void readAll(InputStream stream) {
            var line = new java.io.ByteArrayOutputStream();
            try (var in = new java.io.BufferedInputStream(stream)) {
                for (int b = in.read(); b >= 0; b = in.read())
                    if (b == '\n' || b == '\r') finish(line);
                    else line.write(b);
            } catch (IOException _) {
                finish(line); // the program was ended under us: what it said until then counts
                return;
            }
            finish(line);
        }

        private void finish(java.io.ByteArrayOutputStream line) {
            if (line.size() == 0) return;
            String text = line.toString(StandardCharsets.UTF_8);
            line.reset();
            synchronized (kept) {
                kept.add(text);
                if (kept.size() > KEPT_LINES) kept.remove();
            }
            tell(text);
        }

        /** The program must not hang on a full pipe because somebody's listener broke. */
        private void tell(String text) {
            try {
                listener.accept(text);
            } catch (RuntimeException e) {
                log.warn("a listener of program output failed and hears no more", e);
                listener = _ -> {};
            }
        }

        String text() {
            synchronized (kept) {
                return String.join("\n", kept);
            }
        }
    }
}
