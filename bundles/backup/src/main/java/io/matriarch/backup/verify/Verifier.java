package io.matriarch.backup.verify;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupInfo;
import io.matriarch.backup.format.Chains;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.repository.BundleSpool;
import io.matriarch.backup.repository.Failures;
import io.matriarch.backup.repository.Manifests;
import io.matriarch.backup.repository.Manifests.Loaded;
import io.matriarch.backup.repository.NameSet;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.repository.StoredFiles;
import io.matriarch.backup.repository.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads backups and WAL through and holds every byte against its checksum: stored bytes, content,
 * blocks gathered from several backups, segments against their names, and WAL for holes. Changes
 * nothing. Memory does not grow with the number of files.
 */
public final class Verifier {
    private static final int PIECE_FILES = 1000;
    private static final long PIECE_BYTES = 16L << 20;

    private final Stanza stanza;
    private final int workers;
    private final Path work;
    private final Findings findings = new Findings();

    /**
     * @param workers how many files are read at once, 1 or more
     * @param work a folder for what does not fit into memory
     */
    public Verifier(Stanza stanza, int workers, Path work) {
        this.stanza = stanza;
        this.workers = workers;
        this.work = work;
    }

    /**
     * @param only these backups, with what they build on; empty: all, and all WAL
     * @throws MatriarchException the storage is away: nothing is concluded
     */
    public VerifyReport run(Collection<Label> only) throws MatriarchException {
        var info = stanza.backupInfo();
        var chosen = chosen(info, only);
        try {
            progress().begin(VerifyProgress.Phase.VERIFYING_BACKUPS);
            for (var backup : info.backups())
                if (chosen.contains(backup.label()))
                    progress().expect(backup.sizes().repoSizeDelta(), 0);
            for (var label : chosen) backup(label);
            progress().begin(VerifyProgress.Phase.VERIFYING_WAL);
            new WalCheck(stanza, info, findings).run(chosen, only.isEmpty(), workers);
        } catch (IOException e) {
            throw Failures.reading(stanza.where(), e);
        }
        spread(info, chosen);
        return findings.report(chosen);
    }

    /** How far it is, for whoever asks meanwhile. */
    public VerifyProgress progress() {
        return findings.progress();
    }

    private static Set<Label> chosen(BackupInfo info, Collection<Label> only) {
        var chosen = new TreeSet<Label>();
        var chains = new Chains(info.backups());
        for (var backup : info.backups())
            if (only.isEmpty() || only.contains(backup.label()))
                chosen.addAll(chains.chain(backup.label()));
        return chosen;
    }

    /** Stored copies that were read and are right or named already: later backups refer to them. */
    private final Map<Label, NameSet> read = new HashMap<>();

    private void backup(Label label) throws MatriarchException, IOException {
        Loaded loaded;
        Manifests manifests = stanza.manifests();
        try {
            loaded = manifests.load(label);
        } catch (MatriarchException e) {
            if (Failures.isAway(e)) throw e;
            var kind = Failures.isMissing(e) ? Damage.Kind.MISSING : Damage.Kind.UNREADABLE;
            String path = stanza.paths().manifest(label);
            findings.add(
                    new Damage(
                            kind,
                            Optional.of(label),
                            path,
                            "backup.manifest",
                            String.valueOf(e.getMessage())));
            return;
        }
        if (!loaded.path().equals(stanza.paths().manifest(label)))
            findings.add(
                    new Damage(
                            Damage.Kind.UNREADABLE,
                            Optional.of(label),
                            stanza.paths().manifest(label),
                            "backup.manifest",
                            "only its copy can be read"));
        files(manifests, loaded);
    }

    private void files(Manifests manifests, Loaded loaded) throws MatriarchException, IOException {
        var check =
                new FileCheck(new StoredFiles(stanza, loaded.manifest()), loaded.label(), findings);
        var mine = read.computeIfAbsent(loaded.label(), _ -> new NameSet(loaded.files()));
        Files.createDirectories(work);
        Path folder = Files.createTempDirectory(work, "verify");
        try (var spool = new BundleSpool(folder, BundleSpool.IN_MEMORY);
                var threads = new Workers("verify", workers)) {
            manifests.forEach(
                    loaded,
                    file -> {
                        if (wasRead(file)) return;
                        if (file.stored().reference() == null) mine.add(copy(file));
                        if (file.stored().isBundled()) spool.add(file);
                        else threads.submit(() -> check.check(file));
                    });
            spool.forEachRun(
                    PIECE_FILES,
                    PIECE_BYTES,
                    piece -> threads.submit(() -> check.checkBundled(piece)));
            threads.await();
        } finally {
            Files.deleteIfExists(folder);
        }
    }

    private boolean wasRead(ManifestFile file) {
        var holder = file.stored().reference();
        if (holder == null) return false;
        var known = read.get(holder);
        return known != null && known.contains(copy(file));
    }

    /** All that tells one stored copy from another. */
    private static String copy(ManifestFile file) {
        var stored = file.stored();
        return "%s %d %d %d %s %s"
                .formatted(
                        file.name(),
                        stored.bundle(),
                        stored.offset(),
                        stored.repoSize(),
                        stored.checksum(),
                        file.checksum());
    }

    /** A backup is as sound as those that hold its files. */
    private void spread(BackupInfo info, Set<Label> chosen) {
        var report = findings.report(chosen);
        for (BackupEntry backup : info.backups())
            for (var holder : backup.references())
                if (report.damaged().containsKey(holder) && chosen.contains(backup.label()))
                    findings.unsound(
                            backup.label(), "it needs files of " + holder + ", which is damaged");
    }
}
