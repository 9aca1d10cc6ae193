package io.matriarch.backup.restore.core;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.Manifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where the parts of a backup go.
 *
 * @param dataDirectory absolute
 * @param tablespaces folder of each tablespace by its oid, absolute
 */
public record RestoreLayout(String dataDirectory, SortedMap<String, String> tablespaces) {

    /**
     * @param dataDirectory absolute; empty: where it was
     * @param tablespaceMap new folders of tablespaces by name or oid, absolute
     * @param allTablespaces parent folder of those the map does not name, which get their names;
     *     empty: where they were
     * @throws MatriarchException unknown tablespace, relative path, or two parts in one another
     */
    public static RestoreLayout of(
            Manifest manifest,
            Optional<String> dataDirectory,
            Map<String, String> tablespaceMap,
            Optional<String> allTablespaces)
            throws MatriarchException {
        var data = dataDirectory.orElse(manifest.dataDirectory());
        var open = new HashMap<>(tablespaceMap);
        var places = new TreeMap<String, String>();
        for (var target : manifest.targets().values()) {
            if (target.tablespace().isEmpty()) continue;
            var tablespace = target.tablespace().get();
            String byName = open.remove(tablespace.name());
            String byOid = open.remove(tablespace.oid());
            String mapped = byOid == null ? byName : byOid;
            String otherwise =
                    allTablespaces
                            .map(parent -> parent + "/" + tablespace.name())
                            .orElse(target.path());
            places.put(tablespace.oid(), mapped == null ? otherwise : mapped);
        }
        if (!open.isEmpty())
            throw refused(
                    "there is no tablespace \"%s\" in backup %s"
                            .formatted(open.keySet().iterator().next(), manifest.label()),
                    "it has " + names(manifest));
        var layout = new RestoreLayout(data, places);
        layout.check();
        return layout;
    }

    private static String names(Manifest manifest) {
        var names = new ArrayList<String>();
        for (var target : manifest.targets().values())
            target.tablespace().ifPresent(t -> names.add(t.name() + " (" + t.oid() + ")"));
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private void check() throws MatriarchException {
        var all = roots();
        for (String path : all)
            if (!path.startsWith("/") || path.contains("/../") || path.endsWith("/.."))
                throw refused("\"" + path + "\" is no absolute path", "begin it with /");
        for (int i = 0; i < all.size(); i++)
            for (int j = 0; j < all.size(); j++)
                if (i != j && (all.get(i) + "/").startsWith(all.get(j) + "/"))
                    throw refused(
                            "%s lies in %s".formatted(all.get(i), all.get(j)),
                            "the data directory and each tablespace need folders apart from each"
                                    + " other");
    }

    private static MatriarchException refused(String why, String hint) {
        return new MatriarchException(Code.RESTORE, why, hint);
    }

    /** The data directory, then the tablespaces. */
    public List<String> roots() {
        var all = new ArrayList<String>();
        all.add(dataDirectory);
        all.addAll(tablespaces.values());
        return all;
    }

    /**
     * Where a file or folder of a manifest goes; empty for the names above the tablespaces, which
     * are no folders of their own.
     *
     * @throws MatriarchException a name that would leave its place
     */
    public Optional<String> place(String name) throws MatriarchException {
        if (name.contains("/../") || name.endsWith("/..") || name.startsWith("../"))
            throw refused("the manifest names " + name, "it is damaged, or made to do harm");
        if (name.equals(Manifest.PGDATA)) return Optional.of(dataDirectory);
        if (name.startsWith(Manifest.PGDATA + "/"))
            return Optional.of(dataDirectory + name.substring(Manifest.PGDATA.length()));
        if (name.equals(Manifest.TABLESPACES)) return Optional.empty();
        if (!name.startsWith(Manifest.TABLESPACES + "/"))
            throw refused("the manifest names " + name, "it is of a format not known here");
        String rest = name.substring(Manifest.TABLESPACES.length() + 1);
        int slash = rest.indexOf('/');
        String oid = slash < 0 ? rest : rest.substring(0, slash);
        String root = tablespaces.get(oid);
        if (root == null)
            throw refused(
                    "the manifest names " + name + ", but no such tablespace",
                    "it is damaged: restore an older backup");
        return Optional.of(slash < 0 ? root : root + rest.substring(slash));
    }
}
