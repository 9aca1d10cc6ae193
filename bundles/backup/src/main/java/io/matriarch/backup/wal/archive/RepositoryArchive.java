package io.matriarch.backup.wal.archive;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.api.SystemId;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.Decoding;
import io.matriarch.backup.codec.Form;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.format.ArchiveInfo;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.format.RepositoryPaths;
import io.matriarch.backup.format.StoredSegment;
import io.matriarch.backup.format.WalFile;
import io.matriarch.storage.api.Entry;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import io.matriarch.storage.api.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One repository's WAL archive of one stanza. Calls may come from many threads. */
public final class RepositoryArchive {
    /** A major upgrade, or another passphrase, is noticed so much later at most. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    /** History and backup files are a few hundred bytes; what is larger is none. */
    private static final int MAX_PLAIN = 1 << 20;

    private final String name;
    private final boolean required;
    private final Storage storage;
    private final RepositoryPaths paths;
    private final Optional<Passphrase> passphrase;
    private volatile Known known = Known.NOTHING;

    private record Known(Optional<ArchiveInfo> info, long readAt) {
        static final Known NOTHING = new Known(Optional.empty(), 0);
    }

    /**
     * @param name for messages: {@code repo1}
     * @param required whether WAL may be dropped only once it is durable here
     * @param passphrase the repository's own; empty: not encrypted
     */
    public RepositoryArchive(
            String name,
            boolean required,
            Storage storage,
            String stanza,
            Optional<Passphrase> passphrase) {
        this.name = name;
        this.required = required;
        this.storage = storage;
        this.passphrase = passphrase;
        paths = new RepositoryPaths(stanza);
    }

    public String name() {
        return name;
    }

    public boolean required() {
        return required;
    }

    public String stanza() {
        return paths.stanza();
    }

    /** For messages: {@code repo1 (/var/lib/repo)}. */
    public String where() {
        return name + " (" + storage.where() + ")";
    }

    /** The same repository's archive of another stanza. */
    public RepositoryArchive ofStanza(String stanza) {
        return new RepositoryArchive(name, required, storage, stanza, passphrase);
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
        var info = load();
        known = new Known(Optional.of(info), System.nanoTime());
        return info;
    }

    /** The file; whatever is wrong with it, its copy. */
    private ArchiveInfo load() throws MatriarchException {
        String path = paths.archiveInfo();
        try {
            return read(path);
        } catch (MatriarchException first) {
            if (isAway(first)) throw first;
            try {
                return read(path + RepositoryPaths.COPY);
            } catch (MatriarchException second) {
                if (isAway(second)) throw second;
                throw unusable(first, second);
            }
        }
    }

    private ArchiveInfo read(String path) throws MatriarchException {
        try (var in = decoded(storage.read(path), Compression.NONE, passphrase)) {
            return ArchiveInfo.read(in, path);
        } catch (IOException e) {
            throw asFailure(path, e);
        }
    }

    private MatriarchException unusable(MatriarchException first, MatriarchException second) {
        boolean missing = isMissing(first) && isMissing(second);
        if (missing)
            return new MatriarchException(
                    Code.ARCHIVE,
                    "stanza " + paths.stanza() + " does not exist in " + where(),
                    "create it, or correct the stanza's name or the repository's place in the"
                            + " configuration",
                    first);
        return new MatriarchException(
                Code.REPOSITORY,
                "%s: neither %s nor its copy can be used: %s; %s"
                        .formatted(
                                where(),
                                paths.archiveInfo(),
                                first.getMessage(),
                                second.getMessage()),
                passphrase.isPresent()
                        ? "is the passphrase that of this repository?"
                        : "is the repository encrypted, and no passphrase configured?",
                first);
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
        return passphrase.isEmpty() ? Optional.empty() : info().cipherPass().map(Passphrase::new);
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

    /** What lies in the folder of this segment. */
    public List<Entry> list(DbIdentity db, WalFile.Segment file) throws StorageException {
        return storage.list(paths.walFolder(db.archiveId(), file));
    }

    /** What lies in a folder below the archive id: those of segments, and history files. */
    public List<Entry> list(DbIdentity db, String folder) throws StorageException {
        String root = paths.archive(db.archiveId());
        return storage.list(folder.isEmpty() ? root : root + "/" + folder);
    }

    /** Begins a segment; what is written to it goes through {@link #encryption} before. */
    public Upload write(DbIdentity db, StoredSegment segment) throws StorageException {
        return storage.write(paths.segment(db.archiveId(), segment));
    }

    public Optional<Passphrase> encryption() throws MatriarchException {
        return walPassphrase();
    }

    public void delete(DbIdentity db, StoredSegment segment) throws StorageException {
        storage.delete(List.of(paths.segment(db.archiveId(), segment)));
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
                storage.read(paths.segment(db.archiveId(), segment)),
                compression.get(),
                walPassphrase());
    }

    // --- timeline history and backup files

    /** Empty if there is none. */
    public Optional<byte[]> readPlain(DbIdentity db, WalFile file) throws MatriarchException {
        String path = paths.plainWalFile(db.archiveId(), file);
        try (var in = decoded(storage.read(path), Compression.NONE, walPassphrase())) {
            byte[] content = in.readNBytes(MAX_PLAIN);
            return Optional.of(content);
        } catch (StorageException e) {
            if (e.fault() == Fault.NOT_FOUND) return Optional.empty();
            throw e;
        } catch (IOException e) {
            throw asFailure(path, e);
        }
    }

    /** False if there is one already, whatever its content. */
    public boolean storePlain(DbIdentity db, WalFile file, byte[] content)
            throws MatriarchException {
        return storage.putIfAbsent(
                paths.plainWalFile(db.archiveId(), file), Encrypted.of(content, walPassphrase()));
    }

    // --- failures

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

    private MatriarchException asFailure(String path, IOException e) {
        if (e.getCause() instanceof MatriarchException known) return known;
        return new MatriarchException(
                Code.REPOSITORY,
                "%s of %s cannot be read: %s".formatted(path, where(), e.getMessage()),
                "is it damaged, or encrypted with another passphrase?",
                e);
    }

    /** Whether asking again later may help. */
    public static boolean isAway(MatriarchException e) {
        return e instanceof StorageException s
                && (s.fault() == Fault.UNREACHABLE || s.fault() == Fault.FULL);
    }

    private static boolean isMissing(MatriarchException e) {
        return e instanceof StorageException s && s.fault() == Fault.NOT_FOUND;
    }
}
