package io.matriarch.cli.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code GET /api/v1/backups} answers, as tables. */
public final class BackupView {
    private static final List<String> BACKUPS =
            List.of(
                    "Repository",
                    "Backup",
                    "Type",
                    "PG",
                    "Stop",
                    "Size",
                    "Changed",
                    "Stored",
                    "Added",
                    "Pages",
                    "Verified",
                    "Drilled",
                    "WAL");
    private static final List<String> REPOSITORIES =
            List.of("Repository", "Where", "Required", "Encrypted", "Stanza", "Backups", "State");

    private BackupView() {}

    /** One line for each backup, and below them what is to be known of each repository. */
    public static Table backups(Map<String, @Nullable Object> answer) {
        var rows = new ArrayList<List<@Nullable Object>>();
        var notes = new ArrayList<String>();
        for (var repository : Json.objects(answer.get("repositories"))) {
            String name = Json.text(repository, "name");
            for (var backup : Json.objects(repository.get("backups"))) rows.add(row(name, backup));
            notes.addAll(notes(name, repository));
        }
        return new Table("Backups", BACKUPS, rows, notes);
    }

    private static List<@Nullable Object> row(String name, Map<String, @Nullable Object> backup) {
        return Arrays.asList(
                name,
                backup.get("label"),
                backup.get("type"),
                backup.get("postgres"),
                backup.get("stop"),
                bytes(backup, "sizeBytes"),
                bytes(backup, "changedBytes"),
                bytes(backup, "repositoryBytes"),
                bytes(backup, "repositoryChangedBytes"),
                backup.get("pages"),
                verified(Json.object(backup.get("verified"))),
                verified(Json.object(backup.get("drilled"))),
                range(Json.text(backup, "walFirst"), Json.text(backup, "walLast")));
    }

    private static String verified(Map<String, @Nullable Object> note) {
        if (note.isEmpty()) return "";
        return Json.flag(note, "sound")
                ? Json.text(note, "at")
                : "DAMAGED: " + Json.text(note, "why");
    }

    private static String bytes(Map<String, @Nullable Object> backup, String key) {
        return WalView.bytes(Json.number(backup, key).orElse(0L));
    }

    private static String range(String first, String last) {
        return first.equals(last) ? first : first + " - " + last;
    }

    private static List<String> notes(String name, Map<String, @Nullable Object> repository) {
        var trouble = Json.object(repository.get("trouble"));
        if (!trouble.isEmpty()) return List.of(name + ": " + said(trouble));
        var notes = new ArrayList<String>();
        for (var archive : Json.objects(repository.get("archives"))) {
            String first = Json.text(archive, "first");
            notes.add(
                    "%s: WAL of %s: %s"
                            .formatted(
                                    name,
                                    Json.text(archive, "id"),
                                    first.isEmpty()
                                            ? "none"
                                            : range(first, Json.text(archive, "last"))));
        }
        var range = Json.object(repository.get("restorable"));
        if (!range.isEmpty())
            notes.add(
                    "%s: can be restored to any time from %s to %s"
                            .formatted(
                                    name,
                                    Json.text(range, "earliest"),
                                    Json.text(range, "latest")));
        var time = Json.object(repository.get("restoreTime"));
        if (!time.isEmpty())
            notes.add(
                    "%s: a restore takes about %s to the latest state, %s at worst, by %s"
                            .formatted(
                                    name,
                                    seconds(time, "latestMillis"),
                                    seconds(time, "worstMillis"),
                                    Json.flag(time, "measured")
                                            ? "what was measured"
                                            : "cautious figures"));
        if (Json.array(repository.get("backups")).isEmpty()) notes.add(name + ": no backup yet");
        return notes;
    }

    /** To minutes from ten minutes on: it is an estimate. */
    private static String seconds(Map<String, @Nullable Object> time, String key) {
        long seconds = (Json.number(time, key).orElse(0L) + 999) / 1000;
        return seconds < 600 ? seconds + " s" : (seconds + 59) / 60 + " min";
    }

    private static String said(Map<String, @Nullable Object> trouble) {
        return "TROUBLE " + Json.text(trouble, "message") + " (" + Json.text(trouble, "hint") + ")";
    }

    /** One line for each repository. */
    public static Table repositories(Map<String, @Nullable Object> answer) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (var repository : Json.objects(answer.get("repositories"))) {
            var trouble = Json.object(repository.get("trouble"));
            rows.add(
                    Arrays.asList(
                            repository.get("name"),
                            repository.get("where"),
                            Json.flag(repository, "required") ? "yes" : "no",
                            Json.flag(repository, "encrypted") ? "yes" : "no",
                            repository.get("stanza"),
                            Json.array(repository.get("backups")).size(),
                            trouble.isEmpty() ? "ok" : said(trouble)));
        }
        return new Table("Repositories", REPOSITORIES, rows);
    }
}
