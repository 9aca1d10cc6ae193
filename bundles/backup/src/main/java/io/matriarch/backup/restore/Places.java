package io.matriarch.backup.restore;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.restore.core.RestoreLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Where names of a manifest are on disk. */
final class Places {
    private final RestoreLayout layout;
    private final String tablespaceFolder;

    /**
     * @param tablespaceFolder of the backup's version within each tablespace
     */
    Places(RestoreLayout layout, String tablespaceFolder) {
        this.layout = layout;
        this.tablespaceFolder = tablespaceFolder;
    }

    Path data() {
        return Path.of(layout.dataDirectory());
    }

    List<Path> roots() {
        return layout.roots().stream().map(Path::of).toList();
    }

    /** What is made equal to the backup: clusters of other versions may share a tablespace. */
    List<Path> managed() {
        var all = new ArrayList<Path>();
        all.add(data());
        all.addAll(managedTablespaces().values());
        return all;
    }

    /** By object id: the folder of the backup's version in it. */
    SortedMap<String, Path> managedTablespaces() {
        var all = new TreeMap<String, Path>();
        layout.tablespaces().forEach((oid, at) -> all.put(oid, Path.of(at, tablespaceFolder)));
        return all;
    }

    RestoreLayout layout() {
        return layout;
    }

    /** Empty for names that are no place of their own. */
    Optional<Path> find(String name) throws MatriarchException {
        return layout.place(name).map(Path::of);
    }

    Path of(String name) throws MatriarchException {
        return find(name).orElseThrow(() -> new IllegalStateException(name + " has no place"));
    }

    /** A failure of the target's disk. */
    static MatriarchException failed(String what, IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause())
            if (cause instanceof MatriarchException known) return known;
        return new MatriarchException(
                Code.RESTORE,
                what + " failed: " + e,
                "look at the disk's room and rights; the restore can be run again over what is"
                        + " there",
                e);
    }
}
