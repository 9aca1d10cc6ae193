package io.matriarch.postgres.core;

import io.matriarch.postgres.api.PendingRestart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which parameters wait for a restart. */
public final class Pending {
    private Pending() {}

    /**
     * @param wanted what the command line of the next start says
     * @param running those parameters as {@code pg_settings} has them
     * @param flagged parameters PostgreSQL itself says wait, with their present value
     * @param file the values the generated file has
     */
    public static List<PendingRestart> of(
            Map<String, String> wanted,
            Map<String, String> running,
            Map<String, String> flagged,
            Map<String, String> file) {
        var found = new TreeMap<String, PendingRestart>();
        flagged.forEach((name, old) -> {
            if (!excluded(name))
                found.put(name, new PendingRestart(name, old, file.getOrDefault(name, "default")));
        });
        wanted.forEach((name, value) -> {
            String old = running.get(name);
            if (old != null && !excluded(name) && !old.equals(value))
                found.put(name, new PendingRestart(name, old, value));
        });
        return new ArrayList<>(found.values());
    }

    private static boolean excluded(String name) {
        return Gucs.RECOVERY.contains(name) || Set.of("hot_standby").contains(name);
    }
}
