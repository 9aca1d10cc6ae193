package io.matriarch.backup.expire;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.expire.core.ArchiveSweep;
import io.matriarch.backup.expire.core.Expiry;
import io.matriarch.backup.expire.core.ExpiryFacts;
import io.matriarch.backup.expire.core.ExpiryPlan;
import io.matriarch.backup.expire.core.Retention;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.Chains;
import io.matriarch.backup.format.Format;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.RepositoryPaths;
import io.matriarch.backup.format.Stanzas;
import io.matriarch.backup.repository.Failures;
import io.matriarch.backup.repository.Notes;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.repository.WalFiles;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Set;

/**
 * Expires backups and WAL of a stanza: plans first, and removes no more than the plan says. A crash
 * at any point leaves what a next run, or stock, puts right: the manifest goes first, and without
 * it a backup is none.
 */
public final class Expirer {
    private static final int BATCH = 1000;
    private final Stanza stanza;
    private final Notes notes;

    public Expirer(Stanza stanza) {
        this.stanza = stanza;
        this.notes = new Notes(stanza);
    }

    /** What the retention would remove now; removes nothing. */
    public ExpiryPlan plan(Retention retention, Set<Label> damaged, Instant now, ZoneId labelZone)
            throws MatriarchException {
        return Expiry.plan(facts(damaged), retention, now, labelZone);
    }

    /** What would go with these backups; removes nothing. */
    public ExpiryPlan planRemoval(
            Collection<Label> labels,
            Retention retention,
            Set<Label> damaged,
            Instant now,
            ZoneId labelZone)
            throws MatriarchException {
        for (var label : labels)
            if (stanza.backupInfo().backup(label).isEmpty())
                throw new MatriarchException(
                        Code.REFUSED,
                        "there is no backup " + label + " in " + stanza.where(),
                        "list the backups; this one may have expired");
        return Expiry.remove(facts(damaged), labels, retention, now, labelZone);
    }

    private ExpiryFacts facts(Set<Label> damaged) throws MatriarchException {
        var info = stanza.backupInfo();
        var disagreement = Stanzas.historyDisagreement(stanza.archiveInfo(), info);
        if (disagreement.isPresent())
            throw new MatriarchException(
                    Code.REPOSITORY,
                    stanza.where() + ": " + disagreement.get(),
                    "nothing is removed before the two agree: upgrade the stanza, or bring the"
                            + " right file back");
        return new ExpiryFacts(
                info,
                WalFiles.archiveIds(stanza),
                notes.all(Notes.PIN),
                damaged,
                Set.copyOf(stanza.history()));
    }

    /**
     * Removes what the plan says.
     *
     * @throws MatriarchException {@code REFUSED}: the plan is out of date, or another program is
     *     making a backup that builds on what shall go; nothing was removed
     */
    public void run(ExpiryPlan plan, Instant now) throws MatriarchException {
        run(plan, now, (_, _, _, _) -> {});
    }

    /** As {@link #run(ExpiryPlan, Instant)}, and tells how far it is. */
    public void run(ExpiryPlan plan, Instant now, Told told) throws MatriarchException {
        backups(plan.labelsToRemove(), now, told);
        rest();
        var removed = new Removed(told);
        for (var sweep : plan.archives()) sweep(sweep, removed);
        var manifests = plan.history().stream().map(stanza.paths()::historyManifest).toList();
        if (!manifests.isEmpty()) stanza.storage().delete(manifests);
    }

    /** What is told between two removals. */
    @FunctionalInterface
    public interface Told {
        /**
         * @param bytesDone stored bytes that are gone; 0 of WAL, whose size nobody asked for
         * @param bytes of all that shall go
         * @param filesDone files of WAL that are gone; 0 of backups
         */
        void tell(Phase phase, long bytesDone, long bytes, long filesDone);
    }

    /** What it is at; one comes after the other. */
    public enum Phase {
        REMOVING_BACKUPS("removes backups"),
        REMOVING_WAL("removes WAL");

        private final String words;

        Phase(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }
    }

    /** WAL that is gone. */
    private static final class Removed {
        private final Told told;
        private long files;

        Removed(Told told) {
            this.told = told;
        }

        void add(int more) {
            files += more;
            told.tell(Phase.REMOVING_WAL, 0, 0, files);
        }
    }

    private void backups(List<Label> labels, Instant now, Told told) throws MatriarchException {
        if (labels.isEmpty()) return;
        stillRight(labels);
        notBuiltOn(labels, now);
        for (var label : labels) {
            String manifest = stanza.paths().manifest(label);
            stanza.storage().delete(List.of(manifest));
            stanza.storage().delete(List.of(manifest + RepositoryPaths.COPY));
        }
        var sizes = new HashMap<Label, Long>();
        for (var backup : stanza.backupInfo().backups())
            sizes.put(backup.label(), backup.sizes().repoSizeDelta());
        long bytes = labels.stream().mapToLong(label -> sizes.getOrDefault(label, 0L)).sum();
        long done = 0;
        var left = stanza.update(info -> info.without(labels));
        for (var label : labels) {
            told.tell(Phase.REMOVING_BACKUPS, done, bytes, 0);
            stanza.storage().deleteTree(stanza.paths().backup(label));
            notes.removeAll(label);
            done += sizes.getOrDefault(label, 0L);
        }
        told.tell(Phase.REMOVING_BACKUPS, done, bytes, 0);
        if (!left.backups().isEmpty()) latest(left.backups().getLast());
    }

    /** What an expiry that was interrupted left: no longer complete, no longer listed. */
    private void rest() throws MatriarchException {
        var left = new ArrayList<>(stanza.folders());
        left.removeAll(stanza.complete());
        left.retainAll(stanza.history());
        for (var label : left)
            if (stanza.backupInfo().backup(label).isEmpty()) {
                stanza.storage().deleteTree(stanza.paths().backup(label));
                notes.removeAll(label);
            }
    }

    /** Meanwhile somebody may have pinned one of them, or have built on it. */
    private void stillRight(List<Label> labels) throws MatriarchException {
        var pins = notes.all(Notes.PIN);
        for (var label : labels) if (pins.containsKey(label)) throw outdated(label + " was pinned");
        var dependants = new Chains(stanza.backupInfo().backups()).withDependants(labels);
        for (var label : dependants)
            if (!labels.contains(label)) throw outdated(label + " builds on what shall go");
    }

    /**
     * The label of a differential or incremental backup names its full one, so a folder that is not
     * complete tells what it builds on. One of ours is dead: members make backups and expire one at
     * a time. One that the history knows was complete, and is what an interrupted expiry left.
     */
    private void notBuiltOn(List<Label> labels, Instant now) throws MatriarchException {
        var begun = new ArrayList<>(stanza.folders());
        begun.removeAll(stanza.complete());
        begun.removeAll(stanza.history());
        for (var label : begun) {
            if (label.isFull() || !labels.contains(label.full()) || isOurs(label)) continue;
            var last = stanza.lastWritten(label);
            if (Duration.between(last, now).compareTo(Format.QUIET) >= 0) continue;
            throw new MatriarchException(
                    Code.REFUSED,
                    "another program makes backup %s, which builds on %s that shall go; it wrote there at %s"
                            .formatted(label, label.full(), last),
                    "wait for its end, and let one program alone make and expire backups; nothing"
                            + " was removed");
        }
    }

    private boolean isOurs(Label label) throws MatriarchException {
        try {
            return stanza.manifests().load(label).manifest().version().equals(Format.VERSION);
        } catch (MatriarchException e) {
            if (Failures.isAway(e)) throw e;
            return false; // stock writes its manifest's copy late
        }
    }

    private static MatriarchException outdated(String why) {
        return new MatriarchException(
                Code.REFUSED, "the plan is out of date: " + why, "plan again; nothing was removed");
    }

    private void latest(BackupEntry newest) throws MatriarchException {
        stanza.storage().link(stanza.paths().latest(), newest.label().text());
    }

    private void sweep(ArchiveSweep sweep, Removed removed) throws MatriarchException {
        String root = stanza.paths().archive(sweep.archiveId());
        if (sweep.removesAll()) {
            stanza.storage().deleteTree(root);
            return;
        }
        var wal = new WalFiles(stanza, sweep.archiveId());
        for (String folder : wal.folders()) {
            if (!sweep.keepsFolder(folder)) {
                stanza.storage().deleteTree(root + "/" + folder);
                continue;
            }
            var gone = new ArrayList<String>();
            for (var file : wal.files(folder)) if (!sweep.keeps(file.name())) gone.add(file.path());
            delete(gone);
            removed.add(gone.size());
        }
        var histories = new ArrayList<String>();
        for (var entry : stanza.storage().list(root))
            if (entry.isFile() && !sweep.keepsHistory(entry.name())) histories.add(entry.path());
        delete(histories);
    }

    private void delete(List<String> paths) throws MatriarchException {
        for (int from = 0; from < paths.size(); from += BATCH)
            stanza.storage().delete(paths.subList(from, Math.min(from + BATCH, paths.size())));
    }
}
