package io.matriarch.backup.restore.core;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.Manifest;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which databases come back. Files of the others are there, of their size, but full of zeros: what
 * recovery has to write to must exist. They cannot be connected to and are to be dropped.
 */
public final class DatabaseSelection {
    /** All of them. */
    public static final DatabaseSelection ALL = new DatabaseSelection(Set.of());

    private static final Pattern FILE =
            Pattern.compile("(?:pg_data/base|pg_tblspc/\\d+/PG_[^/]+)/(\\d+)/([^/]+)");
    private final Set<Long> without;

    private DatabaseSelection(Set<Long> without) {
        this.without = Set.copyOf(without);
    }

    /**
     * @param include names of databases; empty: all but those excluded. Templates and {@code
     *     postgres} always come back
     * @param exclude names of databases
     * @throws MatriarchException a name is not in the backup, or is one of those that always come
     */
    public static DatabaseSelection of(
            Manifest manifest, Collection<String> include, Collection<String> exclude)
            throws MatriarchException {
        if (include.isEmpty() && exclude.isEmpty()) return ALL;
        if (!include.isEmpty() && !exclude.isEmpty())
            throw refused(
                    "databases are either included or excluded, not both",
                    "leave one of the two lists empty");
        known(manifest, include);
        known(manifest, exclude);
        var without = new HashSet<Long>();
        for (var entry : manifest.databases().entrySet()) {
            String name = entry.getKey();
            boolean system = isSystem(name, entry.getValue());
            if (system && exclude.contains(name))
                throw refused(
                        "database " + name + " cannot be excluded",
                        "templates and postgres are part of every cluster");
            boolean left = include.isEmpty() ? exclude.contains(name) : !include.contains(name);
            if (!system && left) without.add(entry.getValue().oid());
        }
        return new DatabaseSelection(without);
    }

    private static boolean isSystem(String name, Manifest.Database database) {
        return name.equals("postgres")
                || name.startsWith("template")
                || database.oid() <= database.lastSystemOid();
    }

    private static void known(Manifest manifest, Collection<String> names)
            throws MatriarchException {
        for (String name : names)
            if (!manifest.databases().containsKey(name))
                throw refused(
                        "there is no database \"%s\" in backup %s"
                                .formatted(name, manifest.label()),
                        "it has "
                                + String.join(", ", new TreeSet<>(manifest.databases().keySet())));
    }

    private static MatriarchException refused(String why, String hint) {
        return new MatriarchException(Code.RESTORE, why, hint);
    }

    /** Whether a file is made of zeros instead of its content. */
    public boolean zeroes(String name) {
        if (without.isEmpty()) return false;
        var matcher = FILE.matcher(name);
        return matcher.matches()
                && without.contains(Long.parseLong(matcher.group(1)))
                && !matcher.group(2).equals("PG_VERSION");
    }

    /** Whether anything is left out. */
    public boolean isPartial() {
        return !without.isEmpty();
    }
}
