package io.matriarch.alerting.core;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Short names for things that are told apart by their labels: the same on every member. */
public final class Ids {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private Ids() {}

    /** 16 hexadecimal digits (FNV-1a) of a name and its labels, whatever their order. */
    public static String of(String name, Map<String, String> labels) {
        long hash = mixed(OFFSET, name);
        // Sorted maps only would do, and nobody would notice the one that is not.
        for (var entry : new java.util.TreeMap<>(labels).entrySet())
            hash = mixed(mixed(hash, entry.getKey()), entry.getValue());
        return String.format("%016x", hash);
    }

    private static long mixed(long hash, String text) {
        long mixed = hash;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) mixed = (mixed ^ (b & 0xff)) * PRIME;
        return (mixed ^ 0xff) * PRIME;
    }
}
