package io.matriarch.port;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port of this machine that a test's server may have. Asking the kernel for one (port 0), closing
 * it and telling the server does not do: the kernel may give the same port to a connection before
 * the server starts, and while a server is restarted. So the port is one the kernel gives to
 * nobody, and it stays claimed against tests in other processes until this one ends.
 */
public final class FreePort {
    /** Above the ports the demo and the systems' own services take. */
    private static final int LOWEST = 28_000;

    /** Where Linux begins to give ports to connections, unless it was told another range. */
    private static final int HIGHEST = 32_768;

    private static final Map<Integer, FileLock> CLAIMED = new HashMap<>();

    private FreePort() {}

    /**
     * @return a port nobody listens on, of any address, and no other caller gets
     */
    public static synchronized int next() {
        try {
            var claims =
                    Files.createDirectories(
                            Path.of(
                                    System.getProperty("java.io.tmpdir"),
                                    "matriarch-ports-" + System.getProperty("user.name")));
            for (int left = HIGHEST - LOWEST; left > 0; left--) {
                int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
                if (!CLAIMED.containsKey(port) && claim(claims, port)) return port;
            }
            throw new IOException("none between " + LOWEST + " and " + HIGHEST);
        } catch (IOException e) {
            throw new UncheckedIOException("no port is free", e);
        }
    }

    private static boolean claim(Path claims, int port) throws IOException {
        var channel =
                FileChannel.open(
                        claims.resolve(String.valueOf(port)),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        var lock = channel.tryLock();
        if (lock == null || taken(port)) {
            channel.close();
            return false;
        }
        CLAIMED.put(port, lock); // held, file and all, as long as this process lives
        return true;
    }

    private static boolean taken(int port) throws IOException {
        try (var everywhere = new ServerSocket(port)) {
            return !everywhere.isBound();
        } catch (BindException e) {
            return true;
        }
    }
}
