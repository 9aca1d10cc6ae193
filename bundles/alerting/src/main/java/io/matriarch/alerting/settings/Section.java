package io.matriarch.alerting.settings;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One section of the configuration as JSON; what is absent is empty. It was checked before. */
final class Section {
    private final Map<String, Object> values;

    private Section(Map<String, Object> values) {
        this.values = values;
    }

    /**
     * @throws IllegalArgumentException it is no JSON object
     */
    static Section parse(String json) {
        try {
            return new Section(json.isBlank() ? Map.of() : JSON.std.mapFrom(json));
        } catch (IOException e) {
            throw new IllegalArgumentException("the section alerts is no JSON object: " + json, e);
        }
    }

    Section section(String name) {
        return new Section(object(values.get(name)));
    }

    private static Map<String, Object> object(@Nullable Object value) {
        var object = new LinkedHashMap<String, Object>();
        if (value instanceof Map<?, ?> map)
            map.forEach((key, each) -> object.put(String.valueOf(key), each));
        return object;
    }

    List<String> names() {
        return List.copyOf(values.keySet());
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).map(String::valueOf);
    }

    Optional<Path> file(String name) {
        return text(name).map(Path::of);
    }

    List<String> texts(String name) {
        return switch (values.get(name)) {
            case null -> List.of();
            case List<?> list -> list.stream().map(String::valueOf).toList();
            case Object one -> List.of(String.valueOf(one));
        };
    }

    boolean flag(String name, boolean otherwise) {
        return values.get(name) instanceof Boolean value ? value : otherwise;
    }

    int number(String name, int otherwise) {
        return values.get(name) instanceof Number value ? value.intValue() : otherwise;
    }

    Duration seconds(String name, Duration otherwise) {
        return values.get(name) instanceof Number value
                ? Duration.ofSeconds(value.longValue())
                : otherwise;
    }
}
