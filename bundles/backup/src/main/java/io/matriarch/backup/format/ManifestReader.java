package io.matriarch.backup.format;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a manifest file by file. Memory does not grow with their number (but for a manifest that
 * does not list its references, where it grows with the number of backups).
 *
 * <p>The defaults for owners and modes stand behind the files, and so does the checksum that tells
 * whether all of it is true: who acts on files while they are read reads the manifest twice.
 */
public final class ManifestReader {
    private final InfoReader reader;
    private final String name;
    private final ManifestParts parts = new ManifestParts();
    private final ManifestFileJson files = new ManifestFileJson();
    private @Nullable Manifest manifest;

    /**
     * @param in plain text; not closed
     * @param name for messages
     */
    public ManifestReader(InputStream in, String name) {
        this.reader = new InfoReader(in, name);
        this.name = name;
    }

    /**
     * The next file; null at the end, when the checksum was right and {@link #manifest} is known.
     */
    public @Nullable ManifestFile nextFile() throws IOException, FormatException {
        if (manifest != null) return null;
        while (reader.next()) {
            try {
                if (!reader.section().equals("target:file")) {
                    parts.take(reader.section(), reader.key(), reader.json());
                    continue;
                }
                var file = files.read(reader.key(), reader.json());
                parts.refer(file.stored().reference());
                return file;
            } catch (FormatException | IllegalArgumentException | ArithmeticException e) {
                throw Histories.at(reader.place(), e);
            }
        }
        try {
            manifest = parts.build(reader.version());
        } catch (FormatException | IllegalArgumentException e) {
            throw Histories.at(name, e);
        }
        return null;
    }

    /** All but the files. */
    public Manifest manifest() {
        if (manifest == null) throw new IllegalStateException("there are more files to read");
        return manifest;
    }

    /** Reads to the end and gives all but the files; the checksum was right. */
    public Manifest skipFiles() throws IOException, FormatException {
        while (nextFile() != null) {}
        return manifest();
    }
}
