package io.matriarch.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A program that stands before PostgreSQL, as a process of the test on loopback. */
public final class Beside implements AutoCloseable {
    private static final String USER = "postgres";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Process process;

    private Beside(Process process) {
        this.process = process;
    }

    /**
     * Skips the test, with the reason, where the program is not installed; {@code ./verify}
     * installs it.
     *
     * @param folder where it runs; it is given to the user it runs as
     * @param port it is ready when that one answers
     */
    public static Beside start(String program, Path folder, int port, String... arguments)
            throws Exception {
        var file =
                Stream.of("/usr/sbin/", "/usr/bin/", "/usr/local/sbin/")
                        .map(place -> Path.of(place + program))
                        .filter(Files::isExecutable)
                        .findFirst();
        Assumptions.assumeTrue(file.isPresent(), program + " is not installed");
        var command = new ArrayList<String>();
        if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            var users = FileSystems.getDefault().getUserPrincipalLookupService();
            try (var all = Files.walk(folder)) {
                for (var each : all.toList())
                    Files.setOwner(each, users.lookupPrincipalByName(USER));
            }
            command.addAll(
                    List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--init-groups"));
        }
        command.add(file.orElseThrow().toString());
        command.addAll(List.of(arguments));
        var output = folder.resolve(program + ".output");
        var beside =
                new Beside(
                        new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .redirectOutput(output.toFile())
                                .start());
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!answers(port)) {
            if (!beside.process.isAlive() || System.nanoTime() > end) {
                beside.close();
                throw new AssertionError(program + " does not answer: " + Files.readString(output));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return beside;
    }

    private static boolean answers(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Asks until there is an answer. */
    public static <T> T await(String what, java.util.concurrent.Callable<Optional<T>> ask)
            throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            var answer = ask.call();
            if (answer.isPresent()) return answer.get();
            assertThat(System.nanoTime()).as("never: " + what).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    }
}
