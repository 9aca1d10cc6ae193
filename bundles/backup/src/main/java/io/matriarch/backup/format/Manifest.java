package io.matriarch.backup.format;

import java.util.Collections;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code backup.manifest} but for its files, which {@link ManifestReader} and {@link
 * ManifestWriter} pass one after another.
 *
 * @param version of the program that made the backup
 * @param targets the data directory ({@code pg_data}), tablespaces ({@code pg_tblspc/<oid>}), and
 *     other places links lead to ({@code pg_data/…})
 * @param cipherPass of this set's files; encrypted repositories only
 * @param databases by name; may be empty
 * @param annotations as they were when the backup was made
 * @param fileDefault owner and mode of files that say nothing else
 * @param links symbolic links
 * @param paths every folder, also empty ones
 */
public record Manifest(
        String version,
        ManifestBackup backup,
        DbControl db,
        ManifestOptions options,
        SortedMap<String, Target> targets,
        Optional<String> cipherPass,
        SortedMap<String, Database> databases,
        SortedMap<String, String> annotations,
        Attributes fileDefault,
        SortedMap<String, Link> links,
        Attributes linkDefault,
        SortedMap<String, Attributes> paths,
        Attributes pathDefault) {
    /** Name of the data directory's target, and of its folder in a backup. */
    public static final String PGDATA = "pg_data";

    /** Folder of the tablespaces in a backup. */
    public static final String TABLESPACES = "pg_tblspc";

    public Manifest {
        targets = ordered(targets);
        databases = ordered(databases);
        annotations = ordered(annotations);
        links = ordered(links);
        paths = ordered(paths);
        if (!targets.containsKey(PGDATA))
            throw new IllegalArgumentException("no pg_data in the section [backup:target]");
    }

    private static <V> SortedMap<String, V> ordered(SortedMap<String, V> map) {
        Comparator<String> order = Utf8Order.INSTANCE;
        var copy = new TreeMap<String, V>(order);
        copy.putAll(map);
        return Collections.unmodifiableSortedMap(copy);
    }

    /**
     * A place that was backed up.
     *
     * @param path where it was: of {@code pg_data} the data directory, else where a link led to; of
     *     a linked file, the folder it is in
     * @param link whether a link led there
     * @param file name of the file, if a file was linked
     */
    public record Target(
            String path, boolean link, Optional<String> file, Optional<Tablespace> tablespace) {}

    /**
     * @param oid as text
     */
    public record Tablespace(String oid, String name) {}

    /**
     * @param oid of the database
     * @param lastSystemOid of {@code template0}
     */
    public record Database(long oid, long lastSystemOid) {}

    /**
     * @param destination as it stood in the link
     */
    public record Link(String destination, Attributes owner) {}

    public Label label() {
        return backup.label();
    }

    /** Where the data directory was. */
    public String dataDirectory() {
        return Objects.requireNonNull(targets.get(PGDATA)).path();
    }

    /** The same, ended: all else is known before the last file is. */
    public Manifest withBackup(ManifestBackup backup) {
        return new Manifest(
                version,
                backup,
                db,
                options,
                targets,
                cipherPass,
                databases,
                annotations,
                fileDefault,
                links,
                linkDefault,
                paths,
                pathDefault);
    }

    /** Without the passphrase. */
    @Override
    public String toString() {
        return "Manifest[%s, %s, %s]"
                .formatted(label(), db, cipherPass.isPresent() ? "encrypted" : "plain");
    }
}
