package io.matriarch.cli.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code GET /api/v1/backup/expiry} answers, as a table. */
public final class ExpiryView {
    private static final List<String> HEADINGS = List.of("Repository", "Backup", "", "Why");

    private ExpiryView() {}

    /** One line for each backup, those that go first. */
    public static Table table(Map<String, @Nullable Object> answer) {
        var rows = new ArrayList<List<@Nullable Object>>();
        var notes = new ArrayList<String>();
        for (var repository : Json.objects(answer.get("repositories"))) {
            String name = Json.text(repository, "repository");
            rows(rows, name, repository, "remove", "REMOVED");
            rows(rows, name, repository, "keep", "kept");
            for (Object wal : Json.array(repository.get("wal")))
                notes.add(name + ": WAL of " + wal);
            for (Object note : Json.array(repository.get("notes"))) notes.add(name + ": " + note);
            var trouble = Json.object(repository.get("trouble"));
            if (!trouble.isEmpty())
                notes.add(
                        "%s: TROUBLE %s (%s)"
                                .formatted(
                                        name,
                                        Json.text(trouble, "message"),
                                        Json.text(trouble, "hint")));
        }
        return new Table("Retention", HEADINGS, rows, notes);
    }

    private static void rows(
            List<List<@Nullable Object>> rows,
            String name,
            Map<String, @Nullable Object> repository,
            String key,
            String word) {
        for (var choice : Json.objects(repository.get(key)))
            rows.add(Arrays.asList(name, choice.get("label"), word, choice.get("reason")));
    }

    /** Whether a backup or WAL would go. */
    public static boolean removesAnything(Map<String, @Nullable Object> answer) {
        return Json.objects(answer.get("repositories")).stream()
                .anyMatch(repository ->
                        !Json.array(repository.get("remove")).isEmpty()
                                || !Json.array(repository.get("wal")).isEmpty());
    }
}
