package io.matriarch.backup.engine.scan;

import io.matriarch.backup.format.Attributes;
import io.matriarch.backup.format.Manifest;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/**
 * What a scan found but for the files, which are in its spool.
 *
 * @param spool see {@link ScanSpool}
 * @param roots where names of the manifest begin, on disk: {@code pg_data}, {@code pg_tblspc/<oid>}
 * @param targets for the manifest
 * @param links for the manifest
 * @param paths every folder
 * @param fileDefault owner and mode most files have
 * @param pathDefault owner and mode of the data directory
 * @param files how many
 * @param bytes of them
 * @param warnings what was left out, and why, for people
 */
public record Tree(
        Path spool,
        SortedMap<String, Path> roots,
        SortedMap<String, Manifest.Target> targets,
        SortedMap<String, Manifest.Link> links,
        SortedMap<String, Attributes> paths,
        Attributes fileDefault,
        Attributes pathDefault,
        Owners owners,
        long files,
        long bytes,
        List<String> warnings) {

    /** Where a file of the manifest lies. */
    public Path locate(String name) {
        if (name.startsWith(Manifest.PGDATA + "/"))
            return FileNames.resolve(
                    root(Manifest.PGDATA), name.substring(Manifest.PGDATA.length() + 1));
        int end = name.indexOf('/', Manifest.TABLESPACES.length() + 1);
        return FileNames.resolve(root(name.substring(0, end)), name.substring(end + 1));
    }

    private Path root(String name) {
        var root = roots.get(name);
        if (root == null)
            throw new IllegalArgumentException("no " + name + " in " + roots.keySet());
        return root;
    }
}
