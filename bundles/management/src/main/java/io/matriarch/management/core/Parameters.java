package io.matriarch.management.core;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one request, checked against its {@link Field}s once. A JSON null and an absent
 * parameter are the same.
 */
public final class Parameters {
    private final Map<String, Object> values;

    private Parameters(Map<String, Object> values) {
        this.values = values;
    }

    /**
     * @param raw as it came: JSON values, or strings from a query
     * @throws Refused an unknown name, a missing one, or a value that is not of its kind
     */
    public static Parameters of(List<Field> fields, Map<String, ? extends @Nullable Object> raw)
            throws Refused {
        for (String name : raw.keySet())
            if (fields.stream().noneMatch(f -> f.name().equals(name)))
                throw Refused.malformed("unknown field \"" + name + "\"", known(fields));
        var checked = new HashMap<String, Object>();
        for (Field field : fields) {
            Object value = raw.get(field.name());
            if (value != null) checked.put(field.name(), convert(field, value));
            else if (field.required())
                throw Refused.malformed("field \"" + field.name() + "\" is missing", known(fields));
        }
        return new Parameters(checked);
    }

    private static String known(List<Field> fields) {
        return fields.isEmpty()
                ? "this request takes no fields"
                : fields.stream()
                        .map(f -> f.required() ? f.name() + " (required)" : f.name())
                        .collect(Collectors.joining(", ", "known fields: ", ""));
    }

    private static Object convert(Field field, Object value) throws Refused {
        return switch (field.type()) {
            case TEXT -> {
                if (value instanceof String text && !text.isBlank()) yield text;
                throw wrong(field, value, "a text that is not blank");
            }
            case FLAG -> {
                if (value instanceof Boolean flag) yield flag;
                throw wrong(field, value, "true or false, without quotes");
            }
            case INSTANT -> instant(field, value);
            case INTEGER -> integer(field, value);
        };
    }

    private static Instant instant(Field field, Object value) throws Refused {
        try {
            return OffsetDateTime.parse(value.toString()).toInstant();
        } catch (DateTimeParseException e) {
            var refused =
                    wrong(
                            field,
                            value,
                            "a time with its zone, such as 2026-11-23T02:30:00Z or"
                                    + " 2026-11-23T03:30:00+01:00");
            refused.initCause(e);
            throw refused;
        }
    }

    private static Long integer(Field field, Object value) throws Refused {
        String expected = "a whole number from %d to %d".formatted(field.min(), field.max());
        try {
            long number = Long.parseLong(value.toString()); // a query's text or a JSON number
            if (number >= field.min() && number <= field.max()) return number;
            throw wrong(field, value, expected);
        } catch (NumberFormatException e) {
            var refused = wrong(field, value, expected);
            refused.initCause(e);
            throw refused;
        }
    }

    private static Refused wrong(Field field, Object value, String expected) {
        String shown = value instanceof String text ? "\"" + text + "\"" : value.toString();
        return Refused.malformed(
                "field \"%s\" is %s".formatted(field.name(), shown), "expected " + expected);
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable((String) values.get(name));
    }

    /** A field the route marks as required. */
    public String required(String name) {
        return text(name).orElseThrow();
    }

    /** False if absent. */
    public boolean flag(String name) {
        return values.get(name) instanceof Boolean flag && flag;
    }

    public Optional<Instant> instant(String name) {
        return Optional.ofNullable((Instant) values.get(name));
    }

    public Optional<Long> integer(String name) {
        return Optional.ofNullable((Long) values.get(name));
    }
}
