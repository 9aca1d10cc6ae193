package io.matriarch.backup.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes an info file as {@link InfoReader} describes it. Sections come in ascending order; the
 * first and the last, {@code [backrest]}, are ours.
 */
public final class InfoWriter {
    private final OutputStream out;
    private final InfoChecksum checksum = new InfoChecksum();
    private @Nullable String section;

    /**
     * @param out takes small pieces: buffered; not closed
     * @param version of the writer
     */
    public InfoWriter(OutputStream out, String version) throws IOException {
        this.out = out;
        text("[backrest]\n");
        line("backrest", "backrest-format", Integer.toString(Format.NUMBER));
        line("backrest", "backrest-version", JsonWriter.string(version));
    }

    /** Writes a value, and its section's name where a new one begins. */
    public void put(String section, String key, String json) throws IOException {
        if (!section.equals(this.section)) {
            if (this.section != null && Utf8Order.compare(this.section, section) > 0)
                throw new IllegalStateException("[" + section + "] after [" + this.section + "]");
            text("\n[" + section + "]\n");
            this.section = section;
        }
        line(section, key, json);
    }

    /** Ends the file with its checksum and flushes. */
    public void finish() throws IOException {
        text("\n[backrest]\nbackrest-checksum=\"" + checksum.hex() + "\"\n");
        out.flush();
    }

    private void line(String section, String key, String json) throws IOException {
        if (key.indexOf('\n') >= 0) // the format has no way to write it
        throw new IOException("a name with a line break can't be kept: \"" + key + "\"");
        checksum.add(section, key, json);
        text(key + "=" + json + "\n");
    }

    private void text(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
