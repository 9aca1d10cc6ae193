package io.matriarch.backup.format;

/** Finds where JSON values end, without making any. A position of -1 means: this is no JSON. */
final class JsonScan {
    private static final int DEEPEST = 64; // a damaged line must not exhaust the stack

    private JsonScan() {}

    static int blanks(String s, int from) {
        int i = from;
        while (i < s.length() && isBlank(s.charAt(i))) i++;
        return i;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    /** The position behind the value that begins at or after {@code from}. */
    static int value(String s, int from) {
        return value(s, from, 0);
    }

    private static int value(String s, int from, int depth) {
        int i = blanks(s, from);
        if (i >= s.length() || depth > DEEPEST) return -1;
        return switch (s.charAt(i)) {
            case '{' -> container(s, i, '}', true, depth);
            case '[' -> container(s, i, ']', false, depth);
            case '"' -> string(s, i);
            case 't' -> word(s, i, "true");
            case 'f' -> word(s, i, "false");
            case 'n' -> word(s, i, "null");
            default -> number(s, i);
        };
    }

    private static int container(String s, int from, char close, boolean keys, int depth) {
        int i = blanks(s, from + 1);
        if (i < s.length() && s.charAt(i) == close) return i + 1;
        while (true) {
            if (keys) {
                i = string(s, blanks(s, i));
                if (i < 0) return -1;
                i = blanks(s, i);
                if (i >= s.length() || s.charAt(i++) != ':') return -1;
            }
            i = value(s, i, depth + 1);
            if (i < 0) return -1;
            i = blanks(s, i);
            if (i >= s.length()) return -1;
            char c = s.charAt(i++);
            if (c == close) return i;
            if (c != ',') return -1;
        }
    }

    /** The position behind the closing quote of the string that begins at {@code from}. */
    static int string(String s, int from) {
        if (from < 0 || from >= s.length() || s.charAt(from) != '"') return -1;
        for (int i = from + 1; i < s.length(); i++) {
            char c = s.charAt(i);
            if (c == '"') return i + 1;
            if (c != '\\') continue;
            int length = escape(s, i);
            if (length < 0) return -1;
            i += length - 1;
        }
        return -1;
    }

    /** How long the escape at {@code at} is. */
    private static int escape(String s, int at) {
        if (at + 1 >= s.length()) return -1;
        char c = s.charAt(at + 1);
        if ("\"\\/bfnrt".indexOf(c) >= 0) return 2;
        if (c != 'u' || at + 6 > s.length()) return -1;
        for (int i = at + 2; i < at + 6; i++) if (Character.digit(s.charAt(i), 16) < 0) return -1;
        return 6;
    }

    /** Resolves the escapes of a string's inside; they are known to be right. */
    static String unescape(String raw) {
        var out = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            c = raw.charAt(++i);
            switch (c) {
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                case 'u' -> {
                    out.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
                    i += 4;
                }
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    private static int word(String s, int from, String word) {
        return s.startsWith(word, from) ? from + word.length() : -1;
    }

    private static int number(String s, int from) {
        int i = from;
        if (i < s.length() && s.charAt(i) == '-') i++;
        int end = digitsEnd(s, i);
        if (end == i || (s.charAt(i) == '0' && end > i + 1)) return -1;
        if (end < s.length() && s.charAt(end) == '.') {
            int fraction = digitsEnd(s, end + 1);
            if (fraction == end + 1) return -1;
            end = fraction;
        }
        if (end < s.length() && (s.charAt(end) == 'e' || s.charAt(end) == 'E')) {
            int exponent = end + 1;
            if (exponent < s.length() && "+-".indexOf(s.charAt(exponent)) >= 0) exponent++;
            end = digitsEnd(s, exponent);
            if (end == exponent) return -1;
        }
        return end;
    }

    private static int digitsEnd(String s, int from) {
        int i = from;
        while (i < s.length() && s.charAt(i) >= '0' && s.charAt(i) <= '9') i++;
        return i;
    }
}
