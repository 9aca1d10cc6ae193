package io.matriarch.cli.core;

/**
 * Text of others as a terminal may have it. Names of databases and applications, reasons and errors
 * come from whoever reaches a server; among them may be sequences that move the cursor, set the
 * window's title or turn the direction of writing, so that what is read is not what is there.
 */
public final class Plain {
    private static final int SHOWN_INSTEAD = 0xFFFD;

    private Plain() {}

    /** The same length in code points: tables keep their frame. */
    public static String of(String text) {
        if (text.codePoints().noneMatch(Plain::acts)) return text;
        var plain = new StringBuilder(text.length());
        text.codePoints().map(c -> acts(c) ? SHOWN_INSTEAD : c).forEach(plain::appendCodePoint);
        return plain.toString();
    }

    private static boolean acts(int c) {
        boolean turnsDirection = c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
        return turnsDirection || Character.isISOControl(c) && c != '\n' && c != '\t';
    }
}
