package io.matriarch.backup.engine;

/** Numbers without their wrappers: there may be millions. Zero is one of them. */
final class LongSet {
    private long[] slots = new long[1024];
    private int count;
    private boolean zero;

    void add(long value) {
        if (value == 0) {
            zero = true;
            return;
        }
        if (2 * count >= slots.length) grow();
        int slot = slot(slots, value);
        if (slots[slot] == value) return;
        slots[slot] = value;
        count++;
    }

    boolean contains(long value) {
        return value == 0 ? zero : slots[slot(slots, value)] == value;
    }

    /** Where it is, or would go. */
    private static int slot(long[] slots, long value) {
        int slot = Long.hashCode(value * 0x9E3779B97F4A7C15L) & slots.length - 1;
        while (slots[slot] != 0 && slots[slot] != value) slot = slot + 1 & slots.length - 1;
        return slot;
    }

    private void grow() {
        var larger = new long[slots.length * 2];
        for (long value : slots) if (value != 0) larger[slot(larger, value)] = value;
        slots = larger;
    }
}
