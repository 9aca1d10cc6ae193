package io.matriarch.failover.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code failsafe-promise} in the state directory, one line of text: until when this node promised
 * not to lead, in nanoseconds of the machine's monotonic clock, and the boot that clock belongs to.
 * On disk before the promise is given, because an agent that is killed must keep it as well.
 */
final class PromiseFile {
    private static final Logger LOG = LoggerFactory.getLogger(PromiseFile.class);
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path path;
    private final String boot;

    /** What an earlier life left. */
    sealed interface Found {
        record Until(long nanos) implements Found {}

        /** No file, or one of another boot: what was promised is not known. */
        record Nothing() implements Found {}
    }

    PromiseFile(Path stateDirectory) {
        this(stateDirectory, boot());
    }

    PromiseFile(Path stateDirectory, String boot) {
        path = stateDirectory.resolve("failsafe-promise");
        this.boot = boot;
    }

    /** Empty if it cannot be told, as on other systems: then no file is ever believed. */
    private static String boot() {
        try {
            return Files.readString(BOOT).strip();
        } catch (IOException e) {
            LOG.info("no boot id ({}): promises of an earlier life are not known", e.toString());
            return "";
        }
    }

    Found read() {
        try {
            var words = Files.readString(path).strip().split(" ", -1);
            if (words.length == 2 && !boot.isEmpty() && words[1].equals(boot))
                return new Found.Until(Long.parseLong(words[0]));
        } catch (NoSuchFileException e) {
            LOG.debug("no {}: this is the first life here", path);
        } catch (IOException | NumberFormatException e) {
            LOG.warn("{} cannot be read: {}", path, e.toString());
        }
        return new Found.Nothing();
    }

    /** Empty, or why it could not be written. */
    String write(long untilNanos) {
        byte[] line = (untilNanos + " " + boot + "\n").getBytes(StandardCharsets.UTF_8);
        var draft = path.resolveSibling(path.getFileName() + ".draft");
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            try (var channel =
                    FileChannel.open(
                            draft,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                for (var rest = ByteBuffer.wrap(line); rest.hasRemaining(); ) channel.write(rest);
                channel.force(true);
            }
            Files.move(
                    draft,
                    path,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return "";
        } catch (IOException e) {
            LOG.error("a promise cannot be kept in {}, so it is not given: {}", path, e.toString());
            return "The promise cannot be kept in " + path + ": " + e;
        }
    }
}
