package io.matriarch.dcs.api;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All keys under a prefix, of one instant.
 *
 * @param revision the store's revision at that instant; a watch from {@code revision + 1} misses
 *     nothing
 * @param entries by full key
 */
public record Snapshot(long revision, SortedMap<String, KeyValue> entries) {
    public Snapshot {
        entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    }

    public Optional<KeyValue> get(String key) {
        return Optional.ofNullable(entries.get(key));
    }
}
