package io.matriarch.access.api;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password as it may lie in a file: {@code pbkdf2-sha512$ITERATIONS$SALT$HASH}, the last two in
 * base 64.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8018#section-5.2">RFC 8018, PBKDF2</a>
 */
public record PasswordHash(int iterations, String salt, String hash) {
    private static final String SCHEME = "pbkdf2-sha512";
    private static final int ITERATIONS = 210_000;
    private static final int LEAST = 100_000;
    private static final int MOST = 5_000_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /**
     * @throws IllegalArgumentException fewer than 100,000 or more than 5,000,000 iterations, or no
     *     base 64
     */
    public PasswordHash {
        if (iterations < LEAST || iterations > MOST)
            throw new IllegalArgumentException(
                    "%d iterations; %d to %d are taken".formatted(iterations, LEAST, MOST));
        int saltBytes = Base64.getDecoder().decode(salt).length;
        int hashBytes = Base64.getDecoder().decode(hash).length;
        if (saltBytes < SALT_BYTES || hashBytes != HASH_BYTES)
            throw new IllegalArgumentException(
                    "a salt of %d and a hash of %d bytes; at least %d and just %d are taken"
                            .formatted(saltBytes, hashBytes, SALT_BYTES, HASH_BYTES));
    }

    /** With a salt of its own each time. */
    public static PasswordHash of(String password) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new PasswordHash(
                ITERATIONS, encoded(salt), encoded(derived(password, salt, ITERATIONS)));
    }

    /**
     * @throws IllegalArgumentException names what is wrong with it, and never shows it
     */
    public static PasswordHash parse(String text) {
        var parts = text.split("\\$", -1);
        if (parts.length != 4 || !parts[0].equals(SCHEME) || !parts[1].matches("\\d{1,9}"))
            throw new IllegalArgumentException(
                    "not a hash of the form " + SCHEME + "$ITERATIONS$SALT$HASH");
        return new PasswordHash(Integer.parseInt(parts[1]), parts[2], parts[3]);
    }

    /** Takes as long for any wrong one: about a tenth of a second. */
    public boolean matches(String password) {
        var decoder = Base64.getDecoder();
        return MessageDigest.isEqual(
                decoder.decode(hash), derived(password, decoder.decode(salt), iterations));
    }

    private static byte[] derived(String password, byte[] salt, int iterations) {
        var key = new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BYTES * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(key)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2WithHmacSHA512", e);
        } finally {
            key.clearPassword();
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** As {@link #parse} reads it. */
    public String text() {
        return SCHEME + "$" + iterations + "$" + salt + "$" + hash;
    }

    @Override
    public String toString() {
        return SCHEME; // it must not get into a log
    }
}
