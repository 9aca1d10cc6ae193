package io.matriarch.backup.engine;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.FormatException;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.format.ManifestReader;
import io.matriarch.backup.format.Utf8Order;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Files of an earlier manifest, asked for in the manifest's order; of no manifest none. */
final class ManifestCursor implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;

    private final Path text;
    private final @Nullable BufferedInputStream in;
    private final @Nullable ManifestReader reader;
    private @Nullable ManifestFile next;

    /**
     * @param text the manifest's plain text, which was read to its end before; empty: no manifest
     */
    ManifestCursor(Optional<Path> text) throws IOException, MatriarchException {
        this.text = text.orElse(Path.of(""));
        if (text.isEmpty()) {
            in = null;
            reader = null;
            return;
        }
        in = new BufferedInputStream(Files.newInputStream(text.get()), BUFFER);
        reader = new ManifestReader(in, text.get().toString());
        next = reader.nextFile();
    }

    /** Null if it is not in the manifest. */
    @Nullable ManifestFile find(String name) throws IOException, MatriarchException {
        while (next != null && Utf8Order.compare(next.name(), name) < 0) advance(next.name());
        if (next == null || !next.name().equals(name)) return null;
        var found = next;
        advance(name);
        return found;
    }

    private void advance(String from) throws IOException, MatriarchException {
        if (reader == null) return;
        next = reader.nextFile();
        if (next != null && Utf8Order.compare(from, next.name()) >= 0)
            throw new FormatException(
                    "the files in %s are not in order: %s stands behind %s"
                            .formatted(text, next.name(), from),
                    "no known program writes such manifests: make a full backup");
    }

    @Override
    public void close() throws IOException {
        if (in != null) in.close();
    }
}
