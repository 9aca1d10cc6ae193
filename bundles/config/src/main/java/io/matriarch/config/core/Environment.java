package io.matriarch.config.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The names of the environment variables that override keys, following Patroni's pattern. */
public final class Environment {
    private Environment() {}

    /** The whole configuration as YAML, for a container without a file. */
    public static final String WHOLE = "PATRONI_CONFIGURATION";

    private static final String PREFIX = "PATRONI_";
    private static final List<String> SECTIONS =
            List.of("restapi", "ctl", "postgresql", "log", "etcd3");

    /** Variable name to key, for all keys that have one. */
    public static Map<String, Key> variables(Schema schema) {
        var variables = new LinkedHashMap<String, Key>();
        for (var key : schema.all()) {
            var name = name(key.path());
            if (!name.isEmpty()) variables.put(name, key);
        }
        return variables;
    }

    /** The variable that overrides the key, or an empty text if none does. */
    public static String name(String path) {
        var parts = path.split("\\.");
        if (path.contains("*") || path.contains(Schema.EACH)) return "";
        if (parts.length == 1)
            return List.of("name", "namespace", "scope").contains(path) ? variable(path) : "";
        if (path.startsWith("postgresql.authentication."))
            return parts.length == 4 ? variable(parts[2], parts[3]) : "";
        if (!SECTIONS.contains(parts[0])) return "";
        if (parts.length == 2) return variable(parts[0], parts[1]);
        return parts[1].equals("authentication") ? variable(parts[0], parts[2]) : "";
    }

    /** The key a variable such as {@code PATRONI_POSTGRESQL_BIN_PG_CTL} means, or an empty text. */
    public static String binary(String variable) {
        var prefix = PREFIX + "POSTGRESQL_BIN_";
        return variable.startsWith(prefix) && !variable.equals(prefix + "DIR")
                ? "postgresql.bin_name."
                        + variable.substring(prefix.length()).toLowerCase(Locale.ROOT)
                : "";
    }

    public static boolean ours(String variable) {
        return variable.startsWith(PREFIX) && !variable.equals(WHOLE);
    }

    private static String variable(String... parts) {
        return PREFIX + String.join("_", parts).toUpperCase(Locale.ROOT);
    }
}
