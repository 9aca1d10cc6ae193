package io.matriarch.backup.wal.push;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.StoredSegment;
import io.matriarch.backup.format.WalFile;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.backup.wal.core.PushRules;
import io.matriarch.backup.wal.core.SegmentHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts one file of {@code pg_wal} into repositories. Runs in a {@link PushWorker}. */
final class Storing {
    private static final int MAX_PLAIN = 1 << 20;

    private Storing() {}

    /**
     * @return what became of it in each of {@code archives}
     * @throws MatriarchException the file itself is at fault
     */
    static Map<RepositoryArchive, Result> store(
            Path file, List<RepositoryArchive> archives, PushWorker worker)
            throws MatriarchException {
        String name = file.getFileName().toString();
        var walFile =
                WalFile.parse(name)
                        .orElseThrow(() ->
                                new MatriarchException(
                                        Code.ARCHIVE,
                                        file + " is no file PostgreSQL archives",
                                        "archive_command has to pass %p, unchanged"));
        try {
            return walFile instanceof WalFile.Segment segment
                    ? segment(file, segment, archives, worker)
                    : plain(file, walFile, archives);
        } catch (NoSuchFileException e) {
            throw unreadable(file, "it is not there", e);
        } catch (IOException e) {
            throw unreadable(file, e.toString(), e);
        }
    }

    private static MatriarchException unreadable(Path file, String why, IOException e) {
        return new MatriarchException(
                Code.ARCHIVE,
                file + " cannot be read: " + why,
                "does the agent run as the user of PostgreSQL, on the same node?",
                e);
    }

    // --- segments

    private static Map<RepositoryArchive, Result> segment(
            Path file, WalFile.Segment segment, List<RepositoryArchive> archives, PushWorker worker)
            throws IOException, MatriarchException {
        try (var content = WalContent.of(file, worker)) {
            var header =
                    content.header()
                            .orElseThrow(() ->
                                    new MatriarchException(
                                            Code.ARCHIVE,
                                            file + " does not begin like WAL",
                                            "is it damaged?"));
            var misfit = PushRules.misfit(header, segment, content.size());
            if (misfit.isPresent()) throw misfit.get();
            var stored =
                    new StoredSegment(
                            segment, content.checksum(), worker.compression().extension());
            var results = new LinkedHashMap<RepositoryArchive, Result>();
            var branches = new ArrayList<Branch>();
            try {
                for (var archive : archives) begin(archive, header, stored, branches, results);
                if (!branches.isEmpty()) copy(content, branches, worker);
                for (var branch : branches) results.put(branch.archive(), branch.finish());
            } finally {
                branches.forEach(Branch::close);
            }
            return results;
        }
    }

    private static void begin(
            RepositoryArchive archive,
            SegmentHeader header,
            StoredSegment segment,
            List<Branch> branches,
            Map<RepositoryArchive, Result> results) {
        try {
            var db = clusterOf(archive, header, segment);
            var found = archive.find(db, segment.file());
            switch (PushRules.before(found, segment.checksum(), archive.where())) {
                case PushRules.Found.Nothing() -> branches.add(new Branch(archive, db, segment));
                case PushRules.Found.Same() -> results.put(archive, new Result.Already());
                case PushRules.Found.Conflict(var why) ->
                        results.put(archive, new Result.Failed(why));
            }
        } catch (MatriarchException e) {
            results.put(archive, new Result.Failed(e));
        }
    }

    private static DbIdentity clusterOf(
            RepositoryArchive archive, SegmentHeader header, StoredSegment segment)
            throws MatriarchException {
        var db = archive.info().current();
        if (!PushRules.belongsTo(db, header)) db = archive.reload().current();
        if (PushRules.belongsTo(db, header)) return db;
        throw PushRules.stranger(segment.file(), header, db, archive.stanza(), archive.where());
    }

    private static void copy(WalContent content, List<Branch> branches, PushWorker worker)
            throws IOException, MatriarchException {
        worker.packing().begin(branches.stream().map(Branch::target).toList());
        content.writeTo(worker.packing());
    }

    // --- timeline history and backup files

    private static Map<RepositoryArchive, Result> plain(
            Path file, WalFile walFile, List<RepositoryArchive> archives)
            throws IOException, MatriarchException {
        if (Files.size(file) > MAX_PLAIN)
            throw new MatriarchException(
                    Code.ARCHIVE,
                    file + " has " + Files.size(file) + " bytes; such a file has a few hundred",
                    "is it damaged?");
        byte[] content = Files.readAllBytes(file);
        var results = new LinkedHashMap<RepositoryArchive, Result>();
        for (var archive : archives) results.put(archive, plain(archive, walFile, content));
        return results;
    }

    private static Result plain(RepositoryArchive archive, WalFile file, byte[] content) {
        try {
            var db = archive.info().current();
            if (archive.storePlain(db, file, content)) return new Result.Stored(content.length);
            var there = archive.readPlain(db, file);
            if (there.isPresent() && java.util.Arrays.equals(there.get(), content))
                return new Result.Already();
            return new Result.Failed(
                    new MatriarchException(
                            Code.ARCHIVE,
                            "%s already holds %s, with other content"
                                    .formatted(archive.where(), file.name()),
                            "another server took the same timeline: a restored copy that shares"
                                    + " the stanza, or two primaries. Find out which one is right"));
        } catch (MatriarchException e) {
            return new Result.Failed(e);
        }
    }
}
