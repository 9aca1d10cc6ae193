package io.matriarch.backup.info;

import io.matriarch.api.Lsn;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.RepositoryStatus;
import io.matriarch.backup.api.RepositoryStatus.Archive;
import io.matriarch.backup.api.RepositoryStatus.Backup;
import io.matriarch.backup.api.RepositoryStatus.Pages;
import io.matriarch.backup.api.RepositoryStatus.Trouble;
import io.matriarch.backup.api.RepositoryStatus.Verification;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupInfo;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.StoredSegment;
import io.matriarch.backup.format.WalSegment;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.repository.Verified;
import io.matriarch.storage.api.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks into a stanza: its info files, and the ends of its archives. */
public final class RepositoryLook {
    private RepositoryLook() {}

    /**
     * @param required as configured; only passed on
     */
    public static RepositoryStatus at(Stanza stanza, boolean required) {
        try {
            var info = stanza.backupInfo();
            var backups = new ArrayList<Backup>();
            var verified = Verified.all(stanza);
            for (BackupEntry entry : info.backups())
                backups.add(backup(info, entry, Optional.ofNullable(verified.get(entry.label()))));
            var current = info.current();
            return status(
                    stanza,
                    required,
                    Optional.empty(),
                    current.systemId().toString(),
                    current.version().toString(),
                    archives(stanza),
                    backups);
        } catch (MatriarchException e) {
            var trouble = new Trouble(String.valueOf(e.getMessage()), e.hint());
            return status(stanza, required, Optional.of(trouble), "", "", List.of(), List.of());
        }
    }

    private static RepositoryStatus status(
            Stanza stanza,
            boolean required,
            Optional<Trouble> trouble,
            String systemId,
            String postgres,
            List<Archive> archives,
            List<Backup> backups) {
        var repository = stanza.repository();
        return new RepositoryStatus(
                repository.name(),
                repository.storage().where(),
                required,
                repository.passphrase().isPresent(),
                stanza.name(),
                trouble,
                systemId,
                postgres,
                archives,
                backups);
    }

    private static Backup backup(BackupInfo info, BackupEntry entry, Optional<Verified> verified) {
        var sizes = entry.sizes();
        return new Backup(
                entry.label().text(),
                entry.type().toString(),
                info.cluster(entry.dbId()).map(db -> db.version().toString()).orElse(""),
                entry.start(),
                entry.stop(),
                entry.prior().map(Label::text),
                entry.references().stream().map(Label::text).toList(),
                entry.lsnStart().map(Lsn::toString),
                entry.lsnStop().map(Lsn::toString),
                entry.wal().map(range -> range.first().toString()),
                entry.wal().map(range -> range.last().toString()),
                sizes.size(),
                sizes.sizeDelta(),
                sizes.repoSize(),
                sizes.repoSizeDelta(),
                pages(entry),
                entry.options().fromStandby(),
                verified.map(note -> new Verification(note.at(), note.sound(), note.why())),
                entry.annotations());
    }

    private static Pages pages(BackupEntry entry) {
        if (entry.pageErrors().orElse(false)) return Pages.ERRORS;
        return entry.pagesClean() ? Pages.CLEAN : Pages.UNCHECKED;
    }

    private static List<Archive> archives(Stanza stanza) throws MatriarchException {
        var archives = new ArrayList<Archive>();
        for (DbIdentity cluster : stanza.archiveInfo().history()) {
            String id = cluster.archiveId();
            archives.add(new Archive(id, end(stanza, id, false), end(stanza, id, true)));
        }
        return archives;
    }

    /** Segments lie in folders by the first 16 digits, and text order is theirs. */
    private static Optional<String> end(Stanza stanza, String id, boolean newest)
            throws MatriarchException {
        var folders =
                stanza.storage().list(stanza.paths().archive(id)).stream()
                        .filter(entry -> entry.kind() == Entry.Kind.FOLDER)
                        .toList();
        for (Entry folder : newest ? folders.reversed() : folders) {
            var segments =
                    stanza.storage().list(folder.path()).stream()
                            .flatMap(file -> StoredSegment.parse(file.name()).stream())
                            .map(StoredSegment::segment)
                            .sorted()
                            .toList();
            if (segments.isEmpty()) continue;
            WalSegment end = newest ? segments.getLast() : segments.getFirst();
            return Optional.of(end.toString());
        }
        return Optional.empty();
    }
}
