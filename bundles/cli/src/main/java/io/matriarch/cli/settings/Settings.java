package io.matriarch.cli.settings;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the members are, and who we are to them.
 *
 * @param urls base addresses of members' REST interfaces, the node's own first
 * @param cacert PEM; empty: the Java runtime's
 * @param cert PEM of the client certificate
 * @param key PEM; empty: in {@code cert}
 * @param insecure believe any server certificate
 * @param database PostgreSQL's, for queries
 * @param binDir where PostgreSQL's programs are
 */
public record Settings(
        List<URI> urls,
        Optional<String> username,
        Optional<String> password,
        Optional<Path> cacert,
        Optional<Path> cert,
        Optional<Path> key,
        Optional<String> keyPassword,
        boolean insecure,
        Optional<String> database,
        Optional<Path> binDir) {

    public Settings {
        urls = List.copyOf(urls);
    }

    /** The password stays out of logs and stack traces. */
    @Override
    public String toString() {
        return "Settings[urls=%s, username=%s]".formatted(urls, username.orElse(""));
    }

    public Settings withUrls(List<URI> other) {
        return new Settings(
                other,
                username,
                password,
                cacert,
                cert,
                key,
                keyPassword,
                insecure,
                database,
                binDir);
    }

    /** What is given takes the place of what is known; a certificate brings its own key. */
    public Settings withTls(
            Optional<Path> otherCacert, Optional<Path> otherCert, Optional<Path> otherKey) {
        boolean own = otherCert.isPresent();
        return new Settings(
                urls,
                username,
                password,
                otherCacert.or(() -> cacert),
                otherCert.or(() -> cert),
                own ? otherKey : key,
                keyPassword,
                insecure,
                database,
                binDir);
    }

    public Settings withInsecure() {
        return new Settings(
                urls, username, password, cacert, cert, key, keyPassword, true, database, binDir);
    }

    /**
     * Reads an address as people write it: {@code host:port}, {@code http://host:port}, or a
     * member's {@code api_url}. A path is cut off.
     *
     * @throws MatriarchException {@link Code#USAGE} if no host can be found in it
     */
    public static URI base(String text, String place) throws MatriarchException {
        String full = text.contains("://") ? text : "http://" + text;
        try {
            var uri = URI.create(full.trim());
            String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
            if (uri.getHost() != null
                    && uri.getUserInfo() == null
                    && (scheme.equals("http") || scheme.equals("https")))
                return URI.create(scheme + "://" + uri.getRawAuthority());
        } catch (IllegalArgumentException e) {
            throw badAddress(text, place, e);
        }
        throw badAddress(text, place, null);
    }

    private static MatriarchException badAddress(
            String text, String place, @org.jspecify.annotations.Nullable Throwable cause) {
        return new MatriarchException(
                Code.USAGE,
                "%s: \"%s\" is not the address of a member".formatted(place, text),
                "give HOST:PORT, http://HOST:PORT or https://HOST:PORT",
                cause);
    }
}
