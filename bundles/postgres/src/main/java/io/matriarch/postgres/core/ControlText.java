package io.matriarch.postgres.core;

import io.matriarch.api.Lsn;
import io.matriarch.api.SystemId;
import io.matriarch.postgres.api.ControlData;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What {@code pg_controldata} prints in the C locale. */
public final class ControlText {
    private ControlText() {}

    /** Empty if an expected line is missing or unreadable. */
    public static Optional<ControlData> parse(String output) {
        var values = new HashMap<String, String>();
        output.lines()
                .forEach(line -> {
                    int colon = line.indexOf(':');
                    if (colon > 0)
                        values.put(
                                line.substring(0, colon).strip(),
                                line.substring(colon + 1).strip());
                });
        try {
            return Optional.of(
                    new ControlData(
                            new SystemId(text(values, "Database system identifier")),
                            text(values, "Database cluster state"),
                            Lsn.parse(text(values, "Latest checkpoint location")),
                            number(values, "Latest checkpoint's TimeLineID"),
                            Lsn.parse(text(values, "Minimum recovery ending location")),
                            number(values, "Min recovery ending loc's timeline"),
                            number(values, "Data page checksum version") != 0,
                            text(values, "wal_log_hints setting").equals("on"),
                            number(values, "max_connections setting"),
                            number(values, "max_worker_processes setting"),
                            number(values, "max_wal_senders setting"),
                            number(values, "max_prepared_xacts setting"),
                            number(values, "max_locks_per_xact setting")));
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // another version's words: unknown is the answer, not a guess
        }
    }

    private static String text(Map<String, String> values, String name) {
        return values.getOrDefault(name, "");
    }

    private static int number(Map<String, String> values, String name) {
        return Integer.parseInt(text(values, name));
    }
}
