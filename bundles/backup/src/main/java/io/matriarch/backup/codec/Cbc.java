package io.matriarch.backup.codec;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-CBC with key and IV from passphrase and salt, as {@code openssl enc -aes-256-cbc -md
 * sha1} derives them.
 *
 * @see <a href="https://docs.openssl.org/master/man3/EVP_BytesToKey/">EVP_BytesToKey</a>
 */
final class Cbc {
    static final byte[] MAGIC = {'S', 'a', 'l', 't', 'e', 'd', '_', '_'};
    static final int SALT = 8;
    static final int BLOCK = 16;
    private static final int KEY = 32;
    private static final int DIGEST = 20;

    private final Cipher cipher;
    private final byte[] passphrase;

    Cbc(Passphrase passphrase) {
        this.passphrase = passphrase.bytes();
        try {
            cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has AES", e);
        }
    }

    Cipher init(int mode, byte[] salt) {
        var derived = derive(passphrase, salt);
        try {
            cipher.init(
                    mode,
                    new SecretKeySpec(derived, 0, KEY, "AES"),
                    new IvParameterSpec(derived, KEY, BLOCK));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has AES with 256 bits", e);
        }
        return cipher;
    }

    /** 32 bytes of key, 16 of IV, and what is left over. */
    static byte[] derive(byte[] passphrase, byte[] salt) {
        var sha1 = Sha1.digest();
        var derived = new byte[3 * DIGEST];
        for (int i = 0; i < derived.length; i += DIGEST) {
            if (i > 0) sha1.update(derived, i - DIGEST, DIGEST);
            sha1.update(passphrase);
            sha1.update(salt);
            System.arraycopy(sha1.digest(), 0, derived, i, DIGEST);
        }
        return derived;
    }

    static boolean isMagic(byte[] start) {
        return Arrays.equals(start, MAGIC);
    }
}
