package io.matriarch.failover.agent;

import io.matriarch.failover.core.Ballast;
import io.matriarch.failover.core.WritePath.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file system that holds {@code pg_wal}: free space, a small write down to the disk, and the
 * ballast. Each call may hang as long as the disk does.
 *
 * <p>Our two files lie in the state directory if that is on the same file system, else in {@code
 * pg_wal}, which no base backup copies.
 */
final class WalDisk {
    private static final Logger LOG = LoggerFactory.getLogger(WalDisk.class);
    static final String PROBE = "matriarch.probe";
    static final String BALLAST = "matriarch.ballast";
    private static final int PROBE_BYTES = 8192;
    private static final int CHUNK_BYTES = 1 << 20;

    private final Supplier<Path> dataDirectory;
    private final Path stateDirectory;

    WalDisk(Supplier<Path> dataDirectory, Path stateDirectory) {
        this.dataDirectory = dataDirectory;
        this.stateDirectory = stateDirectory;
    }

    /** Whether there is a {@code pg_wal} by now. */
    boolean exists() {
        return Files.isDirectory(wal());
    }

    private Path wal() {
        return dataDirectory.get().resolve("pg_wal");
    }

    private Path place() throws IOException {
        var wal = wal().toRealPath();
        boolean beside =
                Files.isDirectory(stateDirectory)
                        && Files.getFileStore(stateDirectory).equals(Files.getFileStore(wal));
        return beside ? stateDirectory : wal;
    }

    /** Bytes an ordinary user may still write. */
    long free() throws IOException {
        return Files.getFileStore(wal().toRealPath()).getUsableSpace();
    }

    boolean hasBallast() throws IOException {
        return Files.exists(place().resolve(BALLAST));
    }

    void carryOut(Ballast.Step step, Ballast ballast) throws IOException {
        var file = place().resolve(BALLAST);
        switch (step) {
            case LEAVE -> {}
            case FREE -> {
                Files.deleteIfExists(file);
                LOG.warn("the ballast of {} bytes is freed: {}", ballast.bytes(), file);
            }
            case MAKE -> {
                make(file, ballast.bytes());
                LOG.info("a ballast of {} bytes is laid in: {}", ballast.bytes(), file);
            }
        }
    }

    /** With bytes that a file system cannot compress away. */
    private static void make(Path file, long bytes) throws IOException {
        var draft = file.resolveSibling(BALLAST + ".draft");
        try (var out = open(draft)) {
            var random = new SplittableRandom(bytes);
            var chunk = new byte[CHUNK_BYTES];
            for (long left = bytes; left > 0; left -= CHUNK_BYTES) {
                random.nextBytes(chunk);
                write(out, ByteBuffer.wrap(chunk, 0, (int) Math.min(left, CHUNK_BYTES)));
            }
            out.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
        Files.move(draft, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /** A new block each time: one that is written over needs no room. */
    void write() throws IOException {
        try (var out = open(place().resolve(PROBE))) {
            write(out, ByteBuffer.allocate(PROBE_BYTES));
            out.force(true);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) out.write(bytes);
    }

    /** What a failed write means, by the system's own words. */
    static Outcome outcome(IOException failure) {
        String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("no space left") || text.contains("quota")) return Outcome.FULL;
        return text.contains("read-only file system") ? Outcome.READ_ONLY : Outcome.REFUSED;
    }
}
