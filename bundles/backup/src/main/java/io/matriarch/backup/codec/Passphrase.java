package io.matriarch.backup.codec;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Text that opens a part of an encrypted repository. Its UTF-8 bytes count, also where the text
 * looks like base64.
 *
 * @param text not empty
 */
public record Passphrase(String text) {
    private static final int RANDOM_BYTES = 48;

    public Passphrase {
        if (text.isEmpty()) throw new IllegalArgumentException("an empty passphrase");
    }

    /** A new one, as the format makes them for its parts: base64 of 48 random bytes. */
    public static Passphrase generate(SecureRandom random) {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new Passphrase(Base64.getEncoder().encodeToString(bytes));
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Never the text: this ends up in logs. */
    @Override
    public String toString() {
        return "Passphrase[…]";
    }
}
