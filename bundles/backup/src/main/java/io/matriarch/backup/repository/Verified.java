package io.matriarch.backup.repository;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.Label;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the last verification said of a backup, as the note beside it has it: {@code
 * {"at":"…","sound":true,"why":""}}.
 *
 * @param why it cannot be restored; empty if it can
 */
public record Verified(Instant at, boolean sound, String why) {
    public String text() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("at", at.toString());
        fields.put("sound", sound);
        fields.put("why", why);
        try {
            return JSON.std.asString(fields);
        } catch (IOException e) {
            throw new IllegalStateException("in memory", e);
        }
    }

    /** Empty if somebody wrote something else there. */
    public static Optional<Verified> parse(String text) {
        try {
            var fields = JSON.std.mapFrom(text);
            if (!(fields.get("sound") instanceof Boolean sound)) return Optional.empty();
            var at = Instant.parse(String.valueOf(fields.get("at")));
            return Optional.of(new Verified(at, sound, String.valueOf(fields.get("why"))));
        } catch (IOException | DateTimeException somethingElse) {
            return Optional.empty();
        }
    }

    /**
     * Of every backup of a stanza that has such a note.
     *
     * @param kind {@link Notes#VERIFIED} or {@link Notes#DRILLED}
     */
    public static Map<Label, Verified> all(Stanza stanza, String kind) throws MatriarchException {
        var all = new HashMap<Label, Verified>();
        new Notes(stanza)
                .all(kind)
                .forEach((label, text) -> parse(text).ifPresent(note -> all.put(label, note)));
        return all;
    }

    /**
     * Those the last verification or restore drill could not vouch for: no retention may count on
     * them, and no restore takes them unasked. The note of a drill has the same fields, and more.
     */
    public static Set<Label> damaged(Stanza stanza) throws MatriarchException {
        var damaged = new HashSet<Label>();
        for (String kind : List.of(Notes.VERIFIED, Notes.DRILLED))
            all(stanza, kind)
                    .forEach((label, note) -> {
                        if (!note.sound()) damaged.add(label);
                    });
        return Set.copyOf(damaged);
    }
}
