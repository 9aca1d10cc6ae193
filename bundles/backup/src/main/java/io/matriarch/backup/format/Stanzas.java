package io.matriarch.backup.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Creating and upgrading a stanza, and what must agree in its two info files. */
public final class Stanzas {
    private Stanzas() {}

    /**
     * What is at the place of a stanza.
     *
     * @param archive {@code archive.info} or its copy, whichever can be read
     * @param backup {@code backup.info} or its copy, whichever can be read
     * @param archiveEmpty nothing else lies in the archive's folder
     * @param backupEmpty nothing else lies in the backups' folder
     */
    public record Present(
            Optional<ArchiveInfo> archive,
            Optional<BackupInfo> backup,
            boolean archiveEmpty,
            boolean backupEmpty) {}

    /** What creating a stanza comes to. */
    public sealed interface Creation {
        /** Write both, the archive's first. */
        record Create(ArchiveInfo archive, BackupInfo backup) implements Creation {}

        /** Both are there and fit: at most a lost twin is to be written anew. */
        record Exists(ArchiveInfo archive, BackupInfo backup) implements Creation {}

        /** Nothing may be done here. */
        record Refused(String why, String hint) implements Creation {}
    }

    /** Passphrases of a new encrypted stanza. */
    public record Passes(String archive, String backup) {
        @Override
        public String toString() {
            return "Passes[…]";
        }
    }

    /**
     * @param cluster whose stanza it shall be
     * @param passes empty if the repository is not encrypted
     */
    public static Creation create(Present present, DbControl cluster, Optional<Passes> passes) {
        if (present.archive.isPresent() != present.backup.isPresent())
            return new Creation.Refused(
                    present.archive.isPresent()
                            ? "archive.info is there, but no backup.info"
                            : "backup.info is there, but no archive.info",
                    "one of a pair was lost: bring it back, or delete the stanza and create it"
                            + " anew");
        if (present.archive.isPresent())
            return existing(present.archive.get(), present.backup.orElseThrow(), cluster);
        if (!present.archiveEmpty || !present.backupEmpty)
            return new Creation.Refused(
                    "there are files in the stanza's %s folder, but no info file"
                            .formatted(present.archiveEmpty ? "backup" : "archive"),
                    "they are of a stanza that lost its info files, or somebody else's: look before"
                            + " you remove them");
        var first = cluster.withId(1);
        return new Creation.Create(
                new ArchiveInfo(
                        Format.VERSION, List.of(first.identity()), 1, passes.map(Passes::archive)),
                new BackupInfo(
                        Format.VERSION, List.of(first), 1, List.of(), passes.map(Passes::backup)));
    }

    private static Creation existing(ArchiveInfo archive, BackupInfo backup, DbControl cluster) {
        var disagreement = disagreement(archive, backup);
        if (disagreement.isPresent())
            return new Creation.Refused(
                    disagreement.get(), "upgrade the stanza, or bring the older file back");
        if (!archive.current().sameCluster(cluster.identity()))
            return new Creation.Refused(
                    "the stanza is of another cluster: " + archive.current(),
                    "after a major upgrade or an initdb, upgrade the stanza; else choose another"
                            + " stanza or repository");
        return new Creation.Exists(archive, backup);
    }

    /**
     * @param changed false if both files are of this cluster already
     */
    public record Upgraded(ArchiveInfo archive, BackupInfo backup, boolean changed) {}

    /**
     * Makes another cluster the current one: a new major version, or a new system identifier. What
     * is there stays until it expires; the next backup must be a full.
     *
     * @throws FormatException the two files could not be brought to agree
     */
    public static Upgraded upgrade(ArchiveInfo archive, BackupInfo backup, DbControl cluster)
            throws FormatException {
        var newArchive = archive;
        if (!archive.current().sameCluster(cluster.identity())) {
            var history = new ArrayList<>(archive.history());
            int id = highest(history.stream().mapToInt(DbIdentity::id).toArray()) + 1;
            history.add(cluster.withId(id).identity());
            newArchive = new ArchiveInfo(Format.VERSION, history, id, archive.cipherPass());
        }
        var newBackup = backup;
        if (!backup.current().identity().sameCluster(cluster.identity())) {
            var history = new ArrayList<>(backup.history());
            int id = highest(history.stream().mapToInt(DbControl::id).toArray()) + 1;
            history.add(cluster.withId(id));
            newBackup =
                    new BackupInfo(
                            Format.VERSION, history, id, backup.backups(), backup.cipherPass());
        }
        var disagreement = disagreement(newArchive, newBackup);
        if (disagreement.isPresent())
            throw new FormatException(
                    disagreement.get(),
                    "one of the two files is older than the other: bring the right one back");
        return new Upgraded(newArchive, newBackup, newArchive != archive || newBackup != backup);
    }

    private static int highest(int... ids) {
        int highest = 0;
        for (int id : ids) highest = Math.max(highest, id);
        return highest;
    }

    /** Why the two files do not belong together; empty if they do. */
    public static Optional<String> disagreement(ArchiveInfo archive, BackupInfo backup) {
        var one = archive.current();
        var other = backup.current().identity();
        return one.equals(other)
                ? Optional.empty()
                : Optional.of(
                        "archive.info is for %s, but backup.info for %s".formatted(one, other));
    }

    /** Why their whole histories do not belong together: stock's verify and expire want that. */
    public static Optional<String> historyDisagreement(ArchiveInfo archive, BackupInfo backup) {
        var one = archive.history();
        var other = backup.history().stream().map(DbControl::identity).toList();
        return one.equals(other)
                ? Optional.empty()
                : Optional.of(
                        "archive.info knows the clusters %s, but backup.info %s"
                                .formatted(one, other));
    }

    /** Why this cluster must not write into the stanza; empty if it may. */
    public static Optional<String> foreign(DbIdentity current, DbIdentity cluster) {
        return current.sameCluster(cluster)
                ? Optional.empty()
                : Optional.of(
                        "the repository is of PostgreSQL %s with system id %s, but this is %s with %s"
                                .formatted(
                                        current.version(),
                                        current.systemId(),
                                        cluster.version(),
                                        cluster.systemId()));
    }
}
