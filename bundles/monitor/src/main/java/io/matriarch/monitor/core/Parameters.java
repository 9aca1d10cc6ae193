package io.matriarch.monitor.core;

import io.matriarch.monitor.api.Metric;
import io.matriarch.monitor.api.Native;
import java.util.List;
import java.util.Map;

/** The server's settings. */
final class Parameters {
    private Parameters() {}

    static List<Collector> collectors() {
        return List.of(values(), safety());
    }

    // S29. reset_val, not setting: what is so for others, not for our own session

    /** Stands for one metric per setting. */
    private static final Metric ANY =
            Metric.gauge(
                    "pg_settings_NAME",
                    "One metric for each setting that is a switch or a number, in seconds"
                            + " (pg_settings_NAME_seconds), bytes (pg_settings_NAME_bytes) or as it"
                            + " is.");

    private static final Map<String, Double> SECONDS =
            Map.of("us", 1e-6, "ms", 1e-3, "s", 1.0, "min", 60.0, "h", 3_600.0, "d", 86_400.0);
    private static final Map<String, Double> BYTES =
            Map.of(
                    "B",
                    1.0,
                    "kB",
                    1024.0,
                    "MB",
                    1048576.0,
                    "GB",
                    1073741824.0,
                    "TB",
                    1099511627776.0);

    private static Collector values() {
        return Collector.of("S29", Tier.SLOW)
                .upstream("settings")
                .sql(
                        12,
                        "SELECT name, reset_val AS setting, coalesce(unit,'') AS unit, vartype FROM pg_settings"
                                + " WHERE vartype IN ('bool','integer','real')")
                .reads((rows, _, out) -> rows.rows().forEach(row -> value(row, out)), ANY)
                .done();
    }

    private static void value(Rows.Row row, Samples out) {
        String unit = row.text("unit");
        int digits = 0;
        while (digits < unit.length() && Character.isDigit(unit.charAt(digits))) digits++;
        double times = digits == 0 ? 1 : Double.parseDouble(unit.substring(0, digits));
        String word = unit.substring(digits);
        String suffix = "";
        double factor = 1;
        if (SECONDS.containsKey(word)) {
            suffix = "_seconds";
            factor = SECONDS.get(word);
        } else if (BYTES.containsKey(word)) {
            suffix = "_bytes";
            factor = BYTES.get(word);
        }
        double value =
                row.text("vartype").equals("bool")
                        ? row.text("setting").equals("on") ? 1 : 0
                        : row.number("setting");
        if (value != -1) value *= factor * times; // -1 is a word: off, or without a limit
        String name = row.text("name").replaceAll("[^a-zA-Z0-9_]", "_");
        out.add(
                Metric.gauge("pg_settings_" + name + suffix, "Setting " + row.text("name") + "."),
                value);
    }

    // S29b

    private static final Metric PENDING =
            Native.gauge("pending_restart", "1 if a changed setting waits for a restart.");
    private static final Metric PENDING_COUNT =
            Native.gauge("pending_restart_parameters", "How many settings wait for a restart.");
    private static final Metric CHANGED =
            Native.gauge(
                    "settings_hash_changed_timestamp_seconds",
                    "When a setting last changed while we looked, in seconds since 1970.");
    private static final Metric UNSAFE =
            Native.gauge(
                    "settings_unsafe",
                    "1 for a setting with which data can be lost or damage goes unseen.",
                    "setting");

    private static Collector safety() {
        return Collector.of("S29b", Tier.SLOW)
                .sql(
                        12,
                        """
                        SELECT count(*) FILTER (WHERE pending_restart) AS pending,
                          md5(string_agg(name||'='||coalesce(reset_val,''), E'\\n' ORDER BY name)
                            FILTER (WHERE name NOT IN ('transaction_isolation','transaction_read_only','in_hot_standby','application_name'))) AS settings_hash,
                          bool_or(name='fsync' AND reset_val='off')::int AS fsync,
                          bool_or(name='full_page_writes' AND reset_val='off')::int AS full_page_writes,
                          bool_or(name='zero_damaged_pages' AND reset_val='on')::int AS zero_damaged_pages,
                          bool_or(name='ignore_checksum_failure' AND reset_val='on')::int AS ignore_checksum_failure,
                          bool_or(name='data_checksums' AND reset_val='off')::int AS data_checksums,
                          (bool_or(name='synchronous_commit' AND reset_val='off') AND bool_or(name='synchronous_standby_names' AND reset_val<>''))::int AS synchronous_commit
                        FROM pg_settings
                        """)
                .reads(Parameters::safety, PENDING, PENDING_COUNT, CHANGED, UNSAFE)
                .done();
    }

    private static void safety(Rows rows, Moment moment, Samples out) {
        var row = rows.first();
        out.add(PENDING, Math.min(1, row.number("pending")))
                .add(PENDING_COUNT, row.number("pending"));
        moment.memory()
                .settings(row.text("settings_hash"), moment.now())
                .ifPresent(at -> out.add(CHANGED, at.toEpochMilli() / 1e3));
        for (String setting :
                List.of(
                        "fsync",
                        "full_page_writes",
                        "zero_damaged_pages",
                        "ignore_checksum_failure",
                        "data_checksums",
                        "synchronous_commit"))
            if (row.number(setting) > 0) out.info(UNSAFE, setting);
    }
}
