package io.matriarch.failover.core;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.api.MemberName;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads loosely typed JSON the way Patroni does: numbers may be text, booleans may be {@code on}.
 */
final class Values {
    private Values() {}

    /** Empty if the text is not a JSON object. */
    static Optional<Map<String, Object>> object(String json) {
        try {
            return Optional.of(JSON.std.mapFrom(json));
        } catch (IOException | IllegalArgumentException e) {
            return Optional
                    .empty(); // readers of the store take a broken value as an absent one (interop
            // page, 1.6)
        }
    }

    /** Compact, as Patroni writes it. */
    static String json(Object value) {
        try {
            return JSON.std.asString(value);
        } catch (IOException e) {
            throw new IllegalStateException("a value of ours has no JSON form: " + value, e);
        }
    }

    /** The same with {@code null} where a value is not there. */
    static String jsonWithNulls(Map<String, ? extends @Nullable Object> value) {
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

    static List<?> list(@Nullable Object value) {
        return value instanceof Collection<?> items ? List.copyOf(items) : List.of();
    }

    /** Empty for what cannot name a member: keys below a member's, foreign ones. */
    static Optional<MemberName> memberName(@Nullable Object value) {
        String text = text(value);
        return MemberName.isValid(text) ? Optional.of(new MemberName(text)) : Optional.empty();
    }

    static String text(@Nullable Object value) {
        return value == null ? "" : String.valueOf(value);
    }

    static long number(@Nullable Object value, long otherwise) {
        if (value instanceof Number number) return number.longValue();
        try {
            return value == null ? otherwise : Long.decode(String.valueOf(value).strip());
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    static boolean truth(@Nullable Object value, boolean otherwise) {
        return switch (text(value).toLowerCase(java.util.Locale.ROOT)) {
            case "true", "on", "yes", "1" -> true;
            case "" -> otherwise;
            default -> false;
        };
    }
}
