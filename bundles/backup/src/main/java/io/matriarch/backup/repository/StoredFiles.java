package io.matriarch.backup.repository;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.BlockMap;
import io.matriarch.backup.codec.BlockMapCodec;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.DamagedException;
import io.matriarch.backup.codec.Decoding;
import io.matriarch.backup.codec.Form;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.codec.SuperBlock;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.format.RepositoryPaths;
import io.matriarch.backup.format.StoredCopy;
import io.matriarch.storage.api.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The files of one backup, whatever way they are stored: on their own, in a bundle, in blocks; in
 * this backup or in an earlier one; compressed, encrypted.
 */
public final class StoredFiles {
    private static final String BLOCKS_EXTENSION = ".pgbi";
    private final Storage storage;
    private final RepositoryPaths paths;
    private final Manifest manifest;
    private final Optional<Passphrase> passphrase;

    public StoredFiles(Stanza stanza, Manifest manifest) {
        this.storage = stanza.storage();
        this.paths = stanza.paths();
        this.manifest = manifest;
        this.passphrase = manifest.cipherPass().map(Passphrase::new);
    }

    /**
     * Where bytes lie.
     *
     * @param whole the file there is nothing but them
     */
    public record Place(String path, long offset, long length, boolean whole) {
        boolean continues(Place before) {
            return path.equals(before.path) && offset == before.offset + before.length;
        }
    }

    /** Where the stored bytes of a file lie: of one in blocks, its own super blocks and map. */
    public Place place(ManifestFile file) {
        var stored = file.stored();
        var reference = stored.reference();
        var holder = reference == null ? manifest.label() : reference;
        if (stored.isBundled())
            return new Place(
                    paths.bundle(holder, stored.bundle()),
                    stored.offset(),
                    stored.repoSize(),
                    false);
        String extension = stored.isBlocks() ? BLOCKS_EXTENSION : compression().extension();
        return new Place(
                paths.backup(holder) + "/" + file.name() + extension, 0, stored.repoSize(), true);
    }

    /** Where a super block of a file lies. */
    Place place(ManifestFile file, SuperBlock block) throws DamagedException {
        var references = manifest.backup().references();
        if (block.reference() >= references.size())
            throw new DamagedException(
                    "the block map of %s names backup %d of %d"
                            .formatted(file.name(), block.reference(), references.size()));
        Label holder = references.get(block.reference());
        String path =
                block.bundle() > 0
                        ? paths.backup(holder) + "/bundle/" + block.bundle()
                        : paths.backup(holder) + "/" + file.name() + BLOCKS_EXTENSION;
        return new Place(path, block.offset(), block.storedSize(), false);
    }

    /** Whether anything is stored of a file: nothing is of an empty one in a bundled backup. */
    public boolean isStored(ManifestFile file) {
        var stored = file.stored();
        if (file.size() > 0 || stored.repoSize() > 0) return true;
        return stored.reference() != null || !manifest.backup().bundle();
    }

    /** The bytes as they lie there. */
    public InputStream read(Place place) throws MatriarchException {
        if (place.whole) return storage.read(place.path);
        return storage.read(place.path, place.offset, place.length);
    }

    /** The stored bytes of a file. */
    public InputStream stored(ManifestFile file) throws MatriarchException {
        return read(place(file));
    }

    /** The content of an encrypted and compressed piece; closing it closes what it reads from. */
    InputStream decode(InputStream stored, Form form) throws IOException {
        try {
            return Decoding.open(stored, compression(), form, passphrase);
        } catch (IOException | RuntimeException e) {
            stored.close();
            throw e;
        }
    }

    /** The content of a file stored whole; closing it closes what it reads from. */
    public InputStream decode(InputStream stored, StoredCopy copy) throws IOException {
        return decode(stored, form(copy));
    }

    private Form form(StoredCopy stored) {
        return stored.isBundled() && manifest.backup().bundleRaw() ? Form.RAW : Form.STANDARD;
    }

    /**
     * The content of a file from its start to its end. That it is whole and right its checksum in
     * the manifest has to tell.
     */
    public InputStream content(ManifestFile file) throws MatriarchException, IOException {
        if (file.size() == 0) return InputStream.nullInputStream();
        if (file.stored().isBlocks()) return new BlockStream(this, file, map(file));
        return decode(stored(file), file.stored());
    }

    /** Where the blocks of a file lie. */
    public BlockMap map(ManifestFile file) throws MatriarchException, IOException {
        var stored = file.stored();
        var all = place(file);
        var place =
                new Place(
                        all.path,
                        all.offset + all.length - stored.mapSize(),
                        stored.mapSize(),
                        false);
        try (var in = Decoding.open(read(place), Compression.NONE, Form.RAW, passphrase)) {
            var map =
                    BlockMapCodec.decode(
                            in.readAllBytes(), stored.blockSize(), stored.blockChecksumBytes());
            long blocks = Math.ceilDiv(file.size(), stored.blockSize());
            if (map.count() != blocks)
                throw new DamagedException(
                        "the block map of %s has %d blocks, its size is %d"
                                .formatted(file.name(), map.count(), blocks));
            return map;
        }
    }

    private Compression compression() {
        return manifest.options().compression();
    }
}
