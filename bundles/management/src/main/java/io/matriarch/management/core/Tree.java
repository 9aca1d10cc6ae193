package io.matriarch.management.core;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Records as maps, lists and plain values, so that an answer always has every field of the contract
 * it comes from. An instant is ISO 8601 text, an absent value null, a duration whole milliseconds
 * under its name with {@code Millis} added.
 */
public final class Tree {
    private Tree() {}

    public static Map<String, @Nullable Object> of(Record value) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (RecordComponent part : value.getClass().getRecordComponents()) {
            String name = part.getName();
            map.put(
                    part.getType() == Duration.class ? name + "Millis" : name,
                    plain(read(part, value)));
        }
        return map;
    }

    public static List<@Nullable Object> of(List<?> values) {
        var list = new ArrayList<@Nullable Object>();
        for (Object value : values) list.add(plain(value));
        return list;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Double number when number.isNaN() || number.isInfinite() -> null; // JSON has none
            case String _, Number _, Boolean _ -> value;
            case Instant instant -> instant.toString();
            case Duration duration -> duration.toMillis();
            case Optional<?> maybe -> plain(maybe.orElse(null));
            case OptionalLong maybe -> maybe.isPresent() ? maybe.getAsLong() : null;
            case OptionalDouble maybe -> maybe.isPresent() ? maybe.getAsDouble() : null;
            case OptionalInt maybe -> maybe.isPresent() ? maybe.getAsInt() : null;
            case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
            case MemberName name -> name.value();
            case Lsn lsn -> lsn.toString();
            case Record part -> of(part);
            case List<?> list -> of(list);
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<String, @Nullable Object>();
                map.forEach((key, each) -> copy.put(String.valueOf(key), plain(each)));
                yield copy;
            }
            default -> value.toString();
        };
    }

    private static @Nullable Object read(RecordComponent part, Record of) {
        try {
            var accessor = part.getAccessor();
            accessor.setAccessible(true); // records nested in a class that is not public
            return accessor.invoke(of);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + part, e);
        }
    }
}
