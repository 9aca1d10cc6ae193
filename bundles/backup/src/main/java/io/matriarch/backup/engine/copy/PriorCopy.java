package io.matriarch.backup.engine.copy;

import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.format.Sha1;
import io.matriarch.backup.format.StoredCopy;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How an earlier backup holds a file.
 *
 * @param size of its content, bytes
 * @param checksum of it
 * @param stored with the backup that really holds it
 */
record PriorCopy(long size, Sha1 checksum, StoredCopy stored) {

    /** Null for an empty file: there is nothing to compare with. */
    static @Nullable PriorCopy of(ManifestFile file, Label holder) {
        var checksum = file.checksum();
        return checksum == null
                ? null
                : new PriorCopy(file.size(), checksum, file.stored().heldBy(holder));
    }

    boolean isSame(long otherSize, Sha1 other) {
        return size == otherSize && checksum.equals(other);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(size);
        write(out, checksum);
        var holder = stored.reference();
        out.writeUTF(holder == null ? "" : holder.text());
        out.writeLong(stored.repoSize());
        var storedChecksum = stored.checksum();
        out.writeBoolean(storedChecksum != null);
        if (storedChecksum != null) write(out, storedChecksum);
        out.writeInt(stored.bundle());
        out.writeLong(stored.offset());
        out.writeInt(stored.blockSize());
        out.writeByte(stored.blockChecksumBytes());
        out.writeLong(stored.mapSize());
    }

    static PriorCopy read(DataInputStream in) throws IOException {
        long size = in.readLong();
        var checksum = sha1(in);
        var holder = in.readUTF();
        return new PriorCopy(
                size,
                checksum,
                new StoredCopy(
                        holder.isEmpty() ? null : new Label(holder),
                        in.readLong(),
                        in.readBoolean() ? sha1(in) : null,
                        in.readInt(),
                        in.readLong(),
                        in.readInt(),
                        in.readByte(),
                        in.readLong()));
    }

    private static void write(DataOutputStream out, Sha1 sha1) throws IOException {
        out.writeLong(sha1.first());
        out.writeLong(sha1.second());
        out.writeInt(sha1.third());
    }

    private static Sha1 sha1(DataInputStream in) throws IOException {
        return new Sha1(in.readLong(), in.readLong(), in.readInt());
    }
}
