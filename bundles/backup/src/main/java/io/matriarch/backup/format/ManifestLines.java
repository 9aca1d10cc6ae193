package io.matriarch.backup.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines of {@code [target:file]} outside of a manifest: what has to be in another order than the
 * manifest's is put aside in files of such lines. Owners and modes stay relative to the manifest's
 * defaults.
 */
public final class ManifestLines {
    private final ManifestFileJson json = new ManifestFileJson();
    private final LineReader lines;

    /**
     * @param in not closed
     */
    public ManifestLines(InputStream in) {
        this.lines = new LineReader(in);
    }

    /**
     * @param out takes small pieces: buffered; not closed
     */
    public static void write(OutputStream out, ManifestFile file) throws IOException {
        String line =
                file.name() + "=" + ManifestFileJson.write(file, Attributes.AS_DEFAULT) + "\n";
        out.write(line.getBytes(StandardCharsets.UTF_8));
    }

    /** The next one; null at the end. */
    public @Nullable ManifestFile next() throws IOException, FormatException {
        if (!lines.next()) return null;
        String line = text();
        for (int i = line.indexOf('='); i >= 0; i = line.indexOf('=', i + 1))
            if (JsonReader.isValue(line, i + 1))
                return json.read(line.substring(0, i), new JsonReader(line.substring(i + 1)));
        throw new FormatException("no line of a manifest: " + line, "the file is damaged");
    }

    private String text() throws FormatException {
        try {
            return lines.text();
        } catch (CharacterCodingException e) {
            throw new FormatException("not UTF-8", "the file is damaged", e);
        }
    }
}
