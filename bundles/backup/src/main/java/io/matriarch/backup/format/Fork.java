package io.matriarch.backup.format;

import io.matriarch.api.Lsn;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a timeline was left for the next one: a line of a history file.
 *
 * @param timeline that was left
 * @param at the last position on it
 */
public record Fork(int timeline, Lsn at) {

    /**
     * Reads a history file, oldest line first.
     *
     * @throws IllegalArgumentException a line is not what PostgreSQL writes
     */
    public static List<Fork> parse(String text) {
        var forks = new ArrayList<Fork>();
        for (String line : text.lines().toList()) {
            String content = line.strip();
            if (content.isEmpty() || content.startsWith("#")) continue;
            String[] parts = content.split("\\s+", 3);
            if (parts.length < 2)
                throw new IllegalArgumentException("not a line of a history file: " + line);
            forks.add(new Fork(Integer.parseUnsignedInt(parts[0]), Lsn.parse(parts[1])));
        }
        return forks;
    }
}
