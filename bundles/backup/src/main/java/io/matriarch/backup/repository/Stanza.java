package io.matriarch.backup.repository;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.format.ArchiveInfo;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupInfo;
import io.matriarch.backup.format.DbControl;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.Reconstruction;
import io.matriarch.backup.format.RepositoryPaths;
import io.matriarch.backup.format.Stanzas;
import io.matriarch.storage.api.Entry;
import io.matriarch.storage.api.Storage;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** A cluster's part of a repository. Calls may come from many threads. */
public final class Stanza {
    private static final int UPDATE_TRIES = 5;
    private final Repository repository;
    private final RepositoryPaths paths;
    private final InfoFiles files;

    Stanza(Repository repository, String name) {
        this.repository = repository;
        this.paths = new RepositoryPaths(name);
        this.files = new InfoFiles(repository);
    }

    public Repository repository() {
        return repository;
    }

    public String name() {
        return paths.stanza();
    }

    public RepositoryPaths paths() {
        return paths;
    }

    public Storage storage() {
        return repository.storage();
    }

    /** For messages: {@code stanza main in repo1 (/var/lib/repo)}. */
    public String where() {
        return "stanza " + name() + " in " + repository.where();
    }

    // --- info files

    /**
     * @throws MatriarchException also if there is none
     */
    public ArchiveInfo archiveInfo() throws MatriarchException {
        return findArchiveInfo().orElseThrow(this::absent).value();
    }

    /**
     * @throws MatriarchException also if there is none
     */
    public BackupInfo backupInfo() throws MatriarchException {
        return findBackupInfo().orElseThrow(this::absent).value();
    }

    private Optional<InfoFiles.Read<ArchiveInfo>> findArchiveInfo() throws MatriarchException {
        return files.find(paths.archiveInfo(), repository.passphrase(), ArchiveInfo::read);
    }

    private Optional<InfoFiles.Read<BackupInfo>> findBackupInfo() throws MatriarchException {
        return files.find(paths.backupInfo(), repository.passphrase(), BackupInfo::read);
    }

    private MatriarchException absent() {
        return new MatriarchException(
                Code.REPOSITORY,
                "there is no " + where(),
                "create it, or correct its name or the repository's place in the configuration");
    }

    /** Replaces what is there. */
    public void save(ArchiveInfo info) throws MatriarchException {
        files.save(paths.archiveInfo(), repository.passphrase(), info::write);
    }

    /** Replaces what is there; to change it, {@link #update}. */
    public void save(BackupInfo info) throws MatriarchException {
        files.save(paths.backupInfo(), repository.passphrase(), info::write);
    }

    /**
     * Changes {@code backup.info} as it is now. There is no lock in a repository: if another writer
     * saved at the same time and ours was lost, it is done again on theirs.
     *
     * @param change applied once or more; must come to the same when applied to its own result
     * @return what is saved
     */
    public BackupInfo update(UnaryOperator<BackupInfo> change) throws MatriarchException {
        for (int tries = 0; tries < UPDATE_TRIES; tries++) {
            var before = backupInfo();
            var after = change.apply(before);
            if (!after.equals(before)) save(after);
            if (backupInfo().equals(after)) return after;
        }
        throw new MatriarchException(
                Code.REPOSITORY,
                "backup.info of %s was changed by another program %d times while we changed it"
                        .formatted(where(), UPDATE_TRIES),
                "which other node or pgbackrest command writes to this stanza?");
    }

    // --- the stanza itself

    /** What creating it for this cluster would come to; writes nothing. */
    public Stanzas.Creation planCreation(DbControl cluster, SecureRandom random)
            throws MatriarchException {
        var archive = findArchiveInfo().map(InfoFiles.Read::value);
        var backup = findBackupInfo().map(InfoFiles.Read::value);
        var passes =
                repository
                        .passphrase()
                        .map(_ ->
                                new Stanzas.Passes(
                                        Passphrase.generate(random).text(),
                                        Passphrase.generate(random).text()));
        return Stanzas.create(
                new Stanzas.Present(
                        archive,
                        backup,
                        storage().list(paths.archive()).isEmpty(),
                        storage().list(paths.backup()).isEmpty()),
                cluster,
                passes);
    }

    /**
     * Creates it, or if it is there for this cluster already, writes what may be missing of its
     * files and copies.
     *
     * @return whether it is new
     * @throws MatriarchException refused; nothing was written
     */
    public boolean create(DbControl cluster, SecureRandom random) throws MatriarchException {
        return switch (planCreation(cluster, random)) {
            case Stanzas.Creation.Create(var archive, var backup) -> {
                save(archive);
                save(backup);
                yield true;
            }
            case Stanzas.Creation.Exists(var archive, var backup) -> {
                if (twinMissing(paths.archiveInfo())) save(archive);
                if (twinMissing(paths.backupInfo())) save(backup);
                yield false;
            }
            case Stanzas.Creation.Refused(var why, var hint) ->
                    throw new MatriarchException(Code.REPOSITORY, where() + ": " + why, hint);
        };
    }

    private boolean twinMissing(String path) throws MatriarchException {
        return storage().stat(path).isEmpty()
                || storage().stat(path + RepositoryPaths.COPY).isEmpty();
    }

    /** What upgrading it to this cluster would come to; writes nothing. */
    public Stanzas.Upgraded planUpgrade(DbControl cluster) throws MatriarchException {
        return Stanzas.upgrade(archiveInfo(), backupInfo(), cluster);
    }

    /**
     * Makes a cluster of a new major version or system identifier the current one. What is there
     * stays until it expires.
     *
     * @return whether anything changed
     */
    public boolean upgrade(DbControl cluster) throws MatriarchException {
        var upgraded = planUpgrade(cluster);
        if (!upgraded.changed()) return false;
        save(upgraded.archive());
        save(upgraded.backup());
        return true;
    }

    // --- backups

    /** Every folder of a backup, complete or not, oldest first. */
    public List<Label> folders() throws MatriarchException {
        var labels = new ArrayList<Label>();
        for (var entry : storage().list(paths.backup()))
            if (entry.kind() == Entry.Kind.FOLDER && Label.isLabel(entry.name()))
                labels.add(new Label(entry.name()));
        labels.sort(null);
        return labels;
    }

    /** Those of {@link #folders} that are complete: their manifest is there, not only its copy. */
    public List<Label> complete() throws MatriarchException {
        var labels = new ArrayList<Label>();
        for (var label : folders())
            if (storage().stat(paths.manifest(label)).isPresent()) labels.add(label);
        return labels;
    }

    /** When the newest file of a backup's folder was written; long ago if there is none. */
    public Instant lastWritten(Label label) throws MatriarchException {
        var newest = new Instant[] {Instant.EPOCH};
        storage()
                .walk(
                        paths.backup(label),
                        entry -> {
                            if (entry.modified().isAfter(newest[0])) newest[0] = entry.modified();
                        });
        return newest[0];
    }

    /** Labels in {@code backup.history}. */
    public List<Label> history() throws MatriarchException {
        var labels = new TreeSet<Label>();
        for (var year : storage().list(paths.history())) {
            if (year.kind() != Entry.Kind.FOLDER) continue;
            for (var file : storage().list(year.path())) historyLabel(file).ifPresent(labels::add);
        }
        return List.copyOf(labels);
    }

    private static Optional<Label> historyLabel(Entry file) {
        String suffix = ".manifest.gz";
        if (!file.name().endsWith(suffix)) return Optional.empty();
        String label = file.name().substring(0, file.name().length() - suffix.length());
        return Label.isLabel(label) ? Optional.of(new Label(label)) : Optional.empty();
    }

    /** Labels a new one must come after: of every folder, and of the history. */
    public List<Label> takenLabels() throws MatriarchException {
        var labels = new TreeSet<>(folders());
        labels.addAll(history());
        return List.copyOf(labels);
    }

    /**
     * Makes {@code backup.info} say what is there: before a backup, and before expiry. A backup
     * whose manifest is known to be gone is dropped with all that builds on it; one that is not
     * listed is added.
     *
     * @return why what was found is not listed; empty if there is nothing of the kind
     */
    public List<String> reconstruct() throws MatriarchException {
        var info = backupInfo();
        var needed = Reconstruction.of(info, complete());
        if (!needed.isNeeded()) return List.of();
        var found = new ArrayList<Reconstruction.Found>();
        var rejected = new ArrayList<String>();
        for (var label : needed.unlisted()) {
            try {
                var loaded = manifests().load(label);
                found.add(new Reconstruction.Found(loaded.entry(), loaded.manifest().db()));
            } catch (MatriarchException e) {
                if (Failures.isAway(e)) throw e;
                rejected.add(label + " is not listed: " + e.getMessage());
            }
        }
        rejected.addAll(needed.apply(info, found).rejected());
        update(now -> needed.apply(now, found).info());
        return rejected;
    }

    /** Replaces the annotations of a backup; an empty value removes one. */
    public BackupInfo annotate(Label label, Map<String, String> changes) throws MatriarchException {
        if (backupInfo().backup(label).isEmpty())
            throw new MatriarchException(
                    Code.REFUSED,
                    "there is no backup " + label + " in " + where(),
                    "list the backups; this one may have expired");
        return update(info ->
                info.backup(label)
                        .map(backup -> info.with(annotated(backup, changes)))
                        .orElse(info));
    }

    private static BackupEntry annotated(BackupEntry backup, Map<String, String> changes) {
        var all = new TreeMap<>(backup.annotations());
        changes.forEach((key, value) -> {
            if (value.isEmpty()) all.remove(key);
            else all.put(key, value);
        });
        return backup.withAnnotations(all);
    }

    /** The manifests of this stanza. */
    public Manifests manifests() throws MatriarchException {
        return new Manifests(this, files, backupInfo().cipherPass().map(Passphrase::new));
    }

    InfoFiles files() {
        return files;
    }
}
