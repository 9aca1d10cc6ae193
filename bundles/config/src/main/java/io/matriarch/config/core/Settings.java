package io.matriarch.config.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The checked values by their paths; what was not written is absent, no default is filled in. */
public final class Settings {
    private static final Pattern ITEM = Pattern.compile("(.*)\\[([0-9]+)]");

    private final Map<String, Object> root;
    private final Map<String, Place> places;

    Settings(Map<String, Object> root, Map<String, Place> places) {
        this.root = Collections.unmodifiableMap(root);
        this.places = Map.copyOf(places);
    }

    public boolean has(String path) {
        return find(path) != null;
    }

    public Optional<String> text(String path) {
        return Optional.ofNullable(find(path)).map(String::valueOf);
    }

    public Optional<Long> number(String path) {
        return find(path) instanceof Long number ? Optional.of(number) : Optional.empty();
    }

    public Optional<Boolean> bool(String path) {
        return find(path) instanceof Boolean value ? Optional.of(value) : Optional.empty();
    }

    public Optional<Address> address(String path) {
        return text(path).flatMap(Address::parse);
    }

    /** Empty if absent; use {@link #has} to tell that from an empty list. */
    public List<String> texts(String path) {
        var texts = new ArrayList<String>();
        if (find(path) instanceof List<?> list)
            for (var item : list) texts.add(String.valueOf(item));
        return texts;
    }

    /** A section or mapping, typed all the way down; empty if absent. */
    public Map<String, Object> map(String path) {
        var map = new LinkedHashMap<String, Object>();
        if (find(path) instanceof Map<?, ?> found)
            found.forEach((name, value) -> map.put(String.valueOf(name), value));
        return map;
    }

    /** A path with {@code []} once for each item that is written there; another one as it is. */
    public List<String> expand(String path) {
        int each = path.indexOf(Schema.EACH);
        if (each < 0) return List.of(path);
        var paths = new ArrayList<String>();
        if (find(path.substring(0, each)) instanceof List<?> list)
            for (int i = 0; i < list.size(); i++)
                paths.addAll(
                        expand(
                                path.substring(0, each)
                                        + "["
                                        + i
                                        + "]"
                                        + path.substring(each + Schema.EACH.length())));
        return paths;
    }

    /** A value of whatever type it has. */
    public Optional<Object> value(String path) {
        return Optional.ofNullable(find(path));
    }

    /** Where a key was written, or the nearest section around it. */
    public Place place(String path) {
        for (var at = path; ; at = at.substring(0, at.lastIndexOf('.'))) {
            var place = places.get(at);
            if (place != null) return place;
            if (at.indexOf('.') < 0) break;
        }
        return places.getOrDefault("", new Place("configuration", 0));
    }

    private @Nullable Object find(String path) {
        Object at = root;
        for (var part : path.split("\\.")) {
            if (!(at instanceof Map<?, ?> map)) return null;
            var item = ITEM.matcher(part);
            at = map.get(item.matches() ? item.group(1) : part);
            if (item.matches())
                at = at instanceof List<?> list ? list.get(Integer.parseInt(item.group(2))) : null;
            if (at == null) return null;
        }
        return at;
    }
}
