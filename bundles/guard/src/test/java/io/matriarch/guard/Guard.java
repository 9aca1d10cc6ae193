package io.matriarch.guard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A running guard program in a directory of its own. */
final class Guard implements AutoCloseable {
    private static final Path PROGRAM = Path.of("target/matriarch-guard").toAbsolutePath();
    private static final Path WITH_WATCHDOG =
            Path.of("target/test-programs/guard-with-watchdog").toAbsolutePath();

    final Path socket;
    final Path log;
    private final List<Conversation> conversations = new ArrayList<>();

    Guard(Path directory) {
        socket = directory.resolve("guard.sock");
        log = directory.resolve("guard.log");
    }

    /** How the program that was started ended, and what it said. */
    record Started(int status, String text) {}

    Started start(String... more) throws Exception {
        var arguments = new ArrayList<>(List.of(socket.toString(), log.toString()));
        arguments.addAll(List.of(more));
        return run(arguments);
    }

    /** The same program, to which a plain file is a watchdog. */
    Started startWithWatchdog() throws Exception {
        return run(WITH_WATCHDOG, List.of(socket.toString(), log.toString()));
    }

    static Started run(List<String> arguments) throws Exception {
        return run(PROGRAM, arguments);
    }

    private static Started run(Path program, List<String> arguments) throws Exception {
        var command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Started(started.waitFor(), text);
    }

    /** What a server's command line begins with so that it asks this guard. */
    List<String> gate() {
        return List.of(PROGRAM.toString(), "--admit", socket.toString());
    }

    Conversation connect() throws IOException {
        var conversation = new Conversation(socket);
        conversations.add(conversation);
        return conversation;
    }

    /** From the lock file; 0 if none ever ran. */
    long pid() {
        try {
            return Long.parseLong(
                    Files.readString(socket.resolveSibling("guard.sock.lock")).strip());
        } catch (IOException e) {
            return 0;
        }
    }

    String logText() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "";
        }
    }

    /** Kills what runs, so that nothing outlives a failed test. */
    @Override
    public void close() throws IOException {
        for (var conversation : conversations) conversation.close();
        long pid = pid();
        if (pid > 1 && Processes.isAlive(pid)) Processes.signal("KILL", pid);
    }
}
