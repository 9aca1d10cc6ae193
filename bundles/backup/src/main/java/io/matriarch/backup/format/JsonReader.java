package io.matriarch.backup.format;

/**
 * Reads one JSON value of an info file, part by part. Keys of objects come in the order they stand
 * in; whoever reads an object passes over those it does not know by {@link #skip}.
 */
final class JsonReader {
    private static final String HINT = "the file is damaged, or was edited by hand";
    private final String text;
    private int at;

    JsonReader(String text) {
        this.text = text;
    }

    /** Whether all of {@code text} from {@code from} on is one JSON value. */
    static boolean isValue(String text, int from) {
        int end = JsonScan.value(text, from);
        return end >= 0 && JsonScan.blanks(text, end) == text.length();
    }

    /** Passes the opening brace. */
    void beginObject() throws FormatException {
        expect('{');
    }

    /** The next key of the object, its colon passed; null at the closing brace, which is passed. */
    @org.jspecify.annotations.Nullable
    String nextKey() throws FormatException {
        if (peek() == ',') at++;
        if (peek() == '}') {
            at++;
            return null;
        }
        String key = string();
        expect(':');
        return key;
    }

    /** Passes the opening bracket. */
    void beginArray() throws FormatException {
        expect('[');
    }

    /** Whether another element follows; false at the closing bracket, which is passed. */
    boolean nextElement() throws FormatException {
        if (peek() == ',') at++;
        if (peek() != ']') return true;
        at++;
        return false;
    }

    /** Whether an array comes next. */
    boolean atArray() throws FormatException {
        return peek() == '[';
    }

    /** Whether {@code null} comes next; it is passed if so. */
    boolean nextNull() throws FormatException {
        if (peek() != 'n') return false;
        skip();
        return true;
    }

    String string() throws FormatException {
        if (peek() != '"') throw unexpected("a string");
        int end = JsonScan.string(text, at);
        if (end < 0) throw unexpected("a string");
        String raw = text.substring(at + 1, end - 1);
        at = end;
        return raw.indexOf('\\') < 0 ? raw : JsonScan.unescape(raw);
    }

    boolean bool() throws FormatException {
        char c = peek();
        if (c != 't' && c != 'f') throw unexpected("true or false");
        skip();
        return c == 't';
    }

    /** A whole number of at most 63 bit. */
    long number() throws FormatException {
        String digits = digits();
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new FormatException("number out of range: " + digits, HINT, e);
        }
    }

    /** A whole number of at most 31 bit. */
    int smallNumber() throws FormatException {
        long number = number();
        if (number < 0 || number > Integer.MAX_VALUE)
            throw new FormatException("number out of range: " + number, HINT);
        return (int) number;
    }

    /** A whole number as it stands, of any size. */
    String digits() throws FormatException {
        peek();
        int end = at < text.length() && text.charAt(at) == '-' ? at + 1 : at;
        int first = end;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') end++;
        if (end == first) throw unexpected("a whole number");
        String digits = text.substring(at, end);
        at = end;
        return digits;
    }

    /** Passes a value of any kind. */
    void skip() throws FormatException {
        int end = JsonScan.value(text, at);
        if (end < 0) throw unexpected("a JSON value");
        at = end;
    }

    /** Passes a value of any kind and returns it as it stands. */
    String raw() throws FormatException {
        peek();
        int from = at;
        skip();
        return text.substring(from, at);
    }

    private void expect(char c) throws FormatException {
        if (peek() != c) throw unexpected("\"" + c + "\"");
        at++;
    }

    private char peek() throws FormatException {
        at = JsonScan.blanks(text, at);
        if (at == text.length()) throw unexpected("more");
        return text.charAt(at);
    }

    private FormatException unexpected(String wanted) {
        String found =
                at >= text.length()
                        ? "the end"
                        : "\"" + text.substring(at, Math.min(at + 20, text.length())) + "\"";
        return new FormatException("expected " + wanted + ", found " + found, HINT);
    }
}
