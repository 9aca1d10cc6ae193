package io.matriarch.cli.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes secrets out of parsed YAML and JSON, by the names of their keys. */
public final class Masked {
    static final String STARS = "***";

    /** Files that hold secrets are named by keys ending so; a path is no secret. */
    private static final Pattern NAMES_A_FILE = Pattern.compile(".*(file|path|dir)");

    private static final Pattern SECRET =
            Pattern.compile(
                    ".*(password|passwd|passphrase|secret|token|conninfo|credential|access_?key|routing_key|authorization|pgpass).*"
                            + "|key|pass|auth");

    /** In an address, and in a connection string. */
    private static final Pattern IN_TEXT =
            Pattern.compile("(://[^\\s/:@]+:)[^\\s/@]+(?=@)|((?:password|token|secret)=)[^\\s&]+");

    private Masked() {}

    /** A copy; whatever stands under a secret key is starred out, also if it has parts. */
    public static @Nullable Object of(@Nullable Object tree) {
        return switch (tree) {
            case null -> null;
            case Map<?, ?> map -> {
                var masked = new LinkedHashMap<String, @Nullable Object>();
                map.forEach((key, value) -> {
                    var name = String.valueOf(key);
                    masked.put(name, secret(name, value) ? STARS : of(value));
                });
                yield masked;
            }
            case Iterable<?> list -> {
                var masked = new ArrayList<@Nullable Object>();
                list.forEach(each -> masked.add(of(each)));
                yield masked;
            }
            case String text -> text(text);
            default -> tree;
        };
    }

    /**
     * Of Patroni's sections {@code authentication} only the passwords are, so a map is walked
     * through.
     */
    private static boolean secret(String key, @Nullable Object value) {
        var name = key.toLowerCase(Locale.ROOT);
        if (value == null || value instanceof Boolean || NAMES_A_FILE.matcher(name).matches())
            return false;
        return SECRET.matcher(name).matches();
    }

    /** Passwords within addresses and connection strings. */
    public static String text(String text) {
        return IN_TEXT.matcher(text)
                .replaceAll(match ->
                        (match.group(1) != null ? match.group(1) : match.group(2)) + STARS);
    }
}
