package io.matriarch.backup.wal.core;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What PostgreSQL's commands ask, as the program {@code matriarch-pgbackrest-wal} puts it: lines
 * {@code KEY VALUE}, the first {@code MATRIARCH-WAL 1}. Keys not known are skipped, so that a newer
 * program may say more. The whole conversation is described in {@code client.h} of
 * bundles/wal-client.
 */
public sealed interface Question {
    /** Longest question, in characters. */
    int MAX_LENGTH = 32 * 1024;

    /** {@code archive_command}: store this file. */
    record Push(Path file) implements Question {}

    /**
     * {@code restore_command}: have this file ready.
     *
     * @param directory where the program was started: the data directory, unless pg_rewind did
     * @param to where PostgreSQL wants it; the program moves it there
     * @param standby whether the server follows others, so that "not known" must come soon
     * @param stanza empty: the agent's own
     */
    record Get(Path directory, String name, Path to, boolean standby, Optional<String> stanza)
            implements Question {}

    /**
     * @throws IllegalArgumentException the lines are no question; the message says why
     */
    static Question parse(List<String> lines) {
        var values = new HashMap<String, String>();
        for (String line : lines) {
            int space = line.indexOf(' ');
            if (space < 1) throw new IllegalArgumentException("\"" + line + "\" has no value");
            values.put(line.substring(0, space), line.substring(space + 1));
        }
        String version = required(values, "MATRIARCH-WAL");
        if (!version.equals("1"))
            throw new IllegalArgumentException("version " + version + " is not known here, only 1");
        return switch (required(values, "command")) {
            case "push" -> new Push(path(values, "file"));
            case "get" ->
                    new Get(
                            path(values, "directory"),
                            required(values, "name"),
                            path(values, "to"),
                            required(values, "recovery").equals("standby"),
                            Optional.ofNullable(values.get("stanza")));
            case String other ->
                    throw new IllegalArgumentException("command " + other + " is not known");
        };
    }

    private static String required(Map<String, String> values, String key) {
        String value = values.getOrDefault(key, "");
        if (value.isEmpty()) throw new IllegalArgumentException(key + " is missing");
        return value;
    }

    private static Path path(Map<String, String> values, String key) {
        String text = required(values, key);
        try {
            Path path = Path.of(text);
            if (path.isAbsolute() && path.getFileName() != null) return path;
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(key + " is no path: " + text, e);
        }
        throw new IllegalArgumentException(key + " is no absolute path of a file: " + text);
    }
}
