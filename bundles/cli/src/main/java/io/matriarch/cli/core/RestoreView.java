package io.matriarch.cli.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The plan of a restore, as a table. */
public final class RestoreView {
    private static final long MILLIS = 1000;

    private RestoreView() {}

    /** One line for each thing to know, what would be lost below. */
    public static Table plan(Map<String, @Nullable Object> plan) {
        var rows = new ArrayList<List<@Nullable Object>>();
        row(rows, "Target", Json.text(plan, "target"));
        row(rows, "Directory", Json.text(plan, "directory"));
        row(rows, "Repository", Json.text(plan, "repository"));
        row(rows, "Backup", chain(plan));
        row(rows, "Timeline", Json.text(plan, "timeline"));
        row(rows, "WAL", wal(plan));
        row(rows, "To read", bytes(plan, "storedBytes"));
        row(rows, "To write", bytes(plan, "bytes"));
        row(
                rows,
                "Estimate",
                Json.number(plan, "estimateMillis").orElse(0L) / MILLIS + " s, restore and replay");
        row(
                rows,
                "Can be restored",
                Json.text(plan, "earliest") + " to " + Json.text(plan, "latest"));
        var notes = new ArrayList<String>();
        for (Object each : Json.array(plan.get("overwritten"))) notes.add("OVERWRITTEN: " + each);
        for (Object each : Json.array(plan.get("notes"))) notes.add(String.valueOf(each));
        return new Table("Restore", List.of("", "Plan"), rows, notes);
    }

    private static void row(List<List<@Nullable Object>> rows, String what, String value) {
        rows.add(Arrays.asList(what, value));
    }

    private static String chain(Map<String, @Nullable Object> plan) {
        var rest = Json.array(plan.get("chain")).stream().skip(1).map(String::valueOf).toList();
        String label = Json.text(plan, "backup");
        return rest.isEmpty() ? label : label + ", on " + String.join(", ", rest);
    }

    private static String wal(Map<String, @Nullable Object> plan) {
        String first = Json.text(plan, "walFirst");
        if (first.isEmpty()) return "none";
        return "%s - %s, %s at most"
                .formatted(first, Json.text(plan, "walLast"), bytes(plan, "walBytes"));
    }

    private static String bytes(Map<String, @Nullable Object> plan, String key) {
        return WalView.bytes(Json.number(plan, key).orElse(0L));
    }
}
