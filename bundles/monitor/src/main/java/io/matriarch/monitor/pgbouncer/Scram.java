package io.matriarch.monitor.pgbouncer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * One login by SCRAM-SHA-256, without channel binding, as PostgreSQL speaks it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7677">RFC 7677</a>
 */
final class Scram {
    private static final int MOST_ITERATIONS = 1_000_000;

    private final String password;
    private final String nonce;
    private String exchanged = "";
    private byte[] salted = new byte[0];

    Scram(String password) {
        this(password, nonce());
    }

    /** With the nonce of an example. */
    Scram(String password, String nonce) {
        this.password = password;
        this.nonce = nonce;
    }

    private static String nonce() {
        var bytes = new byte[18];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** PostgreSQL takes the user from the startup message. */
    String first() {
        return "n,," + bare();
    }

    private String bare() {
        return "n=,r=" + nonce;
    }

    /**
     * @param challenge what the server answered to {@link #first}
     * @throws IOException it is none, or not to us
     */
    String last(String challenge) throws IOException {
        var fields = fields(challenge);
        var theirs = fields.getOrDefault("r", "");
        if (!theirs.startsWith(nonce) || theirs.length() == nonce.length())
            throw new IOException("the server's SCRAM challenge is not to our login");
        var ours = "c=biws,r=" + theirs; // biws: "n,,", no channel binding
        exchanged = bare() + "," + challenge + "," + ours;
        try {
            int iterations = Integer.parseInt(fields.getOrDefault("i", ""));
            if (iterations < 1 || iterations > MOST_ITERATIONS)
                throw new IOException("the server asks for %d iterations".formatted(iterations));
            salted = salted(Base64.getDecoder().decode(fields.getOrDefault("s", "")), iterations);
            var clientKey = hmac(salted, "Client Key");
            var signature = hmac(MessageDigest.getInstance("SHA-256").digest(clientKey), exchanged);
            for (int i = 0; i < signature.length; i++) signature[i] ^= clientKey[i];
            return ours + ",p=" + Base64.getEncoder().encodeToString(signature);
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new IOException("the server's SCRAM challenge cannot be read", e);
        }
    }

    /**
     * Whether the server knows the password as well.
     *
     * @param end what it answered to {@link #last}
     */
    boolean proves(String end) throws IOException {
        try {
            var expected = hmac(hmac(salted, "Server Key"), exchanged);
            return MessageDigest.isEqual(
                    expected, Base64.getDecoder().decode(fields(end).getOrDefault("v", "")));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new IOException("the server's SCRAM proof cannot be read", e);
        }
    }

    private byte[] salted(byte[] salt, int iterations) throws GeneralSecurityException {
        var key = new PBEKeySpec(password.toCharArray(), salt, iterations, 256);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(key)
                    .getEncoded();
        } finally {
            key.clearPassword();
        }
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> fields(String message) {
        var fields = new HashMap<String, String>();
        for (var field : message.replace("\0", "").split(","))
            if (field.length() > 2 && field.charAt(1) == '=')
                fields.put(field.substring(0, 1), field.substring(2));
        return fields;
    }

    /** PostgreSQL's older way: {@code md5} and the digest of the digest. */
    static String md5(String user, String password, byte[] salt) throws IOException {
        try {
            var hex = HexFormat.of();
            var digest = MessageDigest.getInstance("MD5");
            var inner =
                    hex.formatHex(
                            digest.digest((password + user).getBytes(StandardCharsets.UTF_8)));
            digest.update(inner.getBytes(StandardCharsets.US_ASCII));
            return "md5" + hex.formatHex(digest.digest(salt));
        } catch (GeneralSecurityException e) {
            throw new IOException("this Java runtime has no MD5", e);
        }
    }
}
