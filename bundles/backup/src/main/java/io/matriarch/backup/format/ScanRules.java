package io.matriarch.backup.format;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of a data directory is no part of a backup: what PostgreSQL makes anew, what recovery brings
 * back from WAL, and what would harm a restored server. Paths are relative to the data directory;
 * those of tablespaces begin with {@code pg_tblspc/<oid>}.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP-DATA">Backing
 *     up the data directory</a>
 */
public final class ScanRules {
    private static final Set<String> EMPTIED =
            Set.of(
                    "pg_dynshmem",
                    "pg_notify",
                    "pg_replslot",
                    "pg_serial",
                    "pg_snapshots",
                    "pg_stat_tmp",
                    "pg_subtrans");
    private static final Set<String> ROOT_FILES =
            Set.of(
                    "recovery.signal",
                    "standby.signal",
                    "postgresql.auto.conf.tmp",
                    "backup_label",
                    "backup_label.old",
                    "tablespace_map", // ours is added when the backup ends
                    "postmaster.opts",
                    "postmaster.pid");
    private static final Set<String> ROOT_FILES_13 =
            Set.of("backup_manifest", "backup_manifest.tmp");
    private static final String TEMPORARY = "pgsql_tmp";
    private static final Pattern DATABASE_FOLDER =
            Pattern.compile("global|base/\\d+|pg_tblspc/\\d+/PG_[^/]+/\\d+");
    private static final Pattern CACHE = Pattern.compile("pg_internal\\.init(\\.\\d+)?");
    private static final Pattern TEMPORARY_RELATION =
            Pattern.compile("t\\d+_\\d+(_fsm|_vm)?(\\.\\d+)?");
    private static final Pattern RELATION = Pattern.compile("(\\d+)(_fsm|_vm)?(\\.\\d+)?");
    private static final Set<String> NO_PAGES =
            Set.of("pg_filenode.map", "PG_VERSION", "pg_control");

    private final PgVersion version;
    private final boolean online;
    private final Set<String> excluded = new HashSet<>();
    private final Set<String> emptied = new HashSet<>();

    /**
     * @param online the server is running; its WAL comes from the archive
     * @param excludes the user's: a file, a folder with all in it, or with {@code /} behind it what
     *     is in a folder
     */
    public ScanRules(PgVersion version, boolean online, Collection<String> excludes) {
        this.version = version;
        this.online = online;
        for (String exclude : excludes) {
            if (exclude.endsWith("/")) emptied.add(exclude.substring(0, exclude.length() - 1));
            else excluded.add(exclude);
        }
    }

    /** Whether a folder is listed, be it with what is in it or empty. */
    public boolean listsFolder(String path) {
        return !excluded.contains(path) && !name(path).startsWith(TEMPORARY);
    }

    /** Whether a listed folder is looked into. */
    public boolean entersFolder(String path) {
        if (EMPTIED.contains(path) || emptied.contains(path)) return false;
        return !(online && path.equals("pg_wal/archive_status"));
    }

    /**
     * Which of the files that lie directly in a folder are backed up.
     *
     * @param folder empty for the data directory itself
     * @param names of all in it, gone through once: some tell about others
     */
    public Predicate<String> keeps(String folder, Collection<String> names) {
        if (online && folder.equals("pg_wal")) return _ -> false;
        boolean database = isDatabaseFolder(folder);
        var unlogged = database ? unlogged(names) : Set.<String>of();
        return name -> {
            String path = folder.isEmpty() ? name : folder + "/" + name;
            if (excluded.contains(path) || name.startsWith(TEMPORARY)) return false;
            if (folder.isEmpty() && skipsInRoot(name)) return false;
            return !database || !skipsInDatabase(name, unlogged);
        };
    }

    private boolean skipsInRoot(String name) {
        return ROOT_FILES.contains(name) || (version.atLeast(13) && ROOT_FILES_13.contains(name));
    }

    private static boolean skipsInDatabase(String name, Set<String> unlogged) {
        if (CACHE.matcher(name).matches() || TEMPORARY_RELATION.matcher(name).matches())
            return true;
        if (unlogged.isEmpty()) return false;
        Matcher relation = RELATION.matcher(name);
        return relation.matches() && unlogged.contains(relation.group(1));
    }

    /** Numbers of relations whose content a crash would empty: they have an init fork. */
    private static Set<String> unlogged(Collection<String> names) {
        var unlogged = new HashSet<String>();
        for (String name : names)
            if (name.endsWith("_init")) unlogged.add(name.substring(0, name.length() - 5));
        return unlogged;
    }

    /** Whether relations lie in a folder: their pages have checksums. */
    public static boolean isDatabaseFolder(String path) {
        return DATABASE_FOLDER.matcher(path).matches();
    }

    /** Whether a file of a database's folder is made of pages with checksums. */
    public static boolean hasPages(String path) {
        int slash = path.lastIndexOf('/');
        return slash > 0
                && isDatabaseFolder(path.substring(0, slash))
                && !NO_PAGES.contains(name(path));
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
