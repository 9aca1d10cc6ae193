package io.matriarch.cli.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code GET /api/v1/wal} answers, as a table of repositories and some lines below it. */
public final class WalView {
    private static final List<String> HEADINGS =
            List.of("Repository", "Required", "Last file", "At", "Files", "Stored", "Failures");

    private WalView() {}

    public static Table table(Map<String, @Nullable Object> wal) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (var repository : Json.objects(wal.get("repositories")))
            rows.add(
                    Arrays.asList(
                            repository.get("name"),
                            Json.flag(repository, "required") ? "yes" : "no",
                            repository.get("lastFile"),
                            repository.get("lastAt"),
                            repository.get("files"),
                            bytes(Json.number(repository, "storedBytes").orElse(0L)),
                            repository.get("failures")));
        return new Table("WAL archive", HEADINGS, rows, notes(wal));
    }

    private static List<String> notes(Map<String, @Nullable Object> wal) {
        var notes = new ArrayList<String>();
        var waiting = Json.object(wal.get("waiting"));
        long files = Json.number(waiting, "files").orElse(0L);
        notes.add(
                files == 0
                        ? "nothing waits to be archived"
                        : "%d files wait (%s), the oldest %s since %s"
                                .formatted(
                                        files,
                                        bytes(Json.number(waiting, "bytes").orElse(0L)),
                                        Json.text(waiting, "oldest"),
                                        Json.text(waiting, "since")));
        var throughput = Json.object(wal.get("throughput"));
        if (Json.number(throughput, "seconds").orElse(0L) > 0)
            notes.add(
                    "archived %s/s, produced %s/s over %s s"
                            .formatted(
                                    bytes(
                                            Json.number(throughput, "archivedBytesPerSecond")
                                                    .orElse(0L)),
                                    bytes(
                                            Json.number(throughput, "producedBytesPerSecond")
                                                    .orElse(0L)),
                                    Json.text(throughput, "seconds")));
        var failure = Json.object(wal.get("lastFailure"));
        if (!failure.isEmpty())
            notes.add(
                    "FAILING since %s: %s: %s (%s)"
                            .formatted(
                                    Json.text(failure, "since"),
                                    Json.text(failure, "file"),
                                    Json.text(failure, "message"),
                                    Json.text(failure, "hint")));
        notes.addAll(check(wal));
        return notes;
    }

    private static List<String> check(Map<String, @Nullable Object> wal) {
        if (Json.flag(wal, "checking")) return List.of("a check is under way");
        var check = Json.object(wal.get("lastCheck"));
        if (check.isEmpty()) return List.of("not checked yet: matriarchctl wal check");
        var lines = new ArrayList<String>();
        var gaps = Json.array(check.get("gaps"));
        lines.add(
                "checked %s: %s, %d healed"
                        .formatted(
                                Json.text(check, "at"),
                                gaps.isEmpty() ? "nothing is missing" : gaps.size() + " gaps",
                                Json.array(check.get("healed")).size()));
        for (Object gap : gaps) lines.add("MISSING " + gap);
        for (Object trouble : Json.array(check.get("trouble"))) lines.add("NOT SEEN " + trouble);
        return lines;
    }

    static String bytes(long count) {
        if (count < 10_240) return count + " B";
        double value = count;
        for (String unit : List.of("kB", "MB", "GB", "TB")) {
            value /= 1024;
            if (value < 10_240 || unit.equals("TB")) return "%.0f %s".formatted(value, unit);
        }
        throw new IllegalStateException("the last unit takes all");
    }
}
