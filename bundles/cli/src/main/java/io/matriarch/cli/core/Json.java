package io.matriarch.cli.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks into parsed JSON without trusting it: what is missing or of another type is absent. */
public final class Json {

    private Json() {}

    /** An empty map if {@code value} is not an object. */
    @SuppressWarnings("unchecked") // the keys of a parsed JSON object are strings
    public static Map<String, @Nullable Object> object(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
    }

    /** An empty list if {@code value} is not an array. */
    public static List<?> array(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    /** The objects of an array; other items are left out. */
    public static List<Map<String, @Nullable Object>> objects(@Nullable Object value) {
        return array(value).stream().filter(Map.class::isInstance).map(Json::object).toList();
    }

    /** Empty text if absent; numbers and booleans as text. */
    public static String text(Map<String, @Nullable Object> object, String key) {
        Object value = object.get(key);
        return value == null ? "" : value.toString();
    }

    public static Optional<Long> number(Map<String, @Nullable Object> object, String key) {
        return object.get(key) instanceof Number number
                ? Optional.of(number.longValue())
                : Optional.empty();
    }

    public static boolean flag(Map<String, @Nullable Object> object, String key) {
        return Boolean.TRUE.equals(object.get(key));
    }
}
