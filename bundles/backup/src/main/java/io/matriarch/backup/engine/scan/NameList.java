package io.matriarch.backup.engine.scan;

import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * Names in one folder as bytes, in their order: a folder may hold a million relations, and as
 * strings they would be most of the agent's heap.
 */
final class NameList extends AbstractList<String> implements RandomAccess {
    private static final int CHUNK = 256 * 1024;
    private static final int MAX_NAME = 255;

    private final List<byte[]> chunks = new ArrayList<>();
    private int used = CHUNK;
    private int[] places = new int[64];
    private int count;

    @Override
    public boolean add(String name) {
        var bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_NAME)
            throw new IllegalArgumentException("a file's name of " + bytes.length + " bytes");
        if (used + bytes.length + 1 > CHUNK) {
            chunks.add(new byte[CHUNK]);
            used = 0;
        }
        if (count == places.length) places = Arrays.copyOf(places, count * 2);
        var chunk = chunks.getLast();
        places[count++] = (chunks.size() - 1) * CHUNK + used;
        chunk[used] = (byte) bytes.length;
        System.arraycopy(bytes, 0, chunk, used + 1, bytes.length);
        used += bytes.length + 1;
        return true;
    }

    @Override
    public int size() {
        return count;
    }

    @Override
    public String get(int index) {
        int place = places[java.util.Objects.checkIndex(index, count)];
        return new String(
                chunks.get(place / CHUNK),
                place % CHUNK + 1,
                length(place),
                StandardCharsets.UTF_8);
    }

    /** By bytes, which is the manifest's order. */
    void sort() {
        places = Arrays.copyOf(places, count);
        mergeSort(places, places.clone(), 0, count);
    }

    /** Sorts {@code target}, which at first holds the same as {@code source}. */
    private void mergeSort(int[] target, int[] source, int from, int to) {
        if (to - from < 2) return;
        int middle = (from + to) >>> 1;
        mergeSort(source, target, from, middle);
        mergeSort(source, target, middle, to);
        int left = from;
        int right = middle;
        for (int i = from; i < to; i++) {
            boolean takeLeft =
                    left < middle && (right >= to || compare(source[left], source[right]) <= 0);
            target[i] = takeLeft ? source[left++] : source[right++];
        }
    }

    private int compare(int a, int b) {
        int x = a % CHUNK + 1;
        int y = b % CHUNK + 1;
        return Arrays.compareUnsigned(
                chunks.get(a / CHUNK), x, x + length(a), chunks.get(b / CHUNK), y, y + length(b));
    }

    private int length(int place) {
        return chunks.get(place / CHUNK)[place % CHUNK] & 0xFF;
    }
}
