package io.matriarch.backup.engine.copy;

import io.matriarch.backup.codec.BlockMap;
import io.matriarch.backup.codec.BlockMapCodec;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.DamagedException;
import io.matriarch.backup.codec.Decoding;
import io.matriarch.backup.codec.Form;
import io.matriarch.backup.format.Label;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.StorageException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the block maps of earlier backups. */
final class PriorMaps {
    private final Storage storage;
    private final CopySettings settings;

    PriorMaps(Storage storage, CopySettings settings) {
        this.storage = storage;
        this.settings = settings;
    }

    /**
     * @throws StorageException it is not there, or damaged; names its place
     */
    BlockMap read(String name, PriorCopy prior) throws StorageException {
        var stored = prior.stored();
        @Nullable Label holder = stored.reference();
        if (holder == null) throw new IllegalArgumentException(name + " is held by nobody");
        String path =
                stored.isBundled()
                        ? settings.paths().bundle(holder, stored.bundle())
                        : settings.path(holder, name, true);
        long offset = stored.offset() + stored.repoSize() - stored.mapSize();
        try (var in =
                Decoding.open(
                        storage.read(path, offset, stored.mapSize()),
                        Compression.NONE,
                        Form.RAW,
                        settings.passphrase())) {
            return BlockMapCodec.decode(
                    in.readAllBytes(), stored.blockSize(), stored.blockChecksumBytes());
        } catch (DamagedException e) {
            throw broken(name, path, e);
        } catch (IOException e) {
            throw e.getCause() instanceof StorageException storageFailure
                    ? storageFailure
                    : broken(name, path, e);
        }
    }

    private StorageException broken(String name, String path, IOException e) {
        return new StorageException(
                StorageException.Fault.BROKEN,
                "the block map of %s in %s of %s cannot be read: %s"
                        .formatted(name, path, storage.where(), e.getMessage()),
                "the prior backup is damaged: verify it, and make a full backup",
                e);
    }
}
