package io.matriarch.backup.engine;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.engine.copy.ObjectSum;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.format.RepositoryPaths;
import io.matriarch.backup.repository.Stanza;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/** The end of a backup: from {@code backup.manifest.copy} to the entry in {@code backup.info}. */
final class Listing {
    private final Stanza stanza;
    private final BackupEnvironment env;
    private final List<String> warnings;

    Listing(Stanza stanza, BackupEnvironment env, List<String> warnings) {
        this.stanza = stanza;
        this.env = env;
        this.warnings = warnings;
    }

    /**
     * @param stored what was put into the backup's folder
     */
    void list(Manifest manifest, Preparation prepared, ObjectSum stored) throws MatriarchException {
        var label = manifest.label();
        checkPrior(manifest);
        checkFolder(label, stored);
        SourceNotes.write(stanza, label, env.source());
        var loaded = prepared.manifests().publish(label);
        // Complete from here on: if we die now, the next backup lists it.
        stanza.storage().link(stanza.paths().latest(), label.text());
        var entry = loaded.entry();
        var info = stanza.update(before -> before.with(entry));
        compare(prepared, info.backups(), label);
        stanza.save(stanza.archiveInfo()); // rules for a bucket's objects go by their age
        SourceNotes.prune(stanza, info.backups().stream().map(BackupEntry::label).toList());
    }

    private void checkPrior(Manifest manifest) throws MatriarchException {
        var prior = manifest.backup().prior();
        if (prior.isEmpty() || stanza.backupInfo().backup(prior.get()).isPresent()) return;
        throw Failures.refused(
                "%s, which the backup builds on, was removed while it ran".formatted(prior.get()),
                "did a stock pgbackrest expire run? Let one program alone expire backups");
    }

    /** Other programs' expire removes folders it does not know, also while they are written. */
    private void checkFolder(Label label, ObjectSum stored) throws MatriarchException {
        var present = new ObjectSum();
        String manifest = stanza.paths().manifest(label);
        stanza.storage()
                .walk(
                        stanza.paths().backup(label),
                        entry -> {
                            if (!entry.path().equals(manifest + RepositoryPaths.COPY))
                                present.add(entry.path(), entry.size());
                        });
        if (present.isSame(stored)) return;
        throw Failures.refused(
                "the folder of %s holds %d files, and %d were stored there, or their sizes differ"
                        .formatted(label, present.count(), stored.count()),
                "another program removed or wrote files there while the backup ran, most likely a"
                        + " stock pgbackrest backup or expire: run one of the two only");
    }

    private void compare(Preparation prepared, List<BackupEntry> now, Label own) {
        var before = labels(prepared.info().backups());
        var after = labels(now);
        after.remove(own);
        if (before.equals(after)) return;
        var came = new HashSet<>(after);
        came.removeAll(before);
        before.removeAll(after);
        warnings.add(
                "backup.info was changed by another program while the backup ran: added %s, removed"
                                .formatted(came)
                        + " "
                        + before);
    }

    private static HashSet<Label> labels(List<BackupEntry> backups) {
        return backups.stream()
                .map(BackupEntry::label)
                .collect(Collectors.toCollection(HashSet::new));
    }
}
