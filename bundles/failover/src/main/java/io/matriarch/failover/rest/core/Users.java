package io.matriarch.failover.rest.core;

import io.matriarch.access.api.AccessRole;
import io.matriarch.access.api.PasswordHash;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Users as a file holds them, one line each: {@code NAME ROLE HASH}, or {@code NAME ROLE
 * certificate} for somebody known by a client certificate with that common name. Empty lines and
 * lines that begin with {@code #} say nothing.
 */
public record Users(Map<String, User> byName) {
    private static final String CERTIFICATE = "certificate";
    private static final String PATCH_OR_PUT = "PATCH|PUT";

    /**
     * @param hash null for one known by a certificate
     */
    public record User(String name, AccessRole role, @Nullable PasswordHash hash) {}

    public Users {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /**
     * @throws IllegalArgumentException names the line, and what would be right
     */
    public static Users parse(String text) {
        var users = new LinkedHashMap<String, User>();
        int number = 0;
        for (var line : text.lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) continue;
            var user = user(line, number);
            if (users.put(user.name(), user) != null)
                throw new IllegalArgumentException(
                        "line %d: \"%s\" is there twice".formatted(number, user.name()));
        }
        return new Users(users);
    }

    private static User user(String line, int number) {
        var parts = line.strip().split("\\s+");
        if (parts.length != 3)
            throw new IllegalArgumentException(
                    "line %d: expected NAME ROLE HASH, found %d words"
                            .formatted(number, parts.length));
        if (parts[0].contains(":"))
            throw new IllegalArgumentException(
                    "line %d: a name with a colon cannot be sent by HTTP Basic".formatted(number));
        var role =
                AccessRole.of(parts[1])
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "line %d: the role is \"%s\"; expected viewer, operator or admin"
                                                .formatted(number, parts[1])));
        if (parts[2].equals(CERTIFICATE)) return new User(parts[0], role, null);
        try {
            return new User(parts[0], role, PasswordHash.parse(parts[2]));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "line %d: %s; matriarchctl hash-password makes one"
                            .formatted(number, e.getMessage()),
                    e);
        }
    }

    /** One known by a certificate with that common name. */
    public Optional<User> certified(String commonName) {
        return Optional.ofNullable(byName.get(commonName)).filter(user -> user.hash() == null);
    }

    /** One with a password. */
    public Optional<User> named(String name) {
        return Optional.ofNullable(byName.get(name)).filter(user -> user.hash() != null);
    }

    /**
     * What a request that is not free for all needs.
     *
     * @param path without its query
     */
    public static AccessRole needed(String method, String path) {
        if (gated(path)) return AccessRole.VIEWER;
        var segment = Routes.firstSegment(path);
        var clean = path.replaceAll("/+", "/");
        boolean configures =
                method.matches(PATCH_OR_PUT) && segment.equals("config")
                        || clean.startsWith("/api/v1/promote-cluster")
                        || clean.startsWith("/api/v1/demote-cluster")
                        || clean.startsWith("/api/v1/replacement");
        boolean ends = clean.startsWith("/api/v1/shutdown") || segment.equals("sigterm");
        boolean updates = clean.startsWith("/api/v1/bundles/");
        return configures || ends || updates ? AccessRole.ADMIN : AccessRole.OPERATOR;
    }

    /** Behind it stands the gate of JMX, which knows what each call in the body needs. */
    public static boolean gated(String path) {
        return path.equals("/jolokia");
    }
}
