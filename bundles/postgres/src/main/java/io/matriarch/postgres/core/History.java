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
}
