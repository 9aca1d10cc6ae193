package io.matriarch.management.core;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Whether a changing request comes from a page of another site. A browser attaches the user's Basic
 * credentials by itself, and on loopback there may be none at all, so any page could otherwise
 * press our buttons. Programs send no {@code Origin}.
 */
public final class Origin {
    private Origin() {}

    public static boolean foreign(@Nullable String origin, @Nullable String host) {
        if (origin == null) return false;
        if (host == null) return true;
        try {
            return !host.equalsIgnoreCase(String.valueOf(URI.create(origin).getRawAuthority()));
        } catch (IllegalArgumentException e) {
            return true; // an origin we cannot read is not ours
        }
    }
}
