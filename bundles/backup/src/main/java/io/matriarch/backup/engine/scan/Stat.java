package io.matriarch.backup.engine.scan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What the system says of a file.
 *
 * @param mode type and permissions
 * @param modified epoch seconds
 */
record Stat(int mode, long size, long modified, int user, int group) {
    private static final String ATTRIBUTES = "unix:mode,size,lastModifiedTime,uid,gid";
    private static final int TYPE = 0170000;
    private static final int FOLDER = 0040000;
    private static final int FILE = 0100000;
    private static final int LINK = 0120000;
    private static final int PERMISSIONS = 07777;

    /** Empty if it is not there any more. */
    static Optional<Stat> of(Path file, LinkOption... options) throws IOException {
        try {
            var found = Files.readAttributes(file, ATTRIBUTES, options);
            return Optional.of(
                    new Stat(
                            (int) number(found, "mode"),
                            number(found, "size"),
                            number(found, "lastModifiedTime"),
                            (int) number(found, "uid"),
                            (int) number(found, "gid")));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    private static long number(Map<String, Object> found, String name) throws IOException {
        return switch (found.get(name)) {
            case Integer number -> number;
            case Long number -> number;
            case FileTime time -> time.to(TimeUnit.SECONDS);
            case null, default -> throw new IOException("the system tells no " + name);
        };
    }

    boolean isFolder() {
        return (mode & TYPE) == FOLDER;
    }

    boolean isFile() {
        return (mode & TYPE) == FILE;
    }

    boolean isLink() {
        return (mode & TYPE) == LINK;
    }

    int permissions() {
        return mode & PERMISSIONS;
    }
}
