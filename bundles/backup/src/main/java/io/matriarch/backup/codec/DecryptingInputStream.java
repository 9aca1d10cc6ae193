package io.matriarch.backup.codec;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/** The plain bytes of an encrypted piece; the end of the stream is the end of the piece. */
final class DecryptingInputStream extends InputStream {
    private static final int PIECE = 64 * 1024;

    private final InputStream in;
    private final Cipher cipher;
    private final byte[] encrypted = new byte[PIECE];
    private byte[] plain = new byte[PIECE + Cbc.BLOCK];
    private int next;
    private int end;
    private boolean ended;

    DecryptingInputStream(InputStream in, Passphrase passphrase, Form form) throws IOException {
        this.in = in;
        if (form == Form.STANDARD && !Cbc.isMagic(in.readNBytes(Cbc.MAGIC.length)))
            throw new DamagedException("it does not begin as an encrypted file");
        var salt = in.readNBytes(Cbc.SALT);
        if (salt.length < Cbc.SALT) throw new DamagedException("it is cut short");
        cipher = new Cbc(passphrase).init(Cipher.DECRYPT_MODE, salt);
    }

    @Override
    public int read() throws IOException {
        return fill() ? plain[next++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) return 0;
        if (!fill()) return -1;
        int count = Math.min(length, end - next);
        System.arraycopy(plain, next, target, offset, count);
        next += count;
        return count;
    }

    private boolean fill() throws IOException {
        while (next == end && !ended) decrypt();
        return next < end;
    }

    private void decrypt() throws IOException {
        next = 0;
        int count = in.read(encrypted);
        try {
            if (count >= 0) {
                end = cipher.update(encrypted, 0, count, plain);
            } else {
                ended = true;
                end = cipher.doFinal(plain, 0);
            }
        } catch (GeneralSecurityException e) {
            throw new DamagedException(
                    "it cannot be decrypted: damaged, or encrypted with another passphrase", e);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
