package io.matriarch.failover.rest;

import io.matriarch.access.api.AccessRole;
import io.matriarch.access.api.PasswordHash;
import io.matriarch.failover.rest.core.Users;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users of {@code security.users}, read anew when the file has changed. A file that cannot be
 * read lets nobody in, and says so.
 */
final class UsersFile {
    private static final Logger LOG = LoggerFactory.getLogger(UsersFile.class);
    private static final int KNOWN = 100;

    /** A user nobody is; no password is known to have this hash. */
    static final Users.User NOBODY =
            new Users.User(
                    "",
                    AccessRole.VIEWER,
                    new PasswordHash(
                            210_000,
                            Base64.getEncoder().encodeToString(new byte[16]),
                            Base64.getEncoder().encodeToString(new byte[32])));

    private final Path file;
    private final byte[] secret = new byte[32];

    /** A right password costs a tenth of a second; these need not pay it again. Under the lock. */
    private final Map<String, byte[]> known =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
                    return size() > KNOWN;
                }
            };

    private Users users = new Users(Map.of());
    private @Nullable FileTime read;
    private String trouble = "";

    UsersFile(Path file) {
        this.file = file;
        new SecureRandom().nextBytes(secret);
    }

    synchronized Users users() {
        try {
            var changed = Files.getLastModifiedTime(file);
            if (changed.equals(read)) return users;
            users = Users.parse(Files.readString(file));
            read = changed;
            known.clear();
            if (!trouble.isEmpty()) LOG.info("security.users: {} is read again", file);
            trouble = "";
        } catch (IOException | IllegalArgumentException e) {
            users = new Users(Map.of());
            read = null;
            known.clear();
            var why = String.valueOf(e.getMessage());
            if (!why.equals(trouble))
                LOG.error("security.users: {}: {}; nobody of it is let in", file, why);
            trouble = why;
        }
        return users;
    }

    /** One at a time: whoever guesses waits for those who guessed before. */
    synchronized boolean right(Users.User user, String password) {
        PasswordHash hash = user.hash();
        if (hash == null) return false;
        var digest = digest(password);
        var before = known.get(hash.text());
        if (before != null && MessageDigest.isEqual(before, digest)) return true;
        if (!hash.matches(password)) return false;
        known.put(hash.text(), digest);
        return true;
    }

    private byte[] digest(String password) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** Name and password of a header of HTTP Basic; null if it is none. */
    static String @Nullable [] basic(String header) {
        if (!header.regionMatches(true, 0, "basic ", 0, 6)) return null;
        try {
            var pair =
                    new String(
                            Base64.getDecoder().decode(header.substring(6).strip()),
                            StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0
                    ? null
                    : new String[] {pair.substring(0, colon), pair.substring(colon + 1)};
        } catch (IllegalArgumentException e) {
            LOG.debug("not base 64 in an Authorization header", e);
            return null;
        }
    }
}
