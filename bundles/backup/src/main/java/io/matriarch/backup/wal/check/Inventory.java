package io.matriarch.backup.wal.check;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.StoredSegment;
import io.matriarch.backup.format.WalFile;
import io.matriarch.backup.format.WalSegment;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.backup.wal.core.Gaps;
import io.matriarch.backup.wal.core.Holdings;
import io.matriarch.backup.wal.core.TimelineHistory;
import io.matriarch.storage.api.Entry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What one archive holds of one cluster, and what of it has to be there. */
record Inventory(
        RepositoryArchive archive, DbIdentity db, Holdings holdings, List<Gaps.Need> needs) {

    /** Empty if the archive has no segment of it. */
    static Optional<Inventory> of(RepositoryArchive archive, DbIdentity db)
            throws MatriarchException {
        var segments = new TreeMap<WalSegment, Instant>();
        var histories = new HashMap<Integer, TimelineHistory>();
        var historyStored = new HashMap<Integer, Instant>();
        Optional<StoredSegment> one = Optional.empty();
        for (var entry : archive.list(db, "")) {
            if (entry.kind() == Entry.Kind.FOLDER) {
                var found = segments(archive, db, entry.name(), segments);
                if (one.isEmpty()) one = found;
            } else history(archive, db, entry, histories, historyStored);
        }
        if (one.isEmpty()) return Optional.empty();
        var holdings =
                new Holdings(
                        archive.segmentSize(db, one.get()), segments, histories, historyStored);
        return Optional.of(new Inventory(archive, db, holdings, needs(archive, db)));
    }

    private static Optional<StoredSegment> segments(
            RepositoryArchive archive,
            DbIdentity db,
            String folder,
            Map<WalSegment, Instant> segments)
            throws MatriarchException {
        Optional<StoredSegment> one = Optional.empty();
        for (var entry : archive.list(db, folder)) {
            var stored = StoredSegment.parse(entry.name()).filter(s -> !s.file().partial());
            if (stored.isEmpty()) continue;
            segments.merge(stored.get().segment(), entry.modified(), Inventory::earlier);
            one = stored;
        }
        return one;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    private static void history(
            RepositoryArchive archive,
            DbIdentity db,
            Entry entry,
            Map<Integer, TimelineHistory> histories,
            Map<Integer, Instant> stored)
            throws MatriarchException {
        var file = WalFile.parse(entry.name());
        if (file.isEmpty() || !(file.get() instanceof WalFile.History history)) return;
        var text = archive.readPlain(db, history);
        if (text.isEmpty()) return; // expired since it was listed
        try {
            histories.put(
                    history.timeline(),
                    TimelineHistory.parse(
                            history.timeline(), new String(text.get(), StandardCharsets.UTF_8)));
            stored.put(history.timeline(), entry.modified());
        } catch (IllegalArgumentException e) {
            throw new MatriarchException(
                    io.matriarch.api.Code.REPOSITORY,
                    "%s in %s: %s".formatted(entry.name(), archive.where(), e.getMessage()),
                    "it is damaged; a member that was on this timeline has it in pg_wal",
                    e);
        }
    }

    private static List<Gaps.Need> needs(RepositoryArchive archive, DbIdentity db)
            throws MatriarchException {
        return archive.backups().backups().stream()
                .filter(backup -> backup.dbId() == db.id())
                .flatMap(backup -> need(backup).stream())
                .toList();
    }

    private static Optional<Gaps.Need> need(BackupEntry backup) {
        return backup.wal().map(wal -> new Gaps.Need(backup.label().text(), wal));
    }

    List<Gaps.Gap> gaps(Instant settled) {
        return Gaps.find(holdings, needs, settled);
    }
}
