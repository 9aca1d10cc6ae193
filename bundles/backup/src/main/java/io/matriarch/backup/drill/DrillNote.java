package io.matriarch.backup.drill;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.backup.restore.core.MeasuredRates.Drilled;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
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
 * @param segments of WAL there were to replay, at most
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
        long segments,
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
        fields.put("segments", segments);
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

    /** What a drill that went well took; empty of another one, and of what somebody else wrote. */
    public static Optional<Drilled> measured(String text) {
        try {
            var fields = JSON.std.mapFrom(text);
            if (!Boolean.TRUE.equals(fields.get("sound"))) return Optional.empty();
            return Optional.of(
                    new Drilled(
                            Instant.parse(String.valueOf(fields.get("at"))),
                            number(fields.get("bytes")),
                            Duration.ofMillis(number(fields.get("restoreMillis"))),
                            number(fields.get("segments")),
                            Duration.ofMillis(number(fields.get("recoveryMillis")))));
        } catch (IOException | DateTimeException somethingElse) {
            return Optional.empty();
        }
    }

    /** 0 where a note of an earlier version has none. */
    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }
}
