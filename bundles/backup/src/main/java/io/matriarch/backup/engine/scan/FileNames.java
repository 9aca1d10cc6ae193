package io.matriarch.backup.engine.scan;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Names of files as the UTF-8 the manifest wants, whatever the agent's locale: in the locale C,
 * which the agent runs in, Java shows other bytes than ASCII as question marks and opens no file by
 * such a name. Only a path's URI tells the bytes, and takes them.
 */
final class FileNames {
    private static final int ASCII = 0x80;

    private FileNames() {}

    /** The last part of a path a folder's listing gave. */
    static String name(Path file) throws MatriarchException {
        var shown = String.valueOf(file.getFileName());
        if (isAscii(shown)) return shown;
        var uri = file.toUri().getRawPath();
        int end = uri.endsWith("/") ? uri.length() - 1 : uri.length();
        var bytes = unescape(uri.substring(uri.lastIndexOf('/', end - 1) + 1, end));
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new MatriarchException(
                    Code.BACKUP,
                    "the name of " + file + " is no UTF-8, and a manifest holds UTF-8 only",
                    "rename the file, or exclude its folder from backups; PostgreSQL makes no such"
                            + " names",
                    e);
        }
    }

    /**
     * @param relative parts with {@code /} between; empty: the folder itself
     */
    static Path resolve(Path folder, String relative) {
        if (relative.isEmpty()) return folder;
        if (isAscii(relative)) return folder.resolve(relative);
        var base = folder.toUri().toString();
        return Path.of(URI.create((base.endsWith("/") ? base : base + "/") + escape(relative)));
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) if (text.charAt(i) >= ASCII) return false;
        return true;
    }

    private static byte[] unescape(String text) {
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '%') bytes.write(text.charAt(i));
            else {
                bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            }
        }
        return bytes.toByteArray();
    }

    private static String escape(String text) {
        var escaped = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b == '/' || b == '.' || b == '_' || b == '-' || isAlphanumeric(b);
            if (plain) escaped.append((char) b);
            else escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
        }
        return escaped.toString();
    }

    private static boolean isAlphanumeric(byte b) {
        return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z';
    }
}
