package io.matriarch.backup.info;

import io.matriarch.api.Code;
import io.matriarch.api.Lsn;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.RepositoryStatus;
import io.matriarch.backup.api.RepositoryStatus.Archive;
import io.matriarch.backup.api.RepositoryStatus.Backup;
import io.matriarch.backup.api.RepositoryStatus.Pages;
import io.matriarch.backup.api.RepositoryStatus.Range;
import io.matriarch.backup.api.RepositoryStatus.RestoreTime;
import io.matriarch.backup.api.RepositoryStatus.Trouble;
import io.matriarch.backup.api.RepositoryStatus.Verification;
import io.matriarch.backup.drill.DrillNote;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupInfo;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.StoredSegment;
import io.matriarch.backup.format.WalSegment;
import io.matriarch.backup.repository.Notes;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.repository.Verified;
import io.matriarch.backup.restore.Restores;
import io.matriarch.backup.restore.core.MeasuredRates;
import io.matriarch.backup.restore.core.RestorePlanner.Rates;
import io.matriarch.backup.restore.core.RestoreTimes;
import io.matriarch.storage.api.Entry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks into a stanza: its info files, and the ends of its archives. */
public final class RepositoryLook {
    private static final Set<Code> AWAY = Set.of(Code.STORAGE_UNREACHABLE, Code.STORAGE_DENIED);

    private RepositoryLook() {}

    /**
     * @param required as configured; only passed on
     */
    public static RepositoryStatus at(Stanza stanza, boolean required, InstantSource clock) {
        try {
            var info = stanza.backupInfo();
            var backups = new ArrayList<Backup>();
            var verified = Verified.all(stanza, Notes.VERIFIED);
            var drills = new Notes(stanza).all(Notes.DRILLED);
            for (BackupEntry entry : info.backups())
                backups.add(
                        backup(
                                info,
                                entry,
                                Optional.ofNullable(verified.get(entry.label())),
                                Optional.ofNullable(drills.get(entry.label()))
                                        .flatMap(Verified::parse)));
            var current = info.current();
            return status(
                    stanza,
                    required,
                    Optional.empty(),
                    current.systemId().toString(),
                    current.version().toString(),
                    archives(stanza),
                    backups,
                    backups.isEmpty()
                            ? Optional.empty()
                            : ahead(stanza, info, drills.values(), clock));
        } catch (MatriarchException e) {
            var trouble = new Trouble(String.valueOf(e.getMessage()), e.hint());
            return status(
                    stanza,
                    required,
                    Optional.of(trouble),
                    "",
                    "",
                    List.of(),
                    List.of(),
                    Optional.empty());
        }
    }

    private static RepositoryStatus status(
            Stanza stanza,
            boolean required,
            Optional<Trouble> trouble,
            String systemId,
            String postgres,
            List<Archive> archives,
            List<Backup> backups,
            Optional<Ahead> ahead) {
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
                backups,
                ahead.map(Ahead::range),
                ahead.map(Ahead::time));
    }

    /** What a restore could reach, and when. */
    private record Ahead(Range range, RestoreTime time) {}

    /** As the planner of restores has it. */
    private static Optional<Ahead> ahead(
            Stanza stanza, BackupInfo info, Collection<String> drills, InstantSource clock)
            throws MatriarchException {
        var measured =
                MeasuredRates.of(
                        drills.stream().flatMap(note -> DrillNote.measured(note).stream()).toList(),
                        info.backups());
        var rates = measured.orElse(Rates.CAUTIOUS);
        try {
            var plan = Restores.toLatest(stanza, rates, clock);
            return Optional.of(
                    new Ahead(
                            new Range(plan.earliest(), plan.latest()),
                            new RestoreTime(
                                    plan.estimate(),
                                    RestoreTimes.worst(info.backups(), plan, rates),
                                    measured.isPresent())));
        } catch (MatriarchException e) {
            if (AWAY.contains(e.code())) throw e;
            return Optional.empty(); // what keeps it from being restored, verify tells
        }
    }

    private static Backup backup(
            BackupInfo info,
            BackupEntry entry,
            Optional<Verified> verified,
            Optional<Verified> drilled) {
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
                verified.map(RepositoryLook::verification),
                drilled.map(RepositoryLook::verification),
                entry.annotations());
    }

    private static Verification verification(Verified note) {
        return new Verification(note.at(), note.sound(), note.why());
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
