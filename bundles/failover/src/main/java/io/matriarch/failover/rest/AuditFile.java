package io.matriarch.failover.rest;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.access.api.AuditEntry;
import io.matriarch.access.api.AuditLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code audit.log}: one JSON object per line, mode 0600; with 10 MiB it becomes {@code
 * audit.log.1}, and the one before that is dropped. A line is on disk before the answer goes out,
 * and one that a crash cut short is skipped.
 */
public final class AuditFile implements AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);
    private static final long MOST_BYTES = 10L << 20;
    private static final int MOST_ENTRIES = 1_000;

    private final Path present;
    private final Path former;

    public AuditFile(Path directory) {
        present = directory.resolve("audit.log");
        former = directory.resolve("audit.log.1");
    }

    /** What cannot be written down is logged, and done all the same: a failover must not wait. */
    @Override
    public synchronized void add(AuditEntry entry) {
        try {
            Files.createDirectories(present.toAbsolutePath().getParent());
            if (!Files.exists(present))
                Files.createFile(
                        present,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
            else if (Files.size(present) >= MOST_BYTES) {
                Files.move(present, former, ATOMIC_MOVE);
                add(entry);
                return;
            }
            try (var channel = FileChannel.open(present, CREATE, APPEND)) {
                var bytes = ByteBuffer.wrap(line(entry).getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) channel.write(bytes);
                channel.force(false);
            }
        } catch (IOException e) {
            LOG.error("the audit log did not take {}", entry, e);
        }
    }

    private static String line(AuditEntry entry) throws IOException {
        var object = new LinkedHashMap<String, Object>();
        object.put("at", entry.at().toString());
        object.put("member", entry.member());
        object.put("user", entry.user());
        object.put("role", entry.role());
        object.put("from", entry.from());
        object.put("method", entry.method());
        object.put("path", entry.path());
        object.put("body", entry.body());
        object.put("status", entry.status());
        object.put("refused", entry.refused());
        object.put("tookMillis", entry.tookMillis());
        object.put("certificate", entry.certificate());
        return JSON.std.asString(object) + "\n";
    }

    @Override
    public synchronized List<AuditEntry> since(Instant since) {
        var entries = new ArrayList<AuditEntry>();
        for (var file : List.of(former, present)) {
            if (!Files.exists(file)) continue;
            try (var lines = Files.lines(file)) {
                lines.forEach(line ->
                        read(line)
                                .filter(entry -> !entry.at().isBefore(since))
                                .ifPresent(entries::add));
            } catch (IOException | java.io.UncheckedIOException e) {
                LOG.warn("{} cannot be read", file, e);
            }
        }
        return List.copyOf(
                entries.subList(Math.max(0, entries.size() - MOST_ENTRIES), entries.size()));
    }

    private static Optional<AuditEntry> read(String line) {
        try {
            Map<String, Object> object = JSON.std.mapFrom(line);
            return Optional.of(
                    new AuditEntry(
                            Instant.parse(text(object, "at")),
                            text(object, "member"),
                            text(object, "user"),
                            text(object, "role"),
                            text(object, "from"),
                            text(object, "method"),
                            text(object, "path"),
                            text(object, "body"),
                            (int) number(object, "status"),
                            text(object, "refused"),
                            number(object, "tookMillis"),
                            text(object, "certificate")));
        } catch (IOException | RuntimeException e) {
            LOG.warn("a line of the audit log cannot be read: {}", line, e);
            return Optional.empty();
        }
    }

    private static long number(Map<String, Object> object, String key) {
        return object.get(key) instanceof Number number ? number.longValue() : 0;
    }

    private static String text(Map<String, Object> object, String key) {
        return String.valueOf(object.getOrDefault(key, ""));
    }
}
