package io.matriarch.alerting.spool;

import io.matriarch.alerting.core.Notice;
import io.matriarch.alerting.json.Records;
import io.matriarch.alerting.spool.Spooled.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file per notice, {@code ID.json}: a {@link Spooled} as JSON in UTF-8. A file is written
 * beside its name, forced to disk and renamed, so that one that is there is whole; what a crash
 * left behind half written is removed when the spool is opened. Notices that were given up lie in
 * {@code undelivered}. Any thread may use it.
 */
public final class Spool {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final String SUFFIX = ".json";
    private static final String DRAFT = ".draft";

    private final Path directory;
    private final Path undelivered;
    private final Map<String, Spooled> entries = new ConcurrentHashMap<>();

    /**
     * @throws IOException the directory cannot be made or read
     */
    public Spool(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        undelivered = Files.createDirectories(directory.resolve("undelivered"));
        try (var files = Files.newDirectoryStream(directory, "*{" + SUFFIX + "," + DRAFT + "}")) {
            for (var file : files) open(file);
        }
    }

    private void open(Path file) throws IOException {
        if (file.toString().endsWith(DRAFT)) {
            Files.delete(file);
            return;
        }
        try {
            var spooled = Records.read(Spooled.class, Files.readString(file));
            entries.put(spooled.notice().id(), spooled);
        } catch (IOException e) {
            var aside = file.resolveSibling(file.getFileName() + ".damaged");
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            LOG.error("Spool: {} is damaged and lies aside as {}: {}", file, aside, e.getMessage());
        }
    }

    /**
     * @throws IOException it is not on disk
     */
    public void prepare(Notice notice) throws IOException {
        write(Spooled.prepared(notice));
    }

    public void release(String id) throws IOException {
        var spooled = entries.get(id);
        if (spooled != null && spooled.state() == State.PREPARED) write(spooled.as(State.RELEASED));
    }

    void delivered(String id) throws IOException {
        var spooled = entries.get(id);
        if (spooled != null) write(spooled.as(State.DELIVERED));
    }

    void failed(Spooled after) throws IOException {
        if (entries.containsKey(after.notice().id())) write(after);
    }

    /** Forgets a notice; one that is not there is no error. */
    public void remove(String id) throws IOException {
        entries.remove(id);
        Files.deleteIfExists(file(id));
    }

    /** Gives a notice up; it stays readable for a person. */
    void giveUp(String id) throws IOException {
        entries.remove(id);
        var file = file(id);
        if (Files.exists(file))
            Files.move(
                    file,
                    undelivered.resolve(file.getFileName()),
                    StandardCopyOption.REPLACE_EXISTING);
    }

    /** Whether it was tried for its whole life in vain. */
    public boolean gaveUp(String id) {
        return Files.exists(undelivered.resolve(file(id).getFileName()));
    }

    /** All, oldest first. */
    public List<Spooled> list() {
        return entries.values().stream()
                .sorted(
                        Comparator.comparing((Spooled s) -> s.notice().at())
                                .thenComparing(s -> s.notice().id()))
                .toList();
    }

    public Optional<Spooled> find(String id) {
        return Optional.ofNullable(entries.get(id));
    }

    private Path file(String id) {
        if (!id.matches("[A-Za-z0-9-]{1,80}"))
            throw new IllegalArgumentException("no name of a file: " + id);
        return directory.resolve(id + SUFFIX);
    }

    private void write(Spooled spooled) throws IOException {
        var file = file(spooled.notice().id());
        write(file, Records.write(spooled));
        entries.put(spooled.notice().id(), spooled);
    }

    /** Replaces a file by another one or not at all, also if the power fails. */
    public static void write(Path file, String text) throws IOException {
        var draft = file.resolveSibling(file.getFileName() + DRAFT);
        try (var channel =
                FileChannel.open(
                        draft,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            for (var rest = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                    rest.hasRemaining(); ) channel.write(rest);
            channel.force(true);
        }
        Files.move(
                draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        var folder = file.toAbsolutePath().getParent();
        if (folder == null) return;
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true); // else a power cut can undo the rename
        }
    }
}
