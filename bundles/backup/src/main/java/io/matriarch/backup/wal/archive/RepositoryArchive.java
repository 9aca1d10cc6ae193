package io.matriarch.backup.wal.archive;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.api.SystemId;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.Decoding;
import io.matriarch.backup.codec.Form;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.format.ArchiveInfo;
import io.matriarch.backup.format.BackupInfo;
import io.matriarch.backup.format.DbControl;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.format.StoredSegment;
import io.matriarch.backup.format.WalFile;
import io.matriarch.backup.format.WalSegment;
import io.matriarch.backup.repository.Failures;
import io.matriarch.backup.repository.Sealed;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.backup.wal.core.SegmentHeader;
import io.matriarch.storage.api.Entry;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** One repository's WAL archive of one stanza. Calls may come from many threads. */
public final class RepositoryArchive {
    /** A major upgrade, or another passphrase, is noticed so much later at most. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    /** History and backup files are a few hundred bytes; what is larger is none. */
    private static final int MAX_PLAIN = 1 << 20;

    private final Stanza stanza;
    private final boolean required;
    private final Map<DbIdentity, Long> segmentSizes = new ConcurrentHashMap<>();
    private volatile Known known = Known.NOTHING;

    private record Known(Optional<ArchiveInfo> info, long readAt) {
        static final Known NOTHING = new Known(Optional.empty(), 0);
    }

    /**
     * @param required whether WAL may be dropped only once it is durable here
     */
    public RepositoryArchive(Stanza stanza, boolean required) {
        this.stanza = stanza;
        this.required = required;
    }

    /** Of the repository, for messages: {@code repo1}. */
    public String name() {
        return stanza.repository().name();
    }

    public boolean required() {
        return required;
    }

    public String stanza() {
        return stanza.name();
    }

    /** For messages: {@code repo1 (/var/lib/repo)}. */
    public String where() {
        return stanza.repository().where();
    }

    /** The same repository's archive of another stanza. */
    public RepositoryArchive ofStanza(String name) {
        return new RepositoryArchive(stanza.repository().stanza(name), required);
    }

    /**
     * Creates the stanza if it is not there.
     *
     * @return whether it is new
     * @throws MatriarchException also if it is another cluster's
     */
    public boolean create(DbControl cluster, SecureRandom random) throws MatriarchException {
        return stanza.create(cluster, random);
    }

    /** What has been backed up there; there is none without a stanza. */
    public BackupInfo backups() throws MatriarchException {
        return stanza.backupInfo();
    }

    // --- archive.info

    /** As read within the last minute. */
    public ArchiveInfo info() throws MatriarchException {
        var now = known;
        boolean fresh = System.nanoTime() - now.readAt() < FRESH.toNanos();
        return now.info().isPresent() && fresh ? now.info().get() : reload();
    }

    /** As it is. */
    public ArchiveInfo reload() throws MatriarchException {
        var info = stanza.archiveInfo();
        known = new Known(Optional.of(info), System.nanoTime());
        return info;
    }

    /** The clusters of this system id and version, newest first. */
    public List<DbIdentity> clusters(SystemId systemId, PgVersion version)
            throws MatriarchException {
        var found = matching(info(), systemId, version);
        return found.isEmpty() ? matching(reload(), systemId, version) : found;
    }

    private static List<DbIdentity> matching(
            ArchiveInfo info, SystemId systemId, PgVersion version) {
        return info.history().reversed().stream()
                .filter(db -> db.systemId().equals(systemId) && db.version().equals(version))
                .toList();
    }

    private Optional<Passphrase> walPassphrase() throws MatriarchException {
        return stanza.repository().passphrase().isEmpty()
                ? Optional.empty()
                : info().cipherPass().map(Passphrase::new);
    }

    // --- segments

    /** All that is there under this segment's name; more than one is a fault of somebody. */
    public List<StoredSegment> find(DbIdentity db, WalFile.Segment file) throws StorageException {
        var found = new ArrayList<StoredSegment>();
        for (var entry : list(db, file))
            if (entry.name().startsWith(file.name() + "-"))
                StoredSegment.parse(entry.name()).ifPresent(found::add);
        return found;
    }

    /**
     * The next segment. How large segments are is read from the one before, once.
     *
     * @throws MatriarchException also if that one is damaged
     */
    public WalSegment after(DbIdentity db, WalSegment before) throws MatriarchException {
        return before.next(segmentSize(db, before));
    }

    private long segmentSize(DbIdentity db, WalSegment segment) throws MatriarchException {
        Long known = segmentSizes.get(db);
        if (known != null) return known;
        var found = find(db, new WalFile.Segment(segment, false));
        if (found.isEmpty()) return WalSegment.DEFAULT_SIZE;
        long size = segmentSize(db, found.getFirst());
        segmentSizes.put(db, size);
        return size;
    }

    /** Names do not tell it, so the beginning of one is read. */
    public long segmentSize(DbIdentity db, StoredSegment one) throws MatriarchException {
        try (var in = open(db, one)) {
            var header = SegmentHeader.parse(ByteBuffer.wrap(in.readNBytes(SegmentHeader.LENGTH)));
            if (header.isPresent() && header.get().isSizePlausible())
                return header.get().segmentSize();
        } catch (IOException e) {
            throw Failures.reading(one.name() + " in " + where(), e);
        }
        throw new MatriarchException(
                Code.REPOSITORY,
                one.name() + " in " + where() + " does not begin like WAL",
                "it is damaged: verify the repository");
    }

    /** What lies in the folder of this segment. */
    public List<Entry> list(DbIdentity db, WalFile.Segment file) throws StorageException {
        return stanza.storage().list(stanza.paths().walFolder(db.archiveId(), file));
    }

    /** What lies in a folder below the archive id: those of segments, and history files. */
    public List<Entry> list(DbIdentity db, String folder) throws StorageException {
        String root = stanza.paths().archive(db.archiveId());
        return stanza.storage().list(folder.isEmpty() ? root : root + "/" + folder);
    }

    /** Begins a segment; what is written to it goes through {@link #encryption} before. */
    public Upload write(DbIdentity db, StoredSegment segment) throws StorageException {
        return stanza.storage().write(stanza.paths().segment(db.archiveId(), segment));
    }

    public Optional<Passphrase> encryption() throws MatriarchException {
        return walPassphrase();
    }

    public void delete(DbIdentity db, StoredSegment segment) throws StorageException {
        stanza.storage().delete(List.of(stanza.paths().segment(db.archiveId(), segment)));
    }

    /** Plain content. That it is whole, its SHA-1 has to tell. */
    public InputStream open(DbIdentity db, StoredSegment segment)
            throws MatriarchException, IOException {
        var compression = segment.compression();
        if (compression.isEmpty())
            throw new MatriarchException(
                    Code.REPOSITORY,
                    segment.name() + " is compressed in a way not known here",
                    "recompress it as zst, lz4, gz or bz2");
        return decoded(
                stanza.storage().read(stanza.paths().segment(db.archiveId(), segment)),
                compression.get(),
                walPassphrase());
    }

    // --- timeline history and backup files

    /** Empty if there is none. */
    public Optional<byte[]> readPlain(DbIdentity db, WalFile file) throws MatriarchException {
        String path = stanza.paths().plainWalFile(db.archiveId(), file);
        try (var in = decoded(stanza.storage().read(path), Compression.NONE, walPassphrase())) {
            byte[] content = in.readNBytes(MAX_PLAIN);
            return Optional.of(content);
        } catch (MatriarchException e) {
            if (Failures.isMissing(e)) return Optional.empty();
            throw e;
        } catch (IOException e) {
            throw Failures.reading(path + " of " + where(), e);
        }
    }

    /** False if there is one already, whatever its content. */
    public boolean storePlain(DbIdentity db, WalFile file, byte[] content)
            throws MatriarchException {
        return stanza.storage()
                .putIfAbsent(
                        stanza.paths().plainWalFile(db.archiveId(), file),
                        Sealed.bytes(content, walPassphrase()));
    }

    private static InputStream decoded(
            InputStream stored, Compression compression, Optional<Passphrase> passphrase)
            throws IOException {
        try {
            return Decoding.open(stored, compression, Form.STANDARD, passphrase);
        } catch (IOException | RuntimeException e) {
            stored.close();
            throw e;
        }
    }
}
