package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import io.matriarch.postgres.api.HistoryLine;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * The key {@code history}: which timeline ended where, why, when and who went on (interop page,
 * 1.14).
 */
public final class History {
    private static final int WHOLE = 5;
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx");

    private History() {}

    /** Whether the key lacks the promotion that began {@code timeline}. */
    public static boolean isMissing(List<List<Object>> published, int timeline) {
        if (timeline <= 1) return !published.isEmpty();
        if (published.isEmpty()) return true;
        var last = published.getLast();
        return last.size() < WHOLE || Values.number(last.getFirst(), -1) != timeline - 1;
    }

    /**
     * The new value as JSON.
     *
     * @param lines of our history file, oldest first
     * @param promoted who went on with the last line
     * @param most entries to keep; 0: all
     */
    public static String merge(
            List<List<Object>> published, List<HistoryLine> lines, MemberName promoted, int most) {
        var kept = newest(lines, most);
        var merged = new ArrayList<List<Object>>();
        for (var line : kept) {
            boolean last = line.equals(kept.getLast());
            merged.add(known(published, line).orElseGet(() -> fresh(line, promoted, last)));
        }
        return Values.json(merged);
    }

    /**
     * The value as JSON once a remote primary has gone on: what its history shares with ours. The
     * last line of ours is its own promotion, which ends no timeline that this cluster wrote on
     * last; without it the key tells that the remote primary has gone on.
     *
     * @param lines of our history file, which is the remote primary's, oldest first
     * @param most entries to keep; 0: all
     */
    public static String cut(List<List<Object>> published, List<HistoryLine> lines, int most) {
        var shared = lines.subList(0, Math.max(0, lines.size() - 1));
        return Values.json(
                newest(shared, most).stream()
                        .map(line -> known(published, line).orElseGet(() -> bare(line)))
                        .toList());
    }

    private static List<HistoryLine> newest(List<HistoryLine> lines, int most) {
        return most > 0 && lines.size() > most
                ? lines.subList(lines.size() - most, lines.size())
                : lines;
    }

    private static java.util.Optional<List<Object>> known(
            List<List<Object>> published, HistoryLine line) {
        return published.stream()
                .filter(entry -> entry.size() >= WHOLE)
                .filter(entry ->
                        Values.number(entry.get(0), -1) == line.endedTimeline()
                                && Values.number(entry.get(1), -1) == line.switchPoint().value())
                .findFirst();
    }

    private static List<Object> fresh(HistoryLine line, MemberName promoted, boolean last) {
        var entry = bare(line);
        if (last) {
            entry.add(ISO.format(line.at().atOffset(ZoneOffset.UTC)));
            entry.add(promoted.value());
        }
        return entry;
    }

    private static List<Object> bare(HistoryLine line) {
        return new ArrayList<>(
                List.of(line.endedTimeline(), line.switchPoint().value(), line.reason()));
    }
}
