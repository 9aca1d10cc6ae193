package io.matriarch.backup.osgi;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.expire.core.Retention;
import io.matriarch.backup.expire.core.Retention.Full;
import io.matriarch.backup.format.BackupType;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;

/** The section {@code retention} of a repository. */
final class ConfiguredRetention {
    private ConfiguredRetention() {}

    /**
     * @param json the whole repository, as the configuration hands it over: checked
     */
    static Retention read(String json) throws MatriarchException {
        Map<String, Object> repository;
        try {
            repository = JSON.std.mapFrom(json);
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.CONFIG, "a repository is no JSON object", "Give a YAML mapping.", e);
        }
        if (!(repository.get("retention") instanceof Map<?, ?> keys)) return Retention.FOR_EVER;
        return new Retention(
                full(keys),
                number(keys, "diff"),
                number(keys, "archive"),
                archiveType(keys),
                number(keys, "history"));
    }

    private static Full full(Map<?, ?> keys) {
        OptionalInt count = number(keys, "full");
        if (count.isEmpty()) return new Full.All();
        return "time".equals(keys.get("full_type"))
                ? new Full.Days(count.getAsInt())
                : new Full.Count(count.getAsInt());
    }

    private static BackupType archiveType(Map<?, ?> keys) {
        Object type = keys.get("archive_type");
        if ("diff".equals(type)) return BackupType.DIFFERENTIAL;
        return "incr".equals(type) ? BackupType.INCREMENTAL : BackupType.FULL;
    }

    private static OptionalInt number(Map<?, ?> keys, String key) {
        return keys.get(key) instanceof Number number
                ? OptionalInt.of(number.intValue())
                : OptionalInt.empty();
    }
}
