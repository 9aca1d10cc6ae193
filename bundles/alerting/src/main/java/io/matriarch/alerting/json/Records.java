package io.matriarch.alerting.json;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as JSON objects and reads them back by the types of their components. A component
 * that is absent in the text gets the empty value of its type, so that a later version may add one;
 * a field no component knows is ignored, so that an earlier one can read it.
 */
public final class Records {
    private Records() {}

    public static String write(Record value) {
        return text(tree(value));
    }

    /** Maps, lists and plain values as JSON. */
    public static String text(@Nullable Object tree) {
        try {
            return JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES).asString(tree);
        } catch (IOException e) {
            throw new IllegalStateException("cannot be JSON: " + tree, e);
        }
    }

    /**
     * @throws IOException it is not JSON, or not of that type
     */
    public static <T extends Record> T read(Class<T> type, String json) throws IOException {
        try {
            return type.cast(record(type, JSON.std.mapFrom(json)));
        } catch (RuntimeException e) {
            throw new IOException("not a " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    /** A record as maps, lists and plain values. */
    public static @Nullable Object tree(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Double number when number.isNaN() -> null;
            case String _, Number _, Boolean _ -> value;
            case Enum<?> constant -> constant.name();
            case Instant instant -> instant.toString();
            case Duration duration -> duration.toString();
            case Optional<?> maybe -> tree(maybe.orElse(null));
            case OptionalDouble maybe -> maybe.isPresent() ? maybe.getAsDouble() : null;
            case Record part -> fields(part);
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<String, @Nullable Object>();
                map.forEach((key, each) -> copy.put(String.valueOf(key), tree(each)));
                yield copy;
            }
            case Iterable<?> each -> {
                var list = new ArrayList<@Nullable Object>();
                for (var one : each) list.add(tree(one));
                yield list;
            }
            default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
        };
    }

    private static Map<String, @Nullable Object> fields(Record record) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        try {
            for (var part : record.getClass().getRecordComponents()) {
                var accessor = part.getAccessor();
                accessor.setAccessible(true); // records that are not public
                fields.put(part.getName(), tree(accessor.invoke(record)));
            }
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + record.getClass(), e);
        }
        return fields;
    }

    private static @Nullable Object value(Type type, @Nullable Object tree) {
        if (type instanceof ParameterizedType generic) return generic(generic, tree);
        var of = (Class<?>) type;
        if (of.isRecord()) return tree == null ? null : record(of, (Map<?, ?>) tree);
        if (of == double.class || of == Double.class)
            return tree == null ? Double.NaN : ((Number) tree).doubleValue();
        if (of == int.class) return tree == null ? 0 : ((Number) tree).intValue();
        if (of == long.class) return tree == null ? 0L : ((Number) tree).longValue();
        if (of == boolean.class) return tree != null && (Boolean) tree;
        if (of == String.class) return tree == null ? "" : tree.toString();
        if (tree == null) return null;
        if (of == Instant.class) return Instant.parse(tree.toString());
        if (of == Duration.class) return Duration.parse(tree.toString());
        if (of.isEnum())
            return Arrays.stream(of.getEnumConstants())
                    .filter(c -> ((Enum<?>) c).name().equals(tree.toString()))
                    .findFirst()
                    .orElseThrow(() ->
                            new IllegalArgumentException(tree + " is no " + of.getSimpleName()));
        throw new IllegalArgumentException("no value of " + of);
    }

    private static Object generic(ParameterizedType type, @Nullable Object tree) {
        var raw = (Class<?>) type.getRawType();
        var parts = type.getActualTypeArguments();
        if (raw == Optional.class) return Optional.ofNullable(value(parts[0], tree));
        if (raw == Map.class || raw == SortedMap.class) {
            Map<String, @Nullable Object> map =
                    raw == Map.class ? new LinkedHashMap<>() : new TreeMap<>();
            if (tree instanceof Map<?, ?> given)
                given.forEach((key, each) -> map.put(String.valueOf(key), value(parts[1], each)));
            return map;
        }
        var list = new ArrayList<@Nullable Object>();
        if (tree instanceof List<?> given) for (var each : given) list.add(value(parts[0], each));
        if (raw == Set.class) return new LinkedHashSet<>(list);
        if (raw == List.class) return list;
        throw new IllegalArgumentException("no value of " + type);
    }

    private static Object record(Class<?> type, Map<?, ?> tree) {
        var parts = type.getRecordComponents();
        var values = new @Nullable Object[parts.length];
        for (int i = 0; i < parts.length; i++)
            values[i] = value(parts[i].getGenericType(), tree.get(parts[i].getName()));
        try {
            var types = Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(String.valueOf(e.getCause()), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make " + type, e);
        }
    }
}
