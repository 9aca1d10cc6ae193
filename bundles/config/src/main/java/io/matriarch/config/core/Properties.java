package io.matriarch.config.core;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the properties of one component; what is absent in the file stays absent here. */
final class Properties {
    private final Settings settings;
    private final Map<String, Object> values = new LinkedHashMap<>();

    Properties(Settings settings) {
        this.settings = settings;
    }

    /** Text, whole number or boolean, as it was typed. */
    Properties scalar(String property, String path) {
        settings.value(path)
                .ifPresent(value ->
                        put(
                                property,
                                value instanceof Long number && number.intValue() == number
                                        ? (Object) number.intValue()
                                        : value));
        return this;
    }

    Properties texts(String property, String path) {
        if (settings.has(path)) put(property, settings.texts(path));
        return this;
    }

    /** As compact JSON. */
    Properties json(String property, String path) {
        settings.value(path).ifPresent(value -> put(property, json(value)));
        return this;
    }

    Properties put(String property, Object value) {
        values.put(property, value instanceof List<?> list ? array(list) : value);
        return this;
    }

    Map<String, Object> done() {
        return Collections.unmodifiableMap(values);
    }

    private static String[] array(List<?> list) {
        return list.stream().map(String::valueOf).toArray(String[]::new);
    }

    static String json(Object value) {
        try {
            return JSON.std.asString(value);
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
    }
}
