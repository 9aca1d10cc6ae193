package io.matriarch.config.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every key there is, as a tree, made of the one list that also makes the reference. */
public final class Schema {
    public static final Schema CURRENT = new Schema(keys());

    /** Behind a part of a key's path: a list, each item of which is a section. */
    static final String EACH = "[]";

    /** Part of a key's path that stands for the name somebody gave to a method of theirs. */
    static final String METHOD = "<method>";

    private final List<Key> all;
    private final Node root = new Node();

    private Schema(List<Key> keys) {
        all = List.copyOf(keys);
        for (var key : keys) {
            var node = root;
            for (var part : key.path().split("\\.")) node = node.part(part);
            if (node.key != null) throw new IllegalStateException("defined twice: " + key.path());
            node.key = key;
        }
    }

    private static List<Key> keys() {
        var keys = new ArrayList<Key>();
        keys.addAll(NodeKeys.all());
        keys.addAll(ClusterKeys.all());
        keys.addAll(PostgresKeys.all());
        keys.addAll(MonitorKeys.all());
        keys.addAll(BackupKeys.all());
        keys.addAll(AlertKeys.all());
        return keys;
    }

    /** In the order of the definition. */
    public List<Key> all() {
        return all;
    }

    Node root() {
        return root;
    }

    /** The path of a key of this name elsewhere, for one written in the wrong section. */
    Optional<String> elsewhere(String name) {
        return all.stream()
                .filter(key -> key.standing() == Key.Standing.SUPPORTED && key.name().equals(name))
                .map(Key::path)
                .min(Comparator.comparingInt(String::length).thenComparing(path -> path));
    }

    /** A section, a key, or both; or a list of sections. */
    static final class Node {
        private final Map<String, Node> children = new LinkedHashMap<>();
        private @Nullable Key key;
        private boolean list;

        private Node part(String part) {
            var node =
                    children.computeIfAbsent(
                            part.endsWith(EACH)
                                    ? part.substring(0, part.length() - EACH.length())
                                    : part,
                            _ -> new Node());
            node.list |= part.endsWith(EACH);
            return node;
        }

        /** Whether a list of such sections is written there. */
        boolean isList() {
            return list;
        }

        Optional<Key> key() {
            return Optional.ofNullable(key);
        }

        boolean isSection() {
            return !children.isEmpty();
        }

        /** The child of this name, or the one for free names. */
        Optional<Node> child(String name) {
            return Optional.ofNullable(children.getOrDefault(name, children.get("*")));
        }

        /** The section of a method, where there may be one. */
        Optional<Node> method() {
            return Optional.ofNullable(children.get(METHOD));
        }

        Collection<String> names() {
            return children.keySet();
        }
    }
}
