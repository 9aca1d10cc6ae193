package io.matriarch.schedule.core;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.schedule.api.JobProgress;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where a run stands, as the store holds it: a JSON object with a sentence, {@code text}, and the
 * figures of {@link JobProgress} if it tells any.
 */
public record Standing(String text, Optional<JobProgress> figures) {
    /** Of a run that has told nothing yet. */
    public static final Standing NONE = new Standing("", Optional.empty());

    public String json() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("text", text);
        figures.ifPresent(now -> {
            fields.put("phase", now.phase());
            fields.put("repository", now.repository());
            fields.put("bytesDone", now.bytesDone());
            fields.put("bytes", now.bytes());
            fields.put("filesDone", now.filesDone());
            fields.put("files", now.files());
            fields.put("bytesPerSecond", now.bytesPerSecond());
            fields.put("started", now.started().toString());
            now.end().ifPresent(at -> fields.put("end", at.toString()));
        });
        try {
            return JSON.std.asString(fields);
        } catch (IOException e) {
            throw new IllegalStateException("in memory", e);
        }
    }

    /**
     * What a member wrote. One of an earlier version wrote a sentence alone; figures that cannot be
     * read are left out, as the sentence says the same.
     */
    public static Standing read(String stored) {
        Map<String, Object> fields;
        try {
            fields = JSON.std.mapFrom(stored);
        } catch (IOException sentence) {
            return new Standing(stored, Optional.empty());
        }
        return new Standing(String.valueOf(fields.getOrDefault("text", "")), figures(fields));
    }

    private static Optional<JobProgress> figures(Map<String, Object> fields) {
        try {
            if (!(fields.get("phase") instanceof String phase)) return Optional.empty();
            return Optional.of(
                    new JobProgress(
                            phase,
                            String.valueOf(fields.get("repository")),
                            number(fields, "bytesDone"),
                            number(fields, "bytes"),
                            number(fields, "filesDone"),
                            number(fields, "files"),
                            number(fields, "bytesPerSecond"),
                            Instant.parse(String.valueOf(fields.get("started"))),
                            Optional.ofNullable(fields.get("end"))
                                    .map(at -> Instant.parse(at.toString()))));
        } catch (DateTimeException | IllegalArgumentException broken) {
            return Optional.empty();
        }
    }

    private static long number(Map<String, Object> fields, String name) {
        return Long.parseLong(String.valueOf(fields.get(name)));
    }
}
