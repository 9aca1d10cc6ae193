package io.matriarch.backup.repository;

import io.matriarch.backup.codec.Xxh3;
import java.nio.charset.StandardCharsets;

/**
 * The names of maybe millions of files, as 64 bit of a hash each. Two names of one hash only make
 * that a file which should go stays.
 */
public final class NameSet {
    private long[] table;
    private int size;

    public NameSet(long expected) {
        int capacity = Integer.highestOneBit((int) Math.clamp(expected * 2, 16, 1 << 29)) << 1;
        table = new long[capacity];
    }

    public void add(String name) {
        if (size * 2 >= table.length) grow();
        if (insert(table, hash(name))) size++;
    }

    public boolean contains(String name) {
        long hash = hash(name);
        int mask = table.length - 1;
        for (int i = (int) hash & mask; table[i] != 0; i = i + 1 & mask)
            if (table[i] == hash) return true;
        return false;
    }

    private static boolean insert(long[] table, long hash) {
        int mask = table.length - 1;
        int i = (int) hash & mask;
        while (table[i] != 0) {
            if (table[i] == hash) return false;
            i = i + 1 & mask;
        }
        table[i] = hash;
        return true;
    }

    private void grow() {
        var bigger = new long[table.length * 2];
        for (long hash : table) if (hash != 0) insert(bigger, hash);
        table = bigger;
    }

    /** Never 0, which marks a free place. */
    private static long hash(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        var hash = new byte[Long.BYTES];
        Xxh3.hash(bytes, 0, bytes.length, hash, 0, Long.BYTES);
        long value = java.nio.ByteBuffer.wrap(hash).getLong();
        return value == 0 ? 1 : value;
    }
}
