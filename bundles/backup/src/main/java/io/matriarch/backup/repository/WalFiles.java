package io.matriarch.backup.repository;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.Fork;
import io.matriarch.backup.format.RepositoryPaths;
import io.matriarch.backup.format.StoredSegment;
import io.matriarch.backup.format.WalFile;
import io.matriarch.backup.format.WalInventory;
import io.matriarch.backup.format.WalInventory.Run;
import io.matriarch.backup.format.WalSegment;
import io.matriarch.backup.wal.core.SegmentHeader;
import io.matriarch.storage.api.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a stanza's archive holds of one cluster: looked through folder by folder. */
public final class WalFiles {
    private static final int FOLDER_NAME = 16;
    private final Stanza stanza;
    private final String archiveId;
    private final Optional<Passphrase> passphrase;

    public WalFiles(Stanza stanza, DbIdentity db) throws MatriarchException {
        this(stanza, db.archiveId());
    }

    public WalFiles(Stanza stanza, String archiveId) throws MatriarchException {
        this.stanza = stanza;
        this.archiveId = archiveId;
        this.passphrase = stanza.archiveInfo().cipherPass().map(Passphrase::new);
    }

    public String archiveId() {
        return archiveId;
    }

    /** Archive ids there are folders of. */
    public static List<String> archiveIds(Stanza stanza) throws MatriarchException {
        return stanza.storage().list(stanza.paths().archive()).stream()
                .filter(entry -> entry.kind() == Entry.Kind.FOLDER)
                .map(Entry::name)
                .filter(RepositoryPaths::isArchiveId)
                .toList();
    }

    private String root() {
        return stanza.paths().archive(archiveId);
    }

    /** Names of the segments' folders, 16 digits each, in order. */
    public List<String> folders() throws MatriarchException {
        return stanza.storage().list(root()).stream()
                .filter(entry -> entry.kind() == Entry.Kind.FOLDER)
                .map(Entry::name)
                .filter(name -> name.length() == FOLDER_NAME)
                .toList();
    }

    /** What lies in one of them, by name. */
    public List<Entry> files(String folder) throws MatriarchException {
        return stanza.storage().list(root() + "/" + folder);
    }

    /** A whole segment that was found, and when it was stored. */
    public record Found(StoredSegment stored, String path, long size, Instant at) {}

    /** Whole segments in a folder, by name; the same segment twice if it is there twice. */
    public List<Found> segments(String folder) throws MatriarchException {
        var found = new ArrayList<Found>();
        for (var entry : files(folder)) {
            var stored = StoredSegment.parse(entry.name());
            if (stored.isPresent() && !stored.get().file().partial())
                found.add(new Found(stored.get(), entry.path(), entry.size(), entry.modified()));
        }
        return found;
    }

    /** The content of a segment. */
    public InputStream open(Found found) throws MatriarchException, IOException {
        var compression = found.stored.compression();
        if (compression.isEmpty())
            throw new MatriarchException(
                    Code.REPOSITORY,
                    found.path + " is compressed in a way not known here",
                    "recompress it as zst, lz4, gz or bz2");
        return stanza.files().open(found.path, compression.get(), passphrase);
    }

    /**
     * Segment size, by the header of the first segment there is; empty if there is none.
     *
     * @return bytes
     */
    public Optional<Long> segmentSize() throws MatriarchException {
        for (String folder : folders())
            for (var found : segments(folder)) return Optional.of(sizeOf(found));
        return Optional.empty();
    }

    private long sizeOf(Found found) throws MatriarchException {
        try (var in = open(found)) {
            byte[] start = in.readNBytes(SegmentHeader.LENGTH);
            var header = SegmentHeader.parse(ByteBuffer.wrap(start));
            if (header.isPresent()) return header.get().segmentSize();
        } catch (IOException e) {
            throw Failures.reading(found.path, e);
        }
        throw new MatriarchException(
                Code.REPOSITORY,
                found.path + " does not begin as a WAL segment does",
                "it is damaged, or its passphrase is another one");
    }

    /**
     * What there is, from a segment's folder on.
     *
     * @param from empty: all
     */
    public WalInventory inventory(Optional<WalSegment> from) throws MatriarchException {
        long size = segmentSize().orElse(WalSegment.DEFAULT_SIZE);
        var runs = new ArrayList<Run>();
        for (String folder : folders()) {
            if (from.isPresent() && folder.compareTo(from.get().folder()) < 0) continue;
            for (var found : segments(folder)) append(runs, found, size);
        }
        return new WalInventory(runs, histories(), size);
    }

    private static void append(List<Run> runs, Found found, long size) {
        var segment = found.stored.segment();
        if (!runs.isEmpty()) {
            var last = runs.getLast();
            boolean same = last.last().equals(segment);
            boolean next =
                    last.last().timeline() == segment.timeline()
                            && last.last().next(size).equals(segment);
            if (same || next) {
                runs.set(
                        runs.size() - 1,
                        new Run(last.first(), segment, later(last.lastStored(), found.at)));
                return;
            }
        }
        runs.add(new Run(segment, segment, found.at));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /** The histories of timelines. */
    public Map<Integer, List<Fork>> histories() throws MatriarchException {
        var histories = new HashMap<Integer, List<Fork>>();
        for (var entry : stanza.storage().list(root())) {
            var file = WalFile.parse(entry.name());
            if (file.isEmpty() || !(file.get() instanceof WalFile.History(int timeline))) continue;
            histories.put(timeline, history(entry.path()));
        }
        return histories;
    }

    private List<Fork> history(String path) throws MatriarchException {
        try (var in = stanza.files().open(path, Compression.NONE, passphrase)) {
            return Fork.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw Failures.reading(path, e);
        } catch (IllegalArgumentException e) {
            throw new MatriarchException(
                    Code.REPOSITORY,
                    path + " is damaged: " + e.getMessage(),
                    "archive it again from a member's pg_wal",
                    e);
        }
    }
}
