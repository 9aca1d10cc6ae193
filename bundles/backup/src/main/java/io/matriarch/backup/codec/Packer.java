package io.matriarch.backup.codec;

import io.matriarch.storage.api.StorageException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compresses and encrypts, and hashes and counts what comes out. A file may be several pieces (of
 * blocks) or one.
 */
final class Packer implements AutoCloseable {
    private final Encoder encoder;
    private final @Nullable Encryptor encryptor;
    private final Sha1 stored = new Sha1();
    private final boolean plain;
    private final Sink counting = this::count;
    private final Sink encrypting = this::encrypt;
    private Sink target = _ -> {};
    private long count;
    private boolean hashed;

    Packer(
            Compression compression,
            int level,
            Optional<Passphrase> passphrase,
            DirectMemory memory) {
        encoder = Encoder.of(compression, level, memory);
        encryptor = passphrase.map(pass -> new Encryptor(pass, memory)).orElse(null);
        plain = compression == Compression.NONE && encryptor == null;
    }

    /** Whether stored bytes are the content, unchanged. */
    boolean isPlain() {
        return plain;
    }

    /**
     * @param hashed whether {@link #storedChecksum} is wanted
     */
    void beginFile(boolean hashed, Sink target) {
        this.target = target;
        this.hashed = hashed;
        stored.finish();
        count = 0;
    }

    void beginPiece(Form form) {
        encoder.begin(form);
        if (encryptor != null) encryptor.begin(form);
    }

    /** Takes all remaining bytes. */
    void write(ByteBuffer content, boolean last) throws StorageException {
        encoder.write(content, last, encryptor == null ? counting : encrypting);
        if (last && encryptor != null) encryptor.end(counting);
    }

    /** A piece that is encrypted only: a block map. */
    void writeMap(ByteBuffer map) throws StorageException {
        if (encryptor == null) {
            count(map);
            return;
        }
        encryptor.begin(Form.RAW);
        encryptor.write(map, counting);
        encryptor.end(counting);
    }

    /** Bytes of the file stored so far. */
    long storedSize() {
        return count;
    }

    /** SHA-1 of the file's stored bytes. */
    String storedChecksum() {
        return stored.finish();
    }

    private void encrypt(ByteBuffer bytes) throws StorageException {
        if (encryptor != null) encryptor.write(bytes, counting);
    }

    private void count(ByteBuffer bytes) throws StorageException {
        count += bytes.remaining();
        if (hashed) stored.update(bytes.duplicate());
        target.write(bytes);
    }

    @Override
    public void close() {
        encoder.close();
    }
}
