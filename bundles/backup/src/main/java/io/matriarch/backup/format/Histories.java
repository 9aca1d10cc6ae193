package io.matriarch.backup.format;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the two info files read alike. */
final class Histories {
    private Histories() {}

    static void check(List<Integer> ids, int currentId) {
        if (ids.isEmpty())
            throw new IllegalArgumentException("no cluster in the section [db:history]");
        if (!ids.contains(currentId))
            throw new IllegalArgumentException(
                    "current db-id %d is not in the history %s".formatted(currentId, ids));
        if (ids.stream().distinct().count() != ids.size())
            throw new IllegalArgumentException("the history has an id twice: " + ids);
    }

    static int id(String key) throws FormatException {
        try {
            return Integer.parseUnsignedInt(key);
        } catch (NumberFormatException e) {
            throw new FormatException("history id \"" + key + "\" is no number", "", e);
        }
    }

    static String required(String key, @Nullable String value) throws FormatException {
        if (value == null) throw missing(key);
        return value;
    }

    static FormatException missing(String key) {
        return new FormatException(
                key + " is missing", "the file is damaged, or its keys are not in order");
    }

    static @Nullable String cipherPass(InfoReader reader, @Nullable String otherwise)
            throws FormatException {
        return reader.key().equals("cipher-pass") ? reader.json().string() : otherwise;
    }

    /** Names the place of what a value's own check complained about. */
    static FormatException at(String place, Exception e) {
        return e instanceof FormatException known
                ? known.at(place)
                : new FormatException(
                        place + ": " + e.getMessage(),
                        "the file is damaged, or written by a program that keeps another format",
                        e);
    }
}
