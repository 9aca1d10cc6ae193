package io.matriarch.backup.format;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes one JSON value the way the format wants it: compact, few escapes, keys of an object in
 * ascending order. A key out of order is a defect of ours and stops us, for stock readers walk
 * forward only and would not find it.
 */
final class JsonWriter {
    private final StringBuilder out = new StringBuilder(256);
    private final List<String> lastKeys = new ArrayList<>();
    private boolean comma;

    static String string(String value) {
        return new JsonWriter().value(value).toString();
    }

    JsonWriter beginObject() {
        separate();
        out.append('{');
        lastKeys.add("");
        comma = false;
        return this;
    }

    JsonWriter endObject() {
        out.append('}');
        lastKeys.removeLast();
        comma = true;
        return this;
    }

    JsonWriter beginArray() {
        separate();
        out.append('[');
        comma = false;
        return this;
    }

    JsonWriter endArray() {
        out.append(']');
        comma = true;
        return this;
    }

    JsonWriter key(String key) {
        String last = lastKeys.getLast();
        if (Utf8Order.compare(last, key) >= 0)
            throw new IllegalStateException("key \"" + key + "\" after \"" + last + "\"");
        lastKeys.set(lastKeys.size() - 1, key);
        separate();
        quote(out, key);
        out.append(':');
        comma = false;
        return this;
    }

    JsonWriter value(String value) {
        separate();
        quote(out, value);
        comma = true;
        return this;
    }

    JsonWriter value(long value) {
        return raw(Long.toString(value));
    }

    JsonWriter value(boolean value) {
        return raw(value ? "true" : "false");
    }

    JsonWriter nullValue() {
        return raw("null");
    }

    /** A value that is JSON already. */
    JsonWriter raw(String json) {
        separate();
        out.append(json);
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) out.append(',');
    }

    /** Whether {@link #quote} changes nothing but adds the quotes. */
    static boolean plain(String text) {
        for (int i = 0; i < text.length(); i++) if (escaped(text.charAt(i)) != 0) return false;
        return true;
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char escape = escaped(c);
            if (escape == 0) out.append(c);
            else out.append('\\').append(escape);
        }
        out.append('"');
    }

    private static char escaped(char c) {
        return switch (c) {
            case '"', '\\' -> c;
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            case '\b' -> 'b';
            case '\f' -> 'f';
            default -> 0;
        };
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
