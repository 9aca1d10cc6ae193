package io.matriarch.backup.drill;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a drill found of a backup, as the JSON note beside it has it. It begins as the note of a
 * verification does.
 *
 * @param sound whether it could be restored, started and read; null if the drill could not tell,
 *     since something else failed
 * @param why it could not; empty if it could
 * @param member that made the drill
 * @param restore how long copying took
 * @param recovery how long replaying took, until the server accepted sessions
 * @param checks how long pg_amcheck and the user's SQL took
 * @param bytes restored
 * @param checked what was checked
 */
public record DrillNote(
        Instant at,
        @Nullable Boolean sound,
        String why,
        String member,
        Duration restore,
        Duration recovery,
        Duration checks,
        long bytes,
        String checked) {

    public String text() {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("at", at.toString());
        fields.put("sound", sound);
        fields.put("why", why);
        fields.put("member", member);
        fields.put("restoreMillis", restore.toMillis());
        fields.put("recoveryMillis", recovery.toMillis());
        fields.put("checksMillis", checks.toMillis());
        fields.put("bytes", bytes);
        fields.put("checked", checked);
        try {
            return JSON.builder()
                    .enable(JSON.Feature.WRITE_NULL_PROPERTIES)
                    .build()
                    .asString(fields);
        } catch (IOException e) {
            throw new IllegalStateException("in memory", e);
        }
    }
}
