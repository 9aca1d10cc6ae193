package io.matriarch.management.rest;

import io.matriarch.failover.api.Failover;
import io.matriarch.failover.api.MemberStatus;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Where the pages of members come from: scheme, host and port of each {@code api_url}. A page may
 * read from other members than its own, so that it outlives that one; from nowhere else.
 */
public final class MemberOrigins {
    /** Nothing that could end a directive of a policy or a header. */
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::\\d{1,5})?");

    private MemberOrigins() {}

    public static Set<String> of(Failover failover) {
        return of(failover.cluster().members().stream().map(MemberStatus::apiUrl).toList());
    }

    static Set<String> of(Collection<String> urls) {
        var origins = new TreeSet<String>();
        for (var url : List.copyOf(urls)) origin(url).ifPresent(origins::add);
        return origins;
    }

    private static Optional<String> origin(String url) {
        try {
            var uri = URI.create(url);
            var authority = String.valueOf(uri.getRawAuthority());
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return web && AUTHORITY.matcher(authority).matches()
                    ? Optional.of(uri.getScheme() + "://" + authority)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // what a member publishes there is no address
        }
    }
}
