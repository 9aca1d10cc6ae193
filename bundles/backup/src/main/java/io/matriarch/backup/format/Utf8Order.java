package io.matriarch.backup.format;

import java.util.Comparator;

/**
 * The order of the format's keys: that of their UTF-8 bytes, which is that of their code points.
 */
public final class Utf8Order {
    public static final Comparator<String> INSTANCE = Utf8Order::compare;

    private Utf8Order() {}

    public static int compare(String a, String b) {
        int shared = Math.min(a.length(), b.length());
        for (int i = 0; i < shared; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) return Integer.compare(rank(x), rank(y));
        }
        return Integer.compare(a.length(), b.length());
    }

    /** Surrogates stand for code points above all others. */
    private static int rank(char c) {
        return Character.isSurrogate(c) ? c + 0x10000 : c;
    }
}
