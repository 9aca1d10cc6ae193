package io.matriarch.backup.codec;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-1 of what passes, and how much passed. The format's checksum; no protection against malice.
 */
public final class Sha1 {
    /** Of no bytes at all. */
    public static final String EMPTY = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

    // From direct buffers MessageDigest copies in small pieces; larger ones are faster.
    private static final int PIECE = 16 * 1024;

    private final MessageDigest digest = digest();
    private final byte[] piece = new byte[PIECE];
    private long count;

    /** Takes all remaining bytes. */
    public void update(ByteBuffer bytes) {
        count += bytes.remaining();
        if (bytes.hasArray()) {
            digest.update(bytes);
            return;
        }
        while (bytes.hasRemaining()) {
            int length = Math.min(PIECE, bytes.remaining());
            bytes.get(piece, 0, length);
            digest.update(piece, 0, length);
        }
    }

    public void update(byte[] bytes, int offset, int length) {
        count += length;
        digest.update(bytes, offset, length);
    }

    /** Bytes since the last {@link #finish}. */
    public long count() {
        return count;
    }

    /** 40 lower-case hexadecimal digits; the next byte begins anew. */
    public String finish() {
        count = 0;
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Of these bytes alone. */
    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-1", e);
        }
    }
}
