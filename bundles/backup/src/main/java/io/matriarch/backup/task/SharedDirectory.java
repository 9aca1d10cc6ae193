package io.matriarch.backup.task;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether a repository in a directory is one for a standby. A directory of this node alone never
 * sees WAL, which the primary archives on its own; a backup into it would wait for it in vain.
 */
public final class SharedDirectory {
    /** Folders of segments: timeline and the upper half of the position. */
    private static final String SEGMENTS = "[0-9A-F]".repeat(16);

    private SharedDirectory() {}

    /**
     * @param root of the repository
     * @return why a standby should leave it; empty if WAL of the stanza is there
     */
    public static Optional<String> trouble(String repository, Path root, String stanza) {
        var archive = root.resolve("archive").resolve(stanza);
        try (DirectoryStream<Path> clusters =
                Files.newDirectoryStream(archive, Files::isDirectory)) {
            for (Path cluster : clusters) if (hasWal(cluster)) return Optional.empty();
            return Optional.of(none(repository, archive));
        } catch (NoSuchFileException e) {
            return Optional.of(none(repository, archive));
        } catch (IOException e) {
            return Optional.of("%s: %s cannot be read: %s".formatted(repository, archive, e));
        }
    }

    private static String none(String repository, Path archive) {
        return "%s: there is no WAL in %s; is the primary's directory mounted here?"
                .formatted(repository, archive);
    }

    private static boolean hasWal(Path cluster) throws IOException {
        try (var folders = Files.newDirectoryStream(cluster, SEGMENTS)) {
            return folders.iterator().hasNext();
        }
    }
}
