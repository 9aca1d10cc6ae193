package io.matriarch.postgres.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a configured repository adds to the settings. Whoever said something himself, in {@code
 * matriarch.yml}, the cluster's dynamic configuration, the base of postgresql.conf or by ALTER
 * SYSTEM, keeps it, and is told what that means.
 *
 * @param merged the settings with what was added
 * @param notes one sentence for each of ours that gave way
 */
public record Archiving(Merged merged, List<String> notes) {
    /** What a base file is asked for. */
    public static final Set<String> NAMES =
            Set.of(
                    "archive_mode",
                    "archive_command",
                    "archive_library",
                    "archive_timeout",
                    "restore_command");

    /** At most a minute of commits is not in the archive, if the server stays idle. */
    private static final String TIMEOUT = "60s";

    public Archiving {
        notes = List.copyOf(notes);
    }

    /**
     * @param base values in force without our file, of {@link #NAMES}; missing or empty: none
     */
    public static Archiving of(Merged merged, WalCommands ours, Map<String, String> base) {
        if (ours.equals(WalCommands.NONE)) return new Archiving(merged, List.of());
        var parameters = new LinkedHashMap<>(merged.parameters());
        var recovery = new LinkedHashMap<>(merged.recovery());
        var notes = new ArrayList<String>();
        mode(parameters, base, notes);
        command(parameters, ours.archive(), base, notes);
        if (!isSet(parameters, "archive_timeout")
                && base.getOrDefault("archive_timeout", "0").equals("0"))
            parameters.put("archive_timeout", TIMEOUT);
        restore(recovery, ours.restore(), base, notes);
        return new Archiving(merged.with(parameters, recovery), notes);
    }

    private static void mode(
            Map<String, String> parameters, Map<String, String> base, List<String> notes) {
        String own = parameters.getOrDefault("archive_mode", "");
        if (own.isEmpty()) {
            // "off" of a base file is PostgreSQL's default, and no will of anybody.
            String found = base.getOrDefault("archive_mode", "");
            if (!Gucs.bool(found).orElse(found.equals("always")))
                parameters.put("archive_mode", "on");
        } else if (Gucs.bool(own).equals(Optional.of(false)))
            notes.add(
                    "archive_mode is off as you set it: no WAL reaches the repository, and backups"
                            + " cannot be restored to a point in time");
    }

    private static void command(
            Map<String, String> parameters,
            String ours,
            Map<String, String> base,
            List<String> notes) {
        for (String name : List.of("archive_command", "archive_library")) {
            String own = parameters.getOrDefault(name, base.getOrDefault(name, ""));
            if (own.isEmpty() || own.equals("(disabled)") || own.equals(ours)) continue;
            notes.add(
                    "%s stays \"%s\" as you set it: WAL reaches the repository only if that brings it there"
                            .formatted(name, own));
            return;
        }
        parameters.put("archive_command", ours);
    }

    private static void restore(
            Map<String, String> recovery,
            String ours,
            Map<String, String> base,
            List<String> notes) {
        String own =
                recovery.getOrDefault("restore_command", base.getOrDefault("restore_command", ""));
        if (own.isEmpty() || own.equals(ours)) recovery.put("restore_command", ours);
        else
            notes.add(
                    "restore_command stays \"%s\" as you set it: a standby that fell behind gets its WAL there"
                            .formatted(own));
    }

    private static boolean isSet(Map<String, String> parameters, String name) {
        return !parameters.getOrDefault(name, "").isEmpty();
    }
}
