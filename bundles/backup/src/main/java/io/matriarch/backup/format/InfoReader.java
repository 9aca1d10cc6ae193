package io.matriarch.backup.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads an info file line by line: {@code archive.info}, {@code backup.info}, {@code
 * backup.manifest}.
 *
 * <pre>
 * [backrest]
 * backrest-format=5
 * backrest-version="2.55.1"
 *
 * [section]
 * key=JSON value
 *
 * [backrest]
 * backrest-checksum="SHA-1 of all above, in a form of its own"
 * </pre>
 *
 * A key is raw text and may hold {@code =}: it ends at the first one behind which stands a whole
 * JSON value. Only when {@link #next} has answered false is the checksum known to be right; what
 * was read before is not to be trusted until then. Memory does not grow with the file.
 */
public final class InfoReader {
    private static final String BACKREST = "backrest";
    private static final String DAMAGED =
            "the file is damaged or was edited; its copy, NAME.copy, may be good";

    private final LineReader lines;
    private final InfoChecksum checksum = new InfoChecksum();
    private final String name;
    private @Nullable String section;
    private String key = "";
    private String value = "";
    private @Nullable String version;
    private @Nullable String stated;

    /**
     * @param in plain text; not closed
     * @param name for messages
     */
    public InfoReader(InputStream in, String name) {
        this.lines = new LineReader(in);
        this.name = name;
    }

    /**
     * Goes to the next value outside of {@code [backrest]}.
     *
     * @return false at the end
     * @throws FormatException not this syntax, another format than 5, or the checksum is wrong
     */
    public boolean next() throws IOException, FormatException {
        while (lines.next()) {
            if (lines.isEmpty()) continue;
            String line = text();
            if (line.charAt(0) == '[') {
                section = sectionOf(line);
                continue;
            }
            if (section == null) throw wrong("a value before the first [section]");
            split(line);
            if (!section.equals(BACKREST)) {
                checksum.add(section, key, value);
                return true;
            }
            ours();
        }
        verify();
        return false;
    }

    private String text() throws FormatException {
        try {
            return lines.text();
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new FormatException(place() + ": not UTF-8", DAMAGED, e);
        }
    }

    private String sectionOf(String line) throws FormatException {
        if (!line.endsWith("]")) throw wrong("a section without its closing bracket");
        return line.substring(1, line.length() - 1);
    }

    private void split(String line) throws FormatException {
        for (int i = line.indexOf('='); i >= 0; i = line.indexOf('=', i + 1)) {
            if (!JsonReader.isValue(line, i + 1)) continue;
            key = line.substring(0, i);
            value = line.substring(i + 1);
            return;
        }
        throw wrong("no key=value");
    }

    private void ours() throws FormatException {
        try {
            switch (key) {
                case "backrest-checksum" -> {
                    stated = json().string();
                    return;
                }
                case "backrest-format" -> {
                    if (json().number() != Format.NUMBER)
                        throw new FormatException(
                                "repository format " + value + ", expected " + Format.NUMBER,
                                "this is of a pgBackRest older than 1.0 or of one newer than we know");
                }
                case "backrest-version" -> version = json().string();
                default -> {}
            }
        } catch (FormatException e) {
            throw e.at(place());
        }
        checksum.add(BACKREST, key, value);
    }

    private void verify() throws FormatException {
        String found = checksum.hex();
        if (stated == null)
            throw new FormatException(name + " ends without its checksum", "it was cut short");
        if (!stated.equals(found))
            throw new FormatException(
                    "checksum of %s is %s, but it says %s".formatted(name, found, stated), DAMAGED);
    }

    public String section() {
        if (section == null) throw new IllegalStateException("before the first value");
        return section;
    }

    public String key() {
        return key;
    }

    /** JSON, as it stands. */
    public String value() {
        return value;
    }

    JsonReader json() {
        return new JsonReader(value);
    }

    /** What the writer called itself; empty text if it did not. */
    public String version() {
        return version == null ? "" : version;
    }

    /** Name, line and key of the present value, for messages. */
    public String place() {
        return name + " line " + lines.number() + (key.isEmpty() ? "" : " (" + key + ")");
    }

    private FormatException wrong(String what) {
        return new FormatException(
                name + " line " + lines.number() + ": " + what + ": \"" + excerpt() + "\"",
                DAMAGED);
    }

    private String excerpt() {
        String line = new String(lines.start(60), StandardCharsets.UTF_8);
        return line.strip();
    }
}
