package io.matriarch.failover.rest.core;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A query string as Patroni reads one: of a repeated name the first counts, blank values do not.
 */
public final class Query {
    private Query() {}

    public static Map<String, String> parse(@Nullable String query) {
        var values = new LinkedHashMap<String, String>();
        if (query == null) return values;
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0 || equals == pair.length() - 1) continue;
            values.putIfAbsent(
                    decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
        }
        return values;
    }

    private static String decoded(String text) {
        try {
            return java.net.URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text; // a stray % stands for itself
        }
    }
}
