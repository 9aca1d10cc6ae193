package io.matriarch.postgres.core;

import io.matriarch.api.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Timeline history files: {@code TIMELINE <tab> SWITCHPOINT <tab> REASON} a line. */
public final class History {
    /** A line; when it was written is known only by the file. */
    public record Line(int endedTimeline, Lsn switchPoint, String reason) {}

    private History() {}

    public static String fileName(int timeline) {
        return "%08X.history".formatted(timeline);
    }

    /**
     * @throws IllegalArgumentException if a line is neither blank, comment nor an entry
     */
    public static List<Line> parse(String text) {
        var lines = new ArrayList<Line>();
        for (String line : text.lines().toList()) {
            if (line.isBlank() || line.strip().startsWith("#")) continue;
            String[] fields = line.strip().split("\\s+", 3);
            if (fields.length < 2)
                throw new IllegalArgumentException(
                        "not a line of a history file: \"" + line + "\"");
            lines.add(
                    new Line(
                            Integer.parseInt(fields[0]),
                            Lsn.parse(fields[1]),
                            fields.length > 2 ? fields[2] : ""));
        }
        return lines;
    }

    /** Where this history left {@code timeline}. */
    public static Optional<Lsn> switchPoint(List<Line> history, int timeline) {
        return history.stream()
                .filter(line -> line.endedTimeline() == timeline)
                .map(Line::switchPoint)
                .findFirst();
    }

    /**
     * Where one history left the other; empty if {@code theirs} goes on from all of {@code ours}
     * without having left it. Numbers alone do not tell: two members promoted apart give the same
     * number to two timelines.
     *
     * @param ours lines of the history of {@code ourTimeline}
     * @param theirs lines of the history of theirs
     */
    public static Optional<Lsn> fork(List<Line> ours, int ourTimeline, List<Line> theirs) {
        int shared = 0;
        while (shared < Math.min(ours.size(), theirs.size())
                && same(ours.get(shared), theirs.get(shared))) shared++;
        boolean oursGoOn = shared < ours.size();
        boolean theirsGoOn = shared < theirs.size();
        if (oursGoOn && theirsGoOn)
            return Optional.of(
                    earlier(ours.get(shared).switchPoint(), theirs.get(shared).switchPoint()));
        if (theirsGoOn)
            return theirs.get(shared).endedTimeline() == ourTimeline
                    ? Optional.of(theirs.get(shared).switchPoint())
                    : Optional.of(shared == 0 ? Lsn.ZERO : ours.get(shared - 1).switchPoint());
        return oursGoOn ? Optional.of(ours.get(shared).switchPoint()) : Optional.empty();
    }

    private static boolean same(Line one, Line other) {
        return one.endedTimeline() == other.endedTimeline()
                && one.switchPoint().equals(other.switchPoint());
    }

    private static Lsn earlier(Lsn one, Lsn other) {
        return one.isAfter(other) ? other : one;
    }
}
