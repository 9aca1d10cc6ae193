package io.matriarch.backup.verify;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Sha1;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupInfo;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.WalInventory;
import io.matriarch.backup.format.WalRange;
import io.matriarch.backup.repository.Failures;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.repository.WalFiles;
import io.matriarch.backup.repository.WalFiles.Found;
import io.matriarch.backup.repository.Workers;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Segments against their names and sizes; what backups need; holes. */
final class WalCheck {
    private static final int BUFFER = 128 * 1024;
    private final Stanza stanza;
    private final BackupInfo info;
    private final Findings findings;

    WalCheck(Stanza stanza, BackupInfo info, Findings findings) {
        this.stanza = stanza;
        this.info = info;
        this.findings = findings;
    }

    /**
     * @param all every segment; else those that make the backups consistent
     */
    void run(Set<Label> backups, boolean all, int workers) throws MatriarchException, IOException {
        for (String archiveId : WalFiles.archiveIds(stanza)) {
            var local =
                    info.backups().stream()
                            .filter(b -> backups.contains(b.label()))
                            .filter(b -> archiveId(b).equals(archiveId))
                            .filter(b -> b.wal().isPresent())
                            .toList();
            if (local.isEmpty() && !all) continue;
            var wal = new WalFiles(stanza, archiveId);
            segments(wal, local, all, workers);
            var inventory = wal.inventory(Optional.empty());
            for (var backup : local) needed(backup, inventory);
            if (all) holes(archiveId, local, inventory);
        }
    }

    private String archiveId(BackupEntry backup) {
        return info.cluster(backup.dbId()).map(db -> db.identity().archiveId()).orElse("");
    }

    private void segments(WalFiles wal, List<BackupEntry> local, boolean all, int workers)
            throws MatriarchException, IOException {
        var size = wal.segmentSize();
        if (size.isEmpty()) return;
        for (String folder : wal.folders())
            for (var found : wal.segments(folder))
                if (all || isNeeded(found, local)) findings.progress().expect(found.size(), 1);
        try (var threads = new Workers("verify-wal", workers)) {
            for (String folder : wal.folders()) {
                Found before = null;
                for (var found : wal.segments(folder)) {
                    if (before != null && sameSegment(before, found)) duplicate(before, found);
                    before = found;
                    if (all || isNeeded(found, local))
                        threads.submit(() -> segment(wal, found, size.get()));
                }
            }
            threads.await();
        }
    }

    private static boolean isNeeded(Found found, List<BackupEntry> local) {
        return local.stream()
                .anyMatch(b -> b.wal().orElseThrow().contains(found.stored().segment()));
    }

    private static boolean sameSegment(Found a, Found b) {
        return a.stored().segment().equals(b.stored().segment());
    }

    /** Two of the same content do no harm: stock reads either. */
    private void duplicate(Found before, Found found) {
        if (before.stored().checksum().equals(found.stored().checksum())) return;
        add(
                Damage.Kind.DUPLICATE,
                found.path(),
                found.stored().segment().toString(),
                before.path() + " has another content: two primaries archived it");
    }

    private void segment(WalFiles wal, Found found, long size) throws MatriarchException {
        String name = found.stored().segment().toString();
        var sha1 = new Sha1();
        findings.segmentRead(found.size());
        try (var in = wal.open(found)) {
            var buffer = new byte[BUFFER];
            for (int read; (read = in.read(buffer)) >= 0; ) sha1.update(buffer, 0, read);
        } catch (MatriarchException | IOException e) {
            var cause =
                    e instanceof MatriarchException known
                            ? known
                            : Failures.reading(found.path(), (IOException) e);
            if (Failures.isAway(cause)) throw cause;
            var kind = Failures.isMissing(cause) ? Damage.Kind.MISSING : Damage.Kind.UNREADABLE;
            add(kind, found.path(), name, String.valueOf(cause.getMessage()));
            return;
        }
        long length = sha1.count();
        String hash = sha1.finish();
        if (length != size)
            add(
                    Damage.Kind.SIZE,
                    found.path(),
                    name,
                    "it has %d bytes, not %d".formatted(length, size));
        else if (!hash.equals(found.stored().checksum().toString()))
            add(Damage.Kind.CHECKSUM, found.path(), name, "the SHA-1 of its content is " + hash);
    }

    private void needed(BackupEntry backup, WalInventory inventory) {
        WalRange range = backup.wal().orElseThrow();
        if (inventory.holds(range)) return;
        findings.add(
                new Damage(
                        Damage.Kind.WAL_MISSING,
                        Optional.of(backup.label()),
                        stanza.paths().archive(archiveId(backup)),
                        "WAL",
                        "of %s not all segments are there; without them it is not consistent"
                                .formatted(range)));
    }

    /** Between the oldest backup's start and the newest segment, on each timeline. */
    private void holes(String archiveId, List<BackupEntry> local, WalInventory inventory) {
        var oldest =
                local.stream()
                        .map(b -> b.wal().orElseThrow().first())
                        .min(Comparator.naturalOrder());
        if (oldest.isEmpty()) return;
        var runs = inventory.runs();
        for (int i = 1; i < runs.size(); i++) {
            var before = runs.get(i - 1).last();
            var after = runs.get(i).first();
            if (before.timeline() != after.timeline() || oldest.get().compareTo(after) >= 0)
                continue;
            long size = inventory.segmentSize();
            add(
                    Damage.Kind.WAL_HOLE,
                    stanza.paths().archive(archiveId),
                    before.next(size).toString(),
                    "%d segments before %s are not there"
                            .formatted(before.countTo(after, size) - 2, after));
        }
    }

    private void add(Damage.Kind kind, String path, String name, String detail) {
        findings.add(new Damage(kind, Optional.empty(), path, name, detail));
    }
}
