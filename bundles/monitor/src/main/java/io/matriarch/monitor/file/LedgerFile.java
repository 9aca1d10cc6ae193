package io.matriarch.monitor.file;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.monitor.api.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events this node saw, format 1 (docs/formats/ledger.md): one line each, {@code CRC JSON}, in
 * {@code ledger}; when that has 512 KiB it becomes {@code ledger.1}, and the one before is dropped.
 * Each line is on disk before {@link #add} returns; one cut short by a crash is left out.
 */
public final class LedgerFile {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerFile.class);
    private static final long MOST_BYTES = 512 * 1024;

    private final Path present;
    private final Path former;
    private final List<Event> events = new ArrayList<>(); // under this object's lock

    private LedgerFile(Path directory) {
        present = directory.resolve("ledger");
        former = directory.resolve("ledger.1");
    }

    public static LedgerFile open(Path directory) throws IOException {
        Files.createDirectories(directory);
        var ledger = new LedgerFile(directory);
        ledger.read(ledger.former);
        ledger.read(ledger.present);
        return ledger;
    }

    private void read(Path file) throws IOException {
        if (!Files.exists(file)) return;
        for (String line :
                new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n")) {
            if (line.isEmpty()) continue;
            var event = decode(line);
            if (event.isPresent()) events.add(event.get());
            else LOG.warn("{}: a damaged line is left out: {}", file, line);
        }
    }

    public synchronized List<Event> since(Instant since) {
        return events.stream().filter(event -> !event.ended().isBefore(since)).toList();
    }

    public synchronized void add(Event event) throws IOException {
        String line = encode(event);
        if (!decode(line).equals(Optional.of(event)))
            throw new IllegalStateException("does not read back: " + line);
        if (Files.exists(present) && Files.size(present) >= MOST_BYTES) turn();
        try (var channel = FileChannel.open(present, CREATE, APPEND)) {
            // A line cut short by a crash must not take this one with it: begin on a line of its
            // own.
            var bytes = ByteBuffer.wrap(("\n" + line + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) channel.write(bytes);
            channel.force(true);
        }
        events.add(event);
    }

    /** What the dropped file held is forgotten as well. */
    private void turn() throws IOException {
        Files.move(present, former, ATOMIC_MOVE);
        try (var folder = FileChannel.open(present.toAbsolutePath().getParent(), READ)) {
            folder.force(true);
        }
        events.clear();
        read(former);
    }

    private static String encode(Event event) throws IOException {
        var object = new LinkedHashMap<String, Object>();
        object.put("kind", event.kind());
        object.put("member", event.member());
        object.put("former", event.former());
        object.put("began", event.began().toString());
        object.put("ended", event.ended().toString());
        var phases = new LinkedHashMap<String, String>();
        event.phases().forEach((phase, took) -> phases.put(phase, took.toString()));
        object.put("phases", phases);
        event.lostBytes().ifPresent(bytes -> object.put("lostBytes", bytes));
        object.put("reason", event.reason());
        String json = JSON.std.asString(object);
        return "%08x %s".formatted(crc(json), json);
    }

    private static Optional<Event> decode(String line) {
        if (line.length() < 10 || line.charAt(8) != ' ') return Optional.empty();
        String json = line.substring(9);
        if (!line.substring(0, 8).equals("%08x".formatted(crc(json)))) return Optional.empty();
        try {
            Map<String, Object> object = JSON.std.mapFrom(json);
            var phases = new LinkedHashMap<String, Duration>();
            if (object.get("phases") instanceof Map<?, ?> map)
                map.forEach((phase, took) ->
                        phases.put(String.valueOf(phase), Duration.parse(String.valueOf(took))));
            return Optional.of(
                    new Event(
                            text(object, "kind"),
                            text(object, "member"),
                            text(object, "former"),
                            Instant.parse(text(object, "began")),
                            Instant.parse(text(object, "ended")),
                            phases,
                            object.get("lostBytes") instanceof Number bytes
                                    ? OptionalLong.of(bytes.longValue())
                                    : OptionalLong.empty(),
                            text(object, "reason")));
        } catch (IOException | RuntimeException e) {
            LOG.warn("a line of the ledger cannot be read", e);
            return Optional.empty();
        }
    }

    private static String text(Map<String, Object> object, String key) {
        Object value = object.get(key);
        return value == null ? "" : value.toString();
    }

    private static int crc(String text) {
        var crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }
}
