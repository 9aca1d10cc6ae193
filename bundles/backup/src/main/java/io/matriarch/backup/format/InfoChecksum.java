package io.matriarch.backup.format;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * SHA-1 of an info file as if it were one JSON object of sections: {@code
 * {"section":{"key":value,…},…}}. Keys are escaped here though they stand raw in the file; values
 * count as they stand.
 */
final class InfoChecksum {
    private final MessageDigest digest = sha1();
    private @Nullable String section;

    static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    void add(String section, String key, String value) {
        if (this.section == null) feed("{");
        if (section.equals(this.section)) {
            feed(",");
        } else {
            feed((this.section == null ? "\"" : "},\"") + section + "\":{");
            this.section = section;
        }
        if (JsonWriter.plain(key)) feed("\"" + key + "\":");
        else feed(JsonWriter.string(key) + ":");
        feed(value);
    }

    private void feed(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Ends it. */
    String hex() {
        feed(section == null ? "{}" : "}}");
        return HexFormat.of().formatHex(digest.digest());
    }
}
