package io.matriarch.backup.wal;

import io.matriarch.api.SystemId;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.format.ArchiveInfo;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.format.WalFile;
import io.matriarch.backup.format.WalSegment;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.storage.api.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A data directory with WAL as PostgreSQL would leave it, and archives for it; no server. */
public final class Cluster {
    public static final SystemId ID = new SystemId("7711166835679775872");
    public static final String STANZA = "demo";
    public static final PgVersion VERSION = new PgVersion(15);
    public static final int SIZE = 1 << 20;
    private static final int PAGE = 8192;

    public final Path data;
    public final Path wal;
    public final Path status;

    public Cluster(Path data) throws IOException {
        this.data = data;
        wal = Files.createDirectories(data.resolve("pg_wal"));
        status = Files.createDirectories(wal.resolve("archive_status"));
        Files.createDirectories(data.resolve("global"));
        Files.writeString(data.resolve("PG_VERSION"), VERSION + "\n");
        var control = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
        control.putLong(Long.parseUnsignedLong(ID.value())).putInt(1300).putInt(202209061);
        Files.write(data.resolve("global/pg_control"), control.array());
    }

    /** A segment's name on timeline 1. */
    public static String name(int number) {
        return name(1, number);
    }

    public static String name(int timeline, int number) {
        return new WalSegment(timeline, number / 4096, number % 4096).toString();
    }

    /** A whole segment: half noise, half zeros, the same for the same seed. */
    public static byte[] content(String name, long seed) {
        return content(name, seed, Long.parseUnsignedLong(ID.value()));
    }

    public static byte[] content(String name, long seed, long systemId) {
        var segment = WalSegment.parse(name.substring(0, 24));
        var bytes = new byte[SIZE];
        var noise = new byte[SIZE / 2];
        new Random(seed * 31 + name.hashCode()).nextBytes(noise);
        System.arraycopy(noise, 0, bytes, 0, noise.length);
        var out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long start = segment.start(SIZE).value();
        for (int at = 0; at < SIZE; at += PAGE) {
            out.putShort(at, (short) 0xD110).putShort(at + 2, (short) (at == 0 ? 2 : 0));
            out.putInt(at + 4, segment.timeline()).putLong(at + 8, start + at);
        }
        out.putLong(24, systemId).putInt(32, SIZE).putInt(36, PAGE);
        return bytes;
    }

    /** Writes a file of pg_wal and marks it ready. */
    public Path ready(String name, byte[] content) throws IOException {
        Path file = Files.write(wal.resolve(name), content);
        Files.write(status.resolve(name + ".ready"), new byte[0]);
        return file;
    }

    public Path ready(String name) throws IOException {
        return ready(name, content(name, 1));
    }

    /** As PostgreSQL does once it was told that a file is archived. */
    public void done(String name) throws IOException {
        Files.move(status.resolve(name + ".ready"), status.resolve(name + ".done"));
    }

    // --- archives

    public static DbIdentity db() {
        return new DbIdentity(1, ID, VERSION);
    }

    /** Creates the stanza's archive. */
    public static void create(Storage storage, Optional<Passphrase> pass) throws Exception {
        create(
                storage,
                pass,
                new ArchiveInfo("2.55.1", List.of(db()), 1, pass.map(_ -> "wal-pass")));
    }

    public static void create(Storage storage, Optional<Passphrase> pass, ArchiveInfo info)
            throws Exception {
        new Repository("repo", storage, pass).stanza(STANZA).save(info);
    }

    public static RepositoryArchive archive(String name, Storage storage) {
        return archive(name, storage, true, Optional.empty());
    }

    public static RepositoryArchive archive(
            String name, Storage storage, boolean required, Optional<Passphrase> pass) {
        return new RepositoryArchive(new Repository(name, storage, pass).stanza(STANZA), required);
    }

    /**
     * The content of a file in the archive; empty if it is not there; fails if it is there twice.
     */
    public static Optional<byte[]> stored(RepositoryArchive archive, String name) throws Exception {
        var file = WalFile.parse(name).orElseThrow();
        if (!(file instanceof WalFile.Segment segment)) return archive.readPlain(db(), file);
        var found = archive.find(db(), segment);
        if (found.isEmpty()) return Optional.empty();
        if (found.size() > 1) throw new AssertionError("more than once: " + found);
        try (InputStream in = archive.open(db(), found.getFirst())) {
            byte[] content = in.readAllBytes();
            String sha1 = io.matriarch.backup.codec.Sha1.of(content);
            if (!found.getFirst().checksum().toString().equals(sha1))
                throw new AssertionError(name + " is not what its name says");
            return Optional.of(content);
        }
    }
}
