package io.matriarch.backup.wal.push;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Packing;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.StoredSegment;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.backup.wal.core.PushRules;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.Upload;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A segment on its way into one repository. If that fails, the others go on. */
final class Branch implements AutoCloseable {
    private final RepositoryArchive archive;
    private final DbIdentity db;
    private final StoredSegment segment;
    private final Optional<Passphrase> passphrase;
    private final Upload upload;
    private @Nullable StorageException failure;

    Branch(RepositoryArchive archive, DbIdentity db, StoredSegment segment)
            throws MatriarchException {
        this.archive = archive;
        this.db = db;
        this.segment = segment;
        passphrase = archive.encryption();
        upload = archive.write(db, segment);
    }

    Packing.Target target() {
        return new Packing.Target(passphrase, this::write);
    }

    private void write(ByteBuffer bytes) {
        if (failure != null) return;
        try {
            upload.write(bytes);
        } catch (StorageException e) {
            failure = e;
        }
    }

    /** Makes it durable, and looks whether somebody else stored under the same name meanwhile. */
    Result finish() {
        if (failure != null) return new Result.Failed(failure);
        try {
            long bytes = upload.position();
            upload.commit();
            var found = archive.find(db, segment.file());
            return switch (PushRules.afterwards(found, segment)) {
                case FINE -> new Result.Stored(bytes);
                case REMOVE_OURS -> {
                    archive.delete(db, segment);
                    yield new Result.Already();
                }
                case CONFLICT -> new Result.Failed(PushRules.several(found, archive.where()));
            };
        } catch (StorageException e) {
            return new Result.Failed(e);
        }
    }

    RepositoryArchive archive() {
        return archive;
    }

    @Override
    public void close() {
        upload.close();
    }
}
