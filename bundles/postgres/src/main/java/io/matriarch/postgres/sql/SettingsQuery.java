package io.matriarch.postgres.sql;

import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the server runs with, and what it thinks of its files. */
public final class SettingsQuery {
    /** Present values: {@code owned} of the names asked for, {@code flagged} of those waiting. */
    public record Settings(Map<String, String> owned, Map<String, String> flagged) {}

    private SettingsQuery() {}

    public static Settings ask(Session session, Collection<String> names) throws SQLException {
        var owned = new HashMap<String, String>();
        var flagged = new HashMap<String, String>();
        for (Map<String, String> row :
                session.rows(
                        "SELECT name, current_setting(name) AS setting, pending_restart FROM pg_settings"
                                + " WHERE pending_restart OR name = ANY(string_to_array(?, ','))",
                        String.join(",", names))) {
            String name = row.getOrDefault("name", "");
            String value = row.getOrDefault("setting", "");
            if (names.contains(name)) owned.put(name, value);
            if (row.getOrDefault("pending_restart", "").startsWith("t")) flagged.put(name, value);
        }
        return new Settings(owned, flagged);
    }

    /** Lines of pg_hba.conf as it lies on disk that the server would refuse, with its reason. */
    public static List<String> hbaErrors(Session session) throws SQLException {
        return session
                .rows(
                        "SELECT 'line ' || line_number || ': ' || error AS trouble"
                                + " FROM pg_hba_file_rules WHERE error IS NOT NULL")
                .stream()
                .map(row -> row.getOrDefault("trouble", ""))
                .toList();
    }

    /** When this session last read the configuration files; changes with each reload. */
    public static String loadedAt(Session session) throws SQLException {
        return session.rows("SELECT pg_conf_load_time()::text AS at")
                .getFirst()
                .getOrDefault("at", "");
    }

    /** The postgresql.conf the server reads. */
    public static String configFile(Session session) throws SQLException {
        return session.rows("SELECT current_setting('config_file') AS file")
                .getFirst()
                .getOrDefault("file", "");
    }

    /** Present {@code primary_conninfo} and {@code primary_slot_name}. */
    public static Map<String, String> source(Session session) throws SQLException {
        return session.rows(
                        "SELECT current_setting('primary_conninfo', true) AS primary_conninfo,"
                                + " current_setting('primary_slot_name', true) AS primary_slot_name")
                .getFirst();
    }
}
