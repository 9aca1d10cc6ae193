package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Outcome;
import io.matriarch.cli.rest.Api;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the commands about alerts share. */
final class AlertIds {
    private AlertIds() {}

    /**
     * The alert whose id begins so.
     *
     * @param answer of {@code GET /api/v1/alerts}
     * @throws MatriarchException {@link Code#REFUSED} if there is none, or more than one
     */
    static Map<String, @Nullable Object> find(Map<String, @Nullable Object> answer, String id)
            throws MatriarchException {
        var found =
                Json.objects(answer.get("alerts")).stream()
                        .filter(alert -> !id.isBlank() && Json.text(alert, "id").startsWith(id))
                        .toList();
        if (found.size() == 1) return found.getFirst();
        throw new MatriarchException(
                Code.REFUSED,
                found.isEmpty()
                        ? "no alert \"" + id + "\" fires"
                        : "\"" + id + "\" begins " + found.size() + " ids",
                "matriarchctl alerts list --all shows ids");
    }

    /** A time to the second: what is behind it nobody reads in a table. */
    static String second(Map<String, @Nullable Object> object, String key) {
        return Json.text(object, key).replaceFirst("\\.\\d+", "");
    }

    /** Sends a change; in a dry run the member judges it and does nothing. */
    static String change(
            Root root,
            Api to,
            String what,
            String method,
            String path,
            Map<String, @Nullable Object> body,
            Duration patience)
            throws MatriarchException {
        root.refuseWatch();
        var json = new LinkedHashMap<>(body);
        if (root.dryRun()) json.put("dryRun", true);
        var answer = to.change(method, path, Documents.compactJson(json), root.timeout(patience));
        String text = Session.said(answer);
        Outcome.check(what, answer.from().toString(), answer.status(), text);
        return root.dryRun() ? "dry run: " + text : text;
    }
}
