package io.matriarch.cli.core;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The decisions of all members as one story. */
public final class Events {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");

    /**
     * One decision of one member.
     *
     * @param repeated how often it was taken again unchanged
     * @param json what the member told, for JSON output
     */
    public record Event(
            Instant at,
            Instant lastAt,
            long sequence,
            String member,
            String decision,
            String reason,
            String facts,
            long repeated,
            Map<String, @Nullable Object> json) {}

    private Events() {}

    /**
     * Reads the answer of {@code GET /api/v1/decisions}.
     *
     * @param json an array, or an object with the array {@code decisions}
     * @param member who answered, for records that do not say
     */
    public static List<Event> read(@Nullable Object json, String member) {
        Object records = json instanceof Map<?, ?> map ? map.get("decisions") : json;
        var events = new ArrayList<Event>();
        for (var record : Json.objects(records)) {
            Instant at = time(record.get("at"));
            Instant lastAt = record.containsKey("lastAt") ? time(record.get("lastAt")) : at;
            String name = Json.text(record, "member");
            events.add(
                    new Event(
                            at,
                            lastAt,
                            Json.number(record, "sequence").orElse(0L),
                            name.isEmpty() ? member : name,
                            Json.text(record, "decision"),
                            Json.text(record, "reason"),
                            Json.text(record, "facts"),
                            Json.number(record, "repeated").orElse(0L),
                            record));
        }
        return events;
    }

    private static Instant time(@Nullable Object value) {
        if (value instanceof Number millis) return Instant.ofEpochMilli(millis.longValue());
        try {
            return value == null ? Instant.EPOCH : Instant.parse(value.toString());
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    /**
     * Oldest first; of one member in the order it decided, also if its clock was set back between
     * (members' clocks differ anyway, their own sequence does not).
     *
     * @param since records last taken before it are left out
     */
    public static List<Event> merge(List<List<Event>> perMember, Instant since) {
        var heads = new ArrayList<ArrayDeque<Event>>();
        for (var events : perMember) {
            var ordered =
                    events.stream()
                            .filter(event -> !event.lastAt().isBefore(since))
                            .sorted(Comparator.comparingLong(Event::sequence))
                            .toList();
            if (!ordered.isEmpty()) heads.add(new ArrayDeque<>(ordered));
        }
        var merged = new ArrayList<Event>();
        while (!heads.isEmpty()) {
            var next = Collections.min(heads, Comparator.comparing(queue -> queue.element().at()));
            merged.add(next.remove());
            if (next.isEmpty()) heads.remove(next);
        }
        return merged;
    }

    public static Table table(List<Event> events, ZoneId zone, boolean facts) {
        var headings = new ArrayList<>(List.of("Time", "Member", "Decision", "Reason"));
        if (facts) headings.add("Facts");
        var rows = new ArrayList<List<@Nullable Object>>();
        for (var event : events) {
            var row = new ArrayList<@Nullable Object>();
            row.add(TIME.withZone(zone).format(event.at()));
            row.add(event.member());
            row.add(event.decision());
            row.add(event.repeated() > 0 ? event.reason() + repeats(event) : event.reason());
            if (facts) row.add(event.facts());
            rows.add(row);
        }
        return new Table("", headings, rows);
    }

    private static String repeats(Event event) {
        return " (repeated %d x)".formatted(event.repeated());
    }
}
