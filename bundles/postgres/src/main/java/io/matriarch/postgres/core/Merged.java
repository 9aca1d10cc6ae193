package io.matriarch.postgres.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code postgresql} section in force: the cluster's, overridden by this node's, except where
 * only the cluster decides.
 *
 * @param owned parameters for the command line too, without those of {@code listen} and {@code
 *     scope}
 * @param cluster the cluster's own parameters as given; only wal_keep rules still look at them
 * @param parameters all others, for the file
 * @param hba lines; empty leaves the file alone
 * @param ident lines; empty leaves the file alone
 * @param basebackup Patroni's forms: a list, or a map
 * @param customConf another base than {@code postgresql.base.conf}
 * @param ignored local parameters only the cluster may set
 */
public record Merged(
        Map<String, String> owned,
        Map<String, String> cluster,
        Map<String, String> parameters,
        Map<String, String> recovery,
        List<String> hba,
        List<String> ident,
        Object basebackup,
        Optional<String> customConf,
        boolean useRewind,
        boolean useSlots,
        List<String> ignored) {

    /**
     * @param primary which of the role variants count ({@code parameters_primary}, {@code
     *     pg_hba_replica}…)
     * @throws IllegalArgumentException if a name or value cannot stand in postgresql.conf
     */
    public static Merged of(
            Map<String, Object> cluster, Map<String, Object> local, boolean primary) {
        String role = primary ? "_primary" : "_replica";
        var clusterParameters = parameters(cluster, role);
        var localParameters = parameters(local, role);
        var parameters = new LinkedHashMap<String, String>();
        var ignored = new ArrayList<String>();
        clusterParameters.forEach((name, value) -> {
            if (!Gucs.clusterOnly(name)) parameters.put(name, value);
        });
        localParameters.forEach((name, value) -> {
            if (Gucs.clusterOnly(name)) ignored.add(name);
            else parameters.put(name, value);
        });
        var recovery = texts(cluster.get("recovery_conf"));
        recovery.putAll(texts(local.get("recovery_conf")));
        Gucs.RECOVERY.forEach( // where Patroni's users put restore_command as well
                name -> {
                    String value = parameters.remove(name);
                    if (value != null) recovery.putIfAbsent(name, value);
                });
        recovery.remove("standby_mode"); // of PostgreSQL 11 and before
        return new Merged(
                Gucs.owned(clusterParameters),
                clusterParameters,
                parameters,
                recovery,
                lines(cluster, local, "pg_hba", role),
                lines(cluster, local, "pg_ident", role),
                first(local.get("basebackup"), cluster.get("basebackup"), List.of()),
                Optional.of(first(local.get("custom_conf"), cluster.get("custom_conf"), ""))
                        .map(Object::toString)
                        .filter(text -> !text.isBlank()),
                flag(first(local.get("use_pg_rewind"), cluster.get("use_pg_rewind"), false)),
                flag(first(cluster.get("use_slots"), true)),
                ignored);
    }

    /** The same with other parameters for the files. */
    Merged with(Map<String, String> parameters, Map<String, String> recovery) {
        return new Merged(
                owned,
                cluster,
                parameters,
                recovery,
                hba,
                ident,
                basebackup,
                customConf,
                useRewind,
                useSlots,
                ignored);
    }

    /** With recovery settings that win over those of the same name. */
    public Merged withRecovery(Map<String, String> winning) {
        if (winning.isEmpty()) return this;
        var all = new LinkedHashMap<>(recovery);
        all.putAll(winning);
        return with(parameters, all);
    }

    /** With another value of a parameter that stands in the file only. */
    public Merged with(String name, String value) {
        var changed = new LinkedHashMap<>(parameters);
        changed.put(name, value);
        return new Merged(
                owned,
                cluster,
                changed,
                recovery,
                hba,
                ident,
                basebackup,
                customConf,
                useRewind,
                useSlots,
                ignored);
    }

    private static Map<String, String> parameters(Map<String, Object> section, String role) {
        var values = texts(section.get("parameters"));
        values.putAll(texts(section.get("parameters" + role)));
        for (String name : values.keySet())
            if (!ConfText.isName(name))
                throw new IllegalArgumentException("\"" + name + "\" is no name of a parameter");
        values.values().forEach(ConfText::quote); // a value that cannot be written is told here
        return values;
    }

    private static List<String> lines(
            Map<String, Object> cluster, Map<String, Object> local, String key, String role) {
        Object value =
                first(
                        local.get(key + role),
                        cluster.get(key + role),
                        local.get(key),
                        cluster.get(key),
                        List.of());
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static Map<String, String> texts(@org.jspecify.annotations.Nullable Object map) {
        var values = new LinkedHashMap<String, String>();
        if (map instanceof Map<?, ?> entries)
            entries.forEach((name, value) -> {
                if (value != null)
                    values.put(String.valueOf(name).toLowerCase(Locale.ROOT), text(value));
            });
        return values;
    }

    private static String text(Object value) {
        return switch (value) {
            case Boolean on -> on ? "on" : "off";
            case List<?> list -> String.join(",", list.stream().map(String::valueOf).toList());
            default -> value.toString();
        };
    }

    private static boolean flag(Object value) {
        return value instanceof Boolean on ? on : Gucs.bool(value.toString()).orElse(false);
    }

    private static Object first(@org.jspecify.annotations.Nullable Object... candidates) {
        for (Object candidate : candidates) if (candidate != null) return candidate;
        throw new IllegalArgumentException("no fallback given");
    }
}
