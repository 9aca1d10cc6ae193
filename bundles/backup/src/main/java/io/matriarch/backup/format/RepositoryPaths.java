package io.matriarch.backup.format;

import java.util.regex.Pattern;

/**
 * Where things of a stanza lie, from the repository's root.
 *
 * @param stanza the name of a cluster in the repository
 */
public record RepositoryPaths(String stanza) {
    /** Stock ignores this folder; what only we know about a repository lies here. */
    public static final String OURS = "matriarch";

    public static final String COPY = ".copy";
    private static final Pattern STANZA = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");
    private static final Pattern ARCHIVE_ID = Pattern.compile("(9\\.\\d|[1-9]\\d)-[1-9]\\d*");

    /**
     * @throws IllegalArgumentException if it can be no folder's name
     */
    public RepositoryPaths {
        if (!STANZA.matcher(stanza).matches())
            throw new IllegalArgumentException(
                    "stanza \"" + stanza + "\": letters, digits, \"_\", \".\" and \"-\" only");
    }

    public String archive() {
        return "archive/" + stanza;
    }

    public String archiveInfo() {
        return archive() + "/archive.info";
    }

    /** The folder of an archive id, such as {@code 17-1}. */
    public String archive(String archiveId) {
        return archive() + "/" + archiveId;
    }

    /** Where a file PostgreSQL archives lies. A segment's own name there has its hash behind it. */
    public String walFolder(String archiveId, WalFile file) {
        return archive(archiveId) + file.folder();
    }

    /** A timeline history or backup history file. */
    public String plainWalFile(String archiveId, WalFile file) {
        if (file.hashed()) throw new IllegalArgumentException(file.name() + " needs its hash");
        return walFolder(archiveId, file) + "/" + file.name();
    }

    public String segment(String archiveId, StoredSegment segment) {
        return walFolder(archiveId, segment.file()) + "/" + segment.name();
    }

    public String backup() {
        return "backup/" + stanza;
    }

    public String backupInfo() {
        return backup() + "/backup.info";
    }

    public String backup(Label label) {
        return backup() + "/" + label;
    }

    public String manifest(Label label) {
        return backup(label) + "/backup.manifest";
    }

    /** The manifest kept after the backup is gone. */
    public String historyManifest(Label label) {
        return history() + "/" + label.year() + "/" + label + ".manifest.gz";
    }

    public String history() {
        return backup() + "/backup.history";
    }

    /** The symbolic link to the newest backup, in directories only. */
    public String latest() {
        return backup() + "/latest";
    }

    public String bundle(Label label, int bundle) {
        return backup(label) + "/bundle/" + bundle;
    }

    /** Our own notes about a stanza. */
    public String ours() {
        return OURS + "/" + stanza;
    }

    public static boolean isArchiveId(String name) {
        return ARCHIVE_ID.matcher(name).matches();
    }
}
