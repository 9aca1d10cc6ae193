package io.matriarch.management.core;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * JSON text to and from maps. Only types of the JDK are handed to the library: it remembers every
 * class it meets, and would keep ours after this bundle is gone.
 */
public final class Json {
    private static final JSON JSON_RW =
            JSON.builder()
                    .enable(JSON.Feature.WRITE_NULL_PROPERTIES)
                    .enable(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS)
                    .build();

    private Json() {}

    /**
     * @throws Refused it is not one JSON object
     */
    public static Map<String, Object> object(String text) throws Refused {
        try {
            return JSON_RW.mapFrom(text);
        } catch (IOException e) {
            var refused =
                    Refused.malformed(
                            "not a JSON object: "
                                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                            "expected a form like {\"leader\": \"n1\"}");
            refused.initCause(e);
            throw refused;
        }
    }

    /**
     * One object, or a list of such.
     *
     * @throws Refused it is neither
     */
    public static List<Map<?, ?>> listOrObject(String text) throws Refused {
        try {
            var all = JSON_RW.anyFrom(text);
            if (all instanceof Map<?, ?> one) return List.of(one);
            if (!(all instanceof List<?> list)) throw new IOException("it is " + all);
            var objects = new ArrayList<Map<?, ?>>();
            for (var each : list)
                if (each instanceof Map<?, ?> object) objects.add(object);
                else throw new IOException(each + " is no object");
            return objects;
        } catch (IOException e) {
            var refused =
                    Refused.malformed(
                            "neither a JSON object nor a list of such: "
                                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                            "");
            refused.initCause(e);
            throw refused;
        }
    }

    /** Of what {@link Tree} makes. */
    public static String text(Object tree) {
        try {
            return JSON_RW.asString(tree);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
