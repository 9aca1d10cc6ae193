package io.matriarch.config.core;

import io.matriarch.config.core.CronText.Read;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Backups and schedules to what ConfigAdmin is fed: each item of a list is one JSON object. */
final class BackupMapping {
    private static final List<String> SCALARS =
            List.of(
                    "compress",
                    "compress_level",
                    "processes",
                    "bundle",
                    "bundle_size",
                    "bundle_limit",
                    "block_incremental",
                    "from",
                    "rate_limit",
                    "checksum_page",
                    "start_fast",
                    "archive.timeout",
                    "archive.processes",
                    "archive.prefetch");

    private BackupMapping() {}

    static Map<String, Object> backup(Settings settings, String program) {
        var repositories = new ArrayList<String>();
        for (String path : settings.expand("backup.repositories[]"))
            repositories.add(Properties.json(settings.map(path)));
        var properties =
                new Properties(settings)
                        .scalar("scope", "scope")
                        .scalar("name", "name")
                        .scalar("stanza", "scope")
                        .scalar("stanza", "backup.stanza")
                        .put("stateDir", Defaults.stateDir(settings))
                        .scalar("dataDir", "postgresql.data_dir")
                        .put("spoolDir", Defaults.stateDir(settings) + "/spool")
                        .scalar("spoolDir", "backup.spool_dir")
                        .put("repositories", repositories)
                        .texts("exclude", "backup.exclude")
                        .json("authentication", "postgresql.authentication")
                        .scalar("stockLockDir", "backup.stock_lock_dir")
                        .scalar("drillDirectory", "backup.drill.directory")
                        .texts("drillSql", "backup.drill.sql")
                        .put("restoreCommand", restoreCommand(settings, program));
        for (String key : SCALARS)
            properties.scalar(Mapping.camel(key.replace('.', '_')), "backup." + key);
        return properties.done();
    }

    /** By which PostgreSQL reaches the agent's WAL archive; its {@code %} stand for themselves. */
    static Map<String, Object> commands(Settings settings, String program) {
        var begin = begin(settings, program);
        var wait =
                settings.number("backup.archive.timeout")
                        .map(seconds -> " --wait " + seconds)
                        .orElse("");
        return Map.of(
                "archiveCommand",
                begin + wait + " push \"%p\"",
                "restoreCommand",
                restoreCommand(settings, program));
    }

    private static String restoreCommand(Settings settings, String program) {
        return begin(settings, program) + " get %f \"%p\"";
    }

    private static String begin(Settings settings, String program) {
        return quoted(program)
                + " --socket "
                + quoted(Defaults.stateDir(settings) + "/run/wal.sock");
    }

    /** A word for the shell, with what PostgreSQL would replace doubled. */
    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''").replace("%", "%%") + "'";
    }

    static Map<String, Object> schedule(Settings settings) {
        var schedules = new ArrayList<String>();
        for (String path : settings.expand("schedules[]")) {
            var schedule = new LinkedHashMap<>(settings.map(path));
            schedule.computeIfPresent("cron", (_, cron) -> quartz(String.valueOf(cron)));
            schedules.add(Properties.json(schedule));
        }
        return new Properties(settings)
                .scalar("scope", "scope")
                .scalar("name", "name")
                .put("namespace", Mapping.namespace(settings))
                .put("schedules", schedules)
                .done();
    }

    private static String quartz(String cron) {
        if (CronText.read(cron) instanceof Read.Good(var quartz)) return quartz;
        throw new IllegalStateException("checked before: " + cron);
    }
}
