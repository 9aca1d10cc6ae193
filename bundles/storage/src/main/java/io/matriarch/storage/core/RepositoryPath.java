package io.matriarch.storage.core;

import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import java.util.Comparator;

/** Which paths a repository can have. Names come from manifests others may have written. */
public final class RepositoryPath {
    /** Last part of the names of files that are being written. */
    public static final String DRAFT = ".matriarch.tmp";

    /**
     * By bytes of UTF-8, as S3 lists: {@code String} compares UTF-16, which differs above U+D7FF.
     */
    public static final Comparator<String> BYTE_ORDER = RepositoryPath::compareCodePoints;

    private RepositoryPath() {}

    /** The path of a file: one that is not the root. */
    public static String file(String path) throws StorageException {
        if (path.isEmpty()) throw refused(path, "is the root, not a file");
        return folder(path);
    }

    /** The path of a folder; empty is the root. */
    public static String folder(String path) throws StorageException {
        if (path.isEmpty()) return path;
        if (path.indexOf('\0') >= 0) throw refused(path.replace('\0', '?'), "contains a zero byte");
        for (String part : path.split("/", -1)) {
            if (part.isEmpty()) throw refused(path, "has an empty part");
            if (part.equals(".") || part.equals("..")) throw refused(path, "leaves its folder");
        }
        return path;
    }

    /** {@code folder/name}, or {@code name} in the root. */
    public static String join(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }

    public static boolean isDraft(String path) {
        return path.endsWith(DRAFT);
    }

    private static int compareCodePoints(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length()) {
            int left = a.codePointAt(i);
            int right = b.codePointAt(i);
            if (left != right) return Integer.compare(left, right);
            i += Character.charCount(left);
        }
        return Integer.compare(a.length(), b.length());
    }

    private static StorageException refused(String path, String why) {
        return new StorageException(
                Fault.BROKEN,
                "path '" + path + "' " + why,
                "no repository has such a name: whoever wrote the manifest or the setting that names"
                        + " it made a mistake, or means harm",
                null);
    }
}
