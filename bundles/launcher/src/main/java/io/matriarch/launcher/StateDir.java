package io.matriarch.launcher;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * This node's own directory, locked as long as the agent runs. Below it {@code run/} (pid, ready),
 * {@code cache/} (Felix), {@code tls/}, {@code tmp/}.
 */
final class StateDir implements AutoCloseable {
    private final Path path;
    private final FileChannel lock;

    private StateDir(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * @throws MatriarchException {@link Code#DUPLICATE} if an agent has it already
     */
    static StateDir take(Path path) throws MatriarchException {
        try {
            var mode =
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------"));
            Files.createDirectories(path, mode);
            for (var inner : new String[] {"run", "tls", "tmp"})
                Files.createDirectories(path.resolve(inner), mode);
            var lock =
                    FileChannel.open(
                            path.resolve("run/lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (lock.tryLock() == null) {
                lock.close();
                throw new MatriarchException(
                        Code.DUPLICATE,
                        "another agent (pid " + pid(path) + ") runs on " + path,
                        "one agent per node: stop the other one, or give this one its own"
                                + " matriarch.state_dir");
            }
            var state = new StateDir(path, lock);
            Files.deleteIfExists(state.ready());
            Files.writeString(path.resolve("run/pid"), ProcessHandle.current().pid() + "\n");
            return state;
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.CONFIG,
                    "matriarch.state_dir " + path + " cannot be used: " + e,
                    "it, or the directory it is to be made in, must belong to the user the agent"
                            + " runs as",
                    e);
        }
    }

    private static String pid(Path path) throws IOException {
        var file = path.resolve("run/pid");
        return Files.exists(file) ? Files.readString(file).strip() : "unknown";
    }

    Path path() {
        return path;
    }

    Path cache() {
        return path.resolve("cache");
    }

    Path tls() {
        return path.resolve("tls");
    }

    private Path ready() {
        return path.resolve("run/ready");
    }

    /** Tells the start script that we are up. */
    void announce(String address) throws IOException {
        var draft = path.resolve("run/ready.draft");
        Files.writeString(draft, address + "\n");
        Files.move(draft, ready(), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /** The bundle cache's fingerprint of the last start; empty if there was none. */
    String fingerprint() throws IOException {
        var file = path.resolve("run/bundles");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    void fingerprint(String fingerprint) throws IOException {
        try (var channel =
                FileChannel.open(
                        path.resolve("run/bundles"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(fingerprint.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) channel.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(ready());
        Files.deleteIfExists(path.resolve("run/pid"));
        lock.close();
    }
}
