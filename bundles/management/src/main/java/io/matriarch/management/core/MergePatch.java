package io.matriarch.management.core;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Patroni's rule for a change of the dynamic configuration: null deletes, objects are merged. */
public final class MergePatch {
    private MergePatch() {}

    /** Neither argument is changed. */
    public static Map<String, Object> apply(
            Map<String, Object> whole, Map<String, ? extends @Nullable Object> patch) {
        var result = new LinkedHashMap<>(whole);
        patch.forEach((key, value) -> {
            if (value == null) result.remove(key);
            else if (value instanceof Map<?, ?> inner)
                result.put(key, apply(object(result.get(key)), object(inner)));
            else result.put(key, value);
        });
        return result;
    }

    private static Map<String, Object> object(@Nullable Object value) {
        var copy = new LinkedHashMap<String, Object>();
        if (value instanceof Map<?, ?> map)
            for (var entry : map.entrySet())
                copy.put(String.valueOf(entry.getKey()), entry.getValue());
        return copy;
    }
}
