package io.matriarch.failover.rest.core;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** JSON in and out, and Patroni's way to read loosely typed values. */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** Empty unless the whole text is one JSON object. */
    public static Optional<Map<String, Object>> object(String text) {
        try (var parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != com.fasterxml.jackson.core.JsonToken.START_OBJECT)
                return Optional.empty();
            Map<String, Object> object = JSON.std.mapFrom(parser);
            return parser.nextToken() == null ? Optional.of(object) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // not JSON is an ordinary answer or request of somebody else's
        }
    }

    /** Compact. */
    public static String write(Object value) {
        try {
            return JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES).asString(value);
        } catch (IOException e) {
            throw new IllegalStateException("a value of ours has no JSON form: " + value, e);
        }
    }

    @SuppressWarnings("unchecked") // JSON objects have text keys
    static Map<String, Object> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    /** Empty for null and for what Patroni takes as "not given": "", 0, false, [] and {}. */
    static Optional<String> given(@Nullable Object value) {
        return truthy(value) ? Optional.of(String.valueOf(value)) : Optional.empty();
    }

    private static boolean truthy(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean yes -> yes;
            case Number number -> number.doubleValue() != 0;
            case String text -> !text.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case java.util.Collection<?> list -> !list.isEmpty();
            default -> true;
        };
    }

    /** {@code on true yes 1}, whatever the case. */
    public static boolean yes(@Nullable Object value) {
        return switch (String.valueOf(value).toLowerCase(Locale.ROOT)) {
            case "on", "true", "yes", "1" -> true;
            default -> false;
        };
    }

    static long number(@Nullable Object value) {
        return switch (value) {
            case Number number -> number.longValue();
            case String text when text.matches("\\d{1,18}") -> Long.parseLong(text);
            case null, default -> 0;
        };
    }
}
