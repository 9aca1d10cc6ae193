package io.matriarch.backup.codec;

import io.matriarch.storage.api.StorageException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;

/** Encrypts one piece after another, each with a salt of its own. */
final class Encryptor {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int PIECE = 64 * 1024;

    private final Cbc cbc;
    private final ByteBuffer output;
    private final byte[] salt = new byte[Cbc.SALT];
    private Cipher cipher;

    Encryptor(Passphrase passphrase, DirectMemory memory) {
        cbc = new Cbc(passphrase);
        cipher = cbc.init(Cipher.ENCRYPT_MODE, salt);
        output = memory.allocate(Cbc.MAGIC.length + Cbc.SALT + PIECE + 2 * Cbc.BLOCK);
    }

    void begin(Form form) {
        RANDOM.nextBytes(salt);
        begin(form, salt);
    }

    void begin(Form form, byte[] chosen) {
        cipher = cbc.init(Cipher.ENCRYPT_MODE, chosen);
        output.clear();
        if (form == Form.STANDARD) output.put(Cbc.MAGIC);
        output.put(chosen);
    }

    /** Takes all remaining bytes. */
    void write(ByteBuffer plain, Sink out) throws StorageException {
        try {
            while (plain.hasRemaining()) {
                int length = Math.min(PIECE, plain.remaining());
                cipher.update(plain.slice(plain.position(), length), output);
                plain.position(plain.position() + length);
                flush(out);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("encryption failed", e);
        }
    }

    void end(Sink out) throws StorageException {
        try {
            cipher.doFinal(ByteBuffer.allocate(0), output);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("encryption failed", e);
        }
        flush(out);
    }

    private void flush(Sink out) throws StorageException {
        if (output.flip().hasRemaining()) out.write(output);
        output.clear();
    }
}
