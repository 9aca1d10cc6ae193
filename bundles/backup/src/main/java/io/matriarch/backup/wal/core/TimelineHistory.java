package io.matriarch.backup.wal.core;

import io.matriarch.api.Lsn;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a timeline came from: the content of its {@code .history} file. Lines of timeline, position
 * and reason, separated by blanks; empty lines and lines with {@code #} are comments ({@code
 * readTimeLineHistory()} in src/backend/access/transam/timeline.c).
 *
 * @param timeline whose history it is
 * @param forks oldest first
 */
public record TimelineHistory(int timeline, List<Fork> forks) {
    /** Up to this position the WAL of {@code timeline} counts; what follows is the next one's. */
    public record Fork(int timeline, Lsn at) {}

    public TimelineHistory {
        forks = List.copyOf(forks);
    }

    /**
     * @throws IllegalArgumentException a line is none
     */
    public static TimelineHistory parse(int timeline, String text) {
        var forks = new ArrayList<Fork>();
        for (String line : text.split("\n", -1)) {
            String bare = line.strip();
            if (bare.isEmpty() || bare.startsWith("#")) continue;
            String[] words = bare.split("\\s+", 3);
            if (words.length < 2)
                throw new IllegalArgumentException(
                        "history of timeline %d: no position in \"%s\"".formatted(timeline, bare));
            forks.add(new Fork(Integer.parseUnsignedInt(words[0]), Lsn.parse(words[1])));
        }
        return new TimelineHistory(timeline, forks);
    }
}
