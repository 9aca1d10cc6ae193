package io.matriarch.backup.wal.fetch;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Sha1;
import io.matriarch.backup.wal.core.SegmentHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files on their way to PostgreSQL, in a folder of our own. They are nobody's only copy: nothing is
 * synced, and what a former agent left is removed.
 */
final class Spool {
    private static final Logger log = LoggerFactory.getLogger(Spool.class);
    private static final int PIECE = 128 * 1024;
    private static final FileAttribute<Set<PosixFilePermission>> OURS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> OURS_TO_ENTER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path folder;
    private final AtomicLong number = new AtomicLong();

    private Spool(Path folder) {
        this.folder = folder;
    }

    static Spool open(Path folder) throws MatriarchException {
        try {
            Files.createDirectories(folder, OURS_TO_ENTER);
            try (var left = Files.newDirectoryStream(folder)) {
                for (Path file : left) Files.delete(file);
            }
        } catch (IOException e) {
            throw unusable(folder, e);
        }
        return new Spool(folder);
    }

    private static MatriarchException unusable(Path folder, IOException e) {
        return new MatriarchException(
                Code.ARCHIVE,
                "the spool " + folder + " cannot be used: " + e,
                "it has to be the agent's, and hold a few segments",
                e);
    }

    /** What was copied. */
    record Copy(Path path, long bytes, String sha1, int segmentSize) {}

    /**
     * Copies a file of the archive here. Nothing stays if it fails.
     *
     * @throws IOException of the source
     * @throws MatriarchException of the spool
     */
    Copy copy(String name, InputStream source) throws IOException, MatriarchException {
        Path path = folder.resolve(name + "." + number.incrementAndGet());
        Path draft = path.resolveSibling(path.getFileName() + ".draft");
        boolean done = false;
        try (var channel = create(draft)) {
            var copied = copy(channel, source, path);
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
            done = true;
            return copied;
        } finally {
            if (!done) remove(draft);
        }
    }

    private FileChannel create(Path draft) throws MatriarchException {
        try {
            return FileChannel.open(
                    draft, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), OURS);
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    private Copy copy(FileChannel channel, InputStream source, Path path)
            throws IOException, MatriarchException {
        var hash = new Sha1();
        var piece = new byte[PIECE];
        int segmentSize = 0;
        long bytes = 0;
        for (int length; (length = source.readNBytes(piece, 0, PIECE)) > 0; bytes += length) {
            hash.update(piece, 0, length);
            var content = ByteBuffer.wrap(piece, 0, length);
            if (bytes == 0)
                segmentSize =
                        SegmentHeader.parse(content).map(SegmentHeader::segmentSize).orElse(0);
            write(channel, content);
        }
        return new Copy(path, bytes, hash.finish(), segmentSize);
    }

    private void write(FileChannel channel, ByteBuffer content) throws MatriarchException {
        try {
            while (content.hasRemaining()) channel.write(content);
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("{} is left in the spool: {}", file, e.toString());
        }
    }
}
