package io.matriarch.guard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Looks at processes as the guard does, and waits for what shall become true. */
final class Processes {
    /** Generous: it is reached only if a test fails. */
    static final Duration LIMIT = Duration.ofSeconds(30);

    private Processes() {}

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end)
                throw new AssertionError("not within " + LIMIT + ": " + what);
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    /** A zombie is not alive. */
    static boolean isAlive(long pid) {
        String[] fields = statOf(pid);
        return fields.length > 0 && !fields[0].equals("Z") && !fields[0].equals("X");
    }

    static long startTicks(long pid) {
        return Long.parseLong(statOf(pid)[22 - 3]);
    }

    static String state(long pid) {
        String[] fields = statOf(pid);
        return fields.length == 0 ? "" : fields[0];
    }

    static long session(long pid) {
        return Long.parseLong(statOf(pid)[6 - 3]);
    }

    /** Its last name; empty if there is no such process. */
    static String program(long pid) {
        return link(pid, "exe").toString().replaceFirst(".*/", "");
    }

    static Path directory(long pid) {
        return link(pid, "cwd");
    }

    private static Path link(long pid, String name) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), name));
        } catch (IOException e) {
            return Path.of("");
        }
    }

    /** Whether it has a connection to the guard, asked, and waits: it sleeps with a socket open. */
    static boolean isAsking(long pid) {
        return program(pid).equals("matriarch-guard")
                && state(pid).equals("S")
                && link(pid, "fd/3").toString().startsWith("socket:");
    }

    /** From field 3 on; empty if there is no such process. */
    private static String[] statOf(long pid) {
        try {
            String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return line.substring(line.lastIndexOf(')') + 2).trim().split(" ");
        } catch (IOException e) {
            return new String[0];
        }
    }

    static void signal(String name, long pid) {
        try {
            int status =
                    new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid)
                            .inheritIO()
                            .start()
                            .waitFor();
            if (status != 0) throw new AssertionError("kill -" + name + " " + pid + ": " + status);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
