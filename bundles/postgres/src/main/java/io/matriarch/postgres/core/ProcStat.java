package io.matriarch.postgres.core;

import java.util.Optional;

/**
 * The fields of {@code /proc/PID/stat} that tell processes apart.
 *
 * @param state one letter, {@code Z} for a zombie
 * @param startTicks field 22
 */
public record ProcStat(char state, long parent, long startTicks) {

    public static Optional<ProcStat> parse(String text) {
        int end = text.lastIndexOf(')'); // the command before it may hold blanks and brackets
        if (end < 0) return Optional.empty();
        String[] fields = text.substring(end + 1).strip().split(" ");
        if (fields.length < 20) return Optional.empty();
        return Optional.of(
                new ProcStat(
                        fields[0].charAt(0),
                        Long.parseLong(fields[1]),
                        Long.parseLong(fields[19])));
    }

    /** A zombie, or one being torn down, serves nobody. */
    public boolean alive() {
        return state != 'Z' && state != 'X' && state != 'x';
    }
}
