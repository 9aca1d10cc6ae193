package io.matriarch.backup.format;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A SHA-1, 20 bytes, kept in three numbers: a manifest may hold two of them for each of millions of
 * files.
 */
public record Sha1(long first, long second, int third) {
    public static final int BYTES = 20;
    private static final HexFormat HEX = HexFormat.of();

    /**
     * Reads 40 lower-case hexadecimal digits.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static Sha1 parse(String hex) {
        if (!isSha1(hex))
            throw new IllegalArgumentException(
                    "not a SHA-1: \"" + hex + "\", expected 40 lower-case hexadecimal digits");
        return new Sha1(
                HexFormat.fromHexDigitsToLong(hex, 0, 16),
                HexFormat.fromHexDigitsToLong(hex, 16, 32),
                HexFormat.fromHexDigits(hex, 32, 40));
    }

    public static boolean isSha1(String text) {
        if (text.length() != 2 * BYTES) return false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
        }
        return true;
    }

    /**
     * @throws IllegalArgumentException if these are not 20 bytes
     */
    public static Sha1 of(byte[] digest) {
        if (digest.length != BYTES)
            throw new IllegalArgumentException("a SHA-1 has 20 bytes, not " + digest.length);
        var bytes = ByteBuffer.wrap(digest);
        return new Sha1(bytes.getLong(), bytes.getLong(), bytes.getInt());
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(first).putLong(second).putInt(third).array();
    }

    /** 40 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return HEX.toHexDigits(first) + HEX.toHexDigits(second) + HEX.toHexDigits(third);
    }
}
