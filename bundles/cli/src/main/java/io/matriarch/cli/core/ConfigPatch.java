package io.matriarch.cli.core;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Merge patches of the dynamic configuration: objects merge, null deletes, the rest replaces. */
public final class ConfigPatch {

    private ConfigPatch() {}

    /** {@code config} with {@code patch} merged in; neither is changed. */
    public static Map<String, @Nullable Object> apply(
            Map<String, @Nullable Object> config, Map<String, @Nullable Object> patch) {
        var result = new LinkedHashMap<>(config);
        patch.forEach((key, value) -> {
            if (value == null) result.remove(key);
            else if (value instanceof Map<?, ?>)
                result.put(key, apply(Json.object(result.get(key)), Json.object(value)));
            else result.put(key, value);
        });
        return result;
    }

    /**
     * The smallest patch that makes {@code after} of {@code before}. Sent instead of the whole, so
     * that what somebody else changed meanwhile stays.
     */
    public static Map<String, @Nullable Object> between(
            Map<String, @Nullable Object> before, Map<String, @Nullable Object> after) {
        var patch = new LinkedHashMap<String, @Nullable Object>();
        for (var key : before.keySet()) if (after.get(key) == null) patch.put(key, null);
        after.forEach((key, value) -> {
            Object old = before.get(key);
            if (value == null || Objects.equals(old, value)) return;
            if (old instanceof Map<?, ?> && value instanceof Map<?, ?>)
                patch.put(key, between(Json.object(old), Json.object(value)));
            else patch.put(key, value);
        });
        return patch;
    }

    /**
     * The patch that sets one value.
     *
     * @param path keys with dots between, such as {@code postgresql.parameters.work_mem}
     * @param value null deletes
     */
    public static Map<String, @Nullable Object> set(String path, @Nullable Object value) {
        int dot = path.indexOf('.');
        var patch = new LinkedHashMap<String, @Nullable Object>();
        if (dot < 0) patch.put(path, value);
        else patch.put(path.substring(0, dot), set(path.substring(dot + 1), value));
        return patch;
    }

    /** Two patches as one; where both speak of a key, {@code second} wins. */
    public static Map<String, @Nullable Object> join(
            Map<String, @Nullable Object> first, Map<String, @Nullable Object> second) {
        var joined = new LinkedHashMap<>(first);
        second.forEach((key, value) -> {
            if (value instanceof Map<?, ?> && joined.get(key) instanceof Map<?, ?> inner)
                joined.put(key, join(Json.object(inner), Json.object(value)));
            else joined.put(key, value);
        });
        return joined;
    }
}
