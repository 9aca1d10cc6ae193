package io.matriarch.failover.guard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The native program and where it works.
 *
 * @param command the program
 * @param socket where it listens; at most 107 bytes
 * @param log where it writes
 */
record GuardProgram(Path command, Path socket, Path log) {

    /**
     * Starts it; one that runs already on this socket is as good. Returns when it listens.
     *
     * @param patienceNanos how long that may take
     */
    void start(long patienceNanos) throws GuardException {
        Process process = launch();
        try {
            if (!process.waitFor(patienceNanos, TimeUnit.NANOSECONDS)) {
                process.destroyForcibly();
                throw new GuardException(
                        command + " did not start within " + patienceNanos / 1_000_000 + " ms",
                        "is the machine overloaded, or " + log + " on a disk that hangs?");
            }
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.exitValue() != 0)
                throw new GuardException(
                        "the guard did not start (status %d): %s"
                                .formatted(process.exitValue(), said.strip()),
                        "see " + log + "; the command was " + commandLine());
        } catch (IOException e) {
            throw new GuardException("cannot read what " + command + " says: " + e, "try again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GuardException(
                    "interrupted while starting " + command, "it may run all the same", e);
        }
    }

    private Process launch() throws GuardException {
        try {
            return new ProcessBuilder(command.toString(), socket.toString(), log.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new GuardException(
                    "cannot start the guard: " + e.getMessage(),
                    "the program matriarch-guard belongs to the installation and must be executable here",
                    e);
        }
    }

    private String commandLine() {
        return command + " " + socket + " " + log;
    }
}
