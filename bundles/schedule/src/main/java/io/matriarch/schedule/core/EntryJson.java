package io.matriarch.schedule.core;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.schedule.api.ClusterJobs.JobRun;
import io.matriarch.schedule.api.ClusterJobs.JobRun.State;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link Entry} and {@link JobRun} as the store holds them. */
public final class EntryJson {
    private EntryJson() {}

    public static String write(Entry entry) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("cron", entry.cron());
        fields.put("handled", entry.handled().toString());
        entry.run().ifPresent(run -> fields.put("run", fields(run)));
        entry.asked()
                .ifPresent(wish ->
                        fields.put("asked", Map.of("id", wish.id(), "due", wish.due().toString())));
        return text(fields);
    }

    public static String write(JobRun run) {
        return text(fields(run));
    }

    private static Map<String, Object> fields(JobRun run) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", run.id());
        fields.put("schedule", run.schedule());
        fields.put("due", run.due().toString());
        fields.put("member", run.member());
        fields.put("state", run.state().name());
        fields.put("attempt", run.attempt());
        run.started().ifPresent(at -> fields.put("started", at.toString()));
        run.ended().ifPresent(at -> fields.put("ended", at.toString()));
        fields.put("text", run.text());
        return fields;
    }

    private static String text(Map<String, Object> fields) {
        try {
            return JSON.std.asString(fields);
        } catch (IOException e) {
            throw new IllegalStateException("in memory", e);
        }
    }

    /** Empty if somebody wrote something else there. */
    public static Optional<Entry> entry(String json) {
        try {
            var fields = JSON.std.mapFrom(json);
            Optional<JobRun> run =
                    fields.get("run") instanceof Map<?, ?> map
                            ? Optional.of(run(map))
                            : Optional.empty();
            return Optional.of(
                    new Entry(
                            text(fields, "cron"),
                            Instant.parse(text(fields, "handled")),
                            run,
                            asked(fields.get("asked"))));
        } catch (IOException | DateTimeException | IllegalArgumentException broken) {
            return Optional.empty();
        }
    }

    private static Optional<Entry.Asked> asked(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) return Optional.empty();
        return Optional.of(new Entry.Asked(text(map, "id"), Instant.parse(text(map, "due"))));
    }

    public static Optional<JobRun> run(String json) {
        try {
            return Optional.of(run(JSON.std.mapFrom(json)));
        } catch (IOException | DateTimeException | IllegalArgumentException broken) {
            return Optional.empty();
        }
    }

    private static JobRun run(Map<?, ?> fields) {
        return new JobRun(
                text(fields, "id"),
                text(fields, "schedule"),
                Instant.parse(text(fields, "due")),
                text(fields, "member"),
                State.valueOf(text(fields, "state")),
                Integer.parseInt(text(fields, "attempt")),
                instant(fields.get("started")),
                instant(fields.get("ended")),
                text(fields, "text"));
    }

    private static String text(Map<?, ?> fields, String name) {
        Object value = fields.get(name);
        if (value == null) throw new IllegalArgumentException("no " + name);
        return value.toString();
    }

    private static Optional<Instant> instant(@Nullable Object value) {
        return value == null ? Optional.empty() : Optional.of(Instant.parse(value.toString()));
    }
}
