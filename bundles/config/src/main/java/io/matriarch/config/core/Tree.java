package io.matriarch.config.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A YAML document in which every node knows where it was written. */
public sealed interface Tree {
    Place place();

    /** The value as plain Java: null, Boolean, Long, Double, String, List or Map. */
    @Nullable Object plain();

    /** A short form for messages. */
    String shown();

    /**
     * A scalar.
     *
     * @param quoted whether it was written in quotes, so that {@code "5"} stays text
     */
    record Text(Place place, String text, boolean quoted) implements Tree {
        public boolean isNull() {
            return !quoted && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }

        @Override
        public @Nullable Object plain() {
            if (isNull()) return null;
            if (quoted) return text;
            if (text.equalsIgnoreCase("true")) return Boolean.TRUE;
            if (text.equalsIgnoreCase("false")) return Boolean.FALSE;
            if (text.matches("[-+]?[0-9]{1,18}") && !text.matches("[-+]?0[0-9]+"))
                return Long.valueOf(text);
            if (text.matches("[-+]?[0-9]+\\.[0-9]+([eE][-+]?[0-9]+)?")) return Double.valueOf(text);
            return text;
        }

        @Override
        public String shown() {
            return '"' + text + '"';
        }
    }

    record Items(Place place, List<Tree> items) implements Tree {
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public Object plain() {
            var list = new ArrayList<@Nullable Object>();
            for (var item : items) list.add(item.plain());
            return list;
        }

        @Override
        public String shown() {
            return "a list";
        }
    }

    /** A mapping, in the order written; keys are text, as everywhere in this file. */
    record Fields(Place place, Map<String, Field> fields) implements Tree {
        public Fields {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        /** A key and its value. */
        public record Field(Place at, Tree value) {}

        @Override
        public Object plain() {
            var map = new LinkedHashMap<String, @Nullable Object>();
            fields.forEach((name, field) -> map.put(name, field.value().plain()));
            return map;
        }

        @Override
        public String shown() {
            return "a section";
        }

        /**
         * This with {@code later} laid over it, section by section; a later scalar or list wins.
         */
        public Fields merge(Fields later) {
            var merged = new LinkedHashMap<>(fields);
            later.fields.forEach((name, field) -> merged.merge(name, field, Fields::laidOver));
            return new Fields(place, merged);
        }

        /** This with one more value at a path such as {@code restapi.listen}. */
        public Fields with(String path, Tree value) {
            int dot = path.indexOf('.');
            var at = value.place();
            if (dot < 0) return merge(new Fields(at, Map.of(path, new Field(at, value))));
            var inner = new Fields(at, Map.of()).with(path.substring(dot + 1), value);
            return merge(new Fields(at, Map.of(path.substring(0, dot), new Field(at, inner))));
        }

        private static Field laidOver(Field earlier, Field later) {
            return earlier.value() instanceof Fields a && later.value() instanceof Fields b
                    ? new Field(earlier.at(), a.merge(b))
                    : later;
        }
    }
}
