package io.matriarch.guard;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A postmaster with two children and two grandchildren: {@code src/test/c/postgres.c}. */
final class StandIn implements AutoCloseable {
    private static final Path PROGRAM = Path.of("target/test-programs/postgres").toAbsolutePath();

    private final Process postmaster;
    private final List<Long> others;

    /** Runs in {@code directory}, as a postmaster runs in its data directory. */
    StandIn(Path directory, String... traits) throws IOException {
        this(
                new ProcessBuilder(command(traits))
                        .directory(directory.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    /** Of a process that runs {@link #command}; waits until all of its children are there. */
    StandIn(Process started) throws IOException {
        postmaster = started;
        var output = new BufferedReader(postmaster.inputReader(StandardCharsets.US_ASCII));
        String ready = output.readLine();
        // One that is killed on sight does not come to say it; its children die with it.
        others =
                ready == null
                        ? List.of()
                        : Arrays.stream(ready.split(" ")).skip(1).map(Long::valueOf).toList();
    }

    static List<String> command(String... traits) {
        var command = new ArrayList<>(List.of(PROGRAM.toString()));
        command.addAll(Arrays.asList(traits));
        return command;
    }

    long startTicks() {
        return Processes.startTicks(pid());
    }

    long pid() {
        return postmaster.pid();
    }

    List<Long> others() {
        return others;
    }

    List<Long> everybody() {
        var all = new ArrayList<>(others);
        all.add(pid());
        return all;
    }

    /** {@code PID START_TICKS}. */
    String name() {
        return pid() + " " + startTicks();
    }

    boolean allAlive() {
        return everybody().stream().allMatch(Processes::isAlive);
    }

    boolean allDead() {
        return everybody().stream().noneMatch(Processes::isAlive);
    }

    @Override
    public void close() {
        for (long pid : everybody()) if (Processes.isAlive(pid)) Processes.signal("KILL", pid);
    }
}
