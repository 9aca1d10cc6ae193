package io.matriarch.monitor.osgi;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.backup.api.Backups;
import io.matriarch.backup.api.WalArchive;
import io.matriarch.dcs.api.Dcs;
import io.matriarch.failover.api.Failover;
import io.matriarch.monitor.collect.Collection;
import io.matriarch.monitor.collect.Facts;
import io.matriarch.monitor.collect.Intervals;
import io.matriarch.monitor.collect.PeersTask;
import io.matriarch.monitor.collect.RepositoriesTask;
import io.matriarch.monitor.collect.StoreTask;
import io.matriarch.monitor.collect.Task;
import io.matriarch.monitor.core.Compatible;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.haproxy.HaproxyTask;
import io.matriarch.monitor.host.CertificatesTask;
import io.matriarch.monitor.host.HostTask;
import io.matriarch.monitor.host.JvmTask;
import io.matriarch.monitor.host.KernelTask;
import io.matriarch.monitor.pgbouncer.PgBouncerTask;
import io.matriarch.monitor.sql.Login;
import io.matriarch.schedule.api.ClusterJobs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Makes settings of a configuration. */
final class SettingsReader {
    private static final Path PROC = Path.of("/proc");
    private static final Duration REPOSITORIES = Duration.ofMinutes(5);

    private SettingsReader() {}

    /**
     * @throws IllegalArgumentException the login is no JSON object, or has no user
     */
    static Collection.Settings read(MonitorConfig config) {
        return new Collection.Settings(
                new Identity(config.scope(), config.name()),
                login(config),
                new Intervals(
                        Duration.ofSeconds(config.fastSeconds()),
                        Duration.ofSeconds(config.normalSeconds()),
                        Duration.ofSeconds(config.slowSeconds()),
                        Duration.ofSeconds(config.hourlySeconds())),
                config.tables(),
                Set.of(config.excludeDatabases()),
                new Compatible(
                        config.compatPostgresExporter(),
                        config.compatPatroni(),
                        config.compatPatroniMaster()),
                new Facts(
                        config.version(),
                        Runtime.version().toString(),
                        config.rpoObjectiveSeconds(),
                        config.rtoObjectiveSeconds()));
    }

    /** What is asked beside PostgreSQL. */
    static List<Task> further(
            MonitorConfig config,
            Collection.Settings settings,
            Supplier<Optional<Dcs>> dcs,
            Supplier<Optional<Failover>> failover,
            Supplier<Optional<Backups>> backups,
            Supplier<Optional<WalArchive>> archive,
            Supplier<Optional<ClusterJobs>> jobs) {
        var we = settings.identity();
        var intervals = settings.intervals();
        var data = Path.of(config.dataDir());
        var volumes = Map.of("data", data, "wal", data.resolve("pg_wal"), "spool", state(config));
        var tasks = new ArrayList<Task>();
        tasks.add(new HostTask(we, volumes, PROC, intervals.normal()));
        tasks.add(new JvmTask(we, PROC, intervals.slow()));
        tasks.add(new StoreTask(we, dcs, intervals.normal()));
        tasks.add(new PeersTask(we, failover, intervals.normal()));
        tasks.add(new KernelTask(we, volumes, intervals.slow()));
        tasks.add(new RepositoriesTask(we, backups, archive, jobs, REPOSITORIES));
        if (config.certificates().length > 0)
            tasks.add(new CertificatesTask(we, certificates(config), intervals.hourly()));
        if (!config.pgbouncer().isBlank())
            tasks.add(new PgBouncerTask(we, pgbouncer(config), intervals.normal()));
        if (!config.haproxyUrl().isBlank())
            tasks.add(new HaproxyTask(we, URI.create(config.haproxyUrl()), intervals.normal()));
        return tasks;
    }

    private static PgBouncerTask.Settings pgbouncer(MonitorConfig config) {
        try {
            var section = JSON.std.mapFrom(config.pgbouncer());
            return new PgBouncerTask.Settings(
                    String.valueOf(section.get("host")),
                    Integer.parseInt(String.valueOf(section.get("port"))),
                    String.valueOf(section.get("username")),
                    String.valueOf(section.getOrDefault("password", "")));
        } catch (IOException | NumberFormatException e) {
            throw new IllegalArgumentException("monitor.pgbouncer cannot be read", e);
        }
    }

    private static Path state(MonitorConfig config) {
        return Path.of(config.stateDir());
    }

    private static List<Map.Entry<String, Path>> certificates(MonitorConfig config) {
        return Arrays.stream(config.certificates())
                .map(entry -> entry.split("=", 2))
                .map(parts -> Map.entry(parts[0], Path.of(parts[1])))
                .toList();
    }

    private static Optional<Login> login(MonitorConfig config) {
        if (config.login().isBlank()) return Optional.empty();
        var options = new LinkedHashMap<String, String>();
        try {
            JSON.std
                    .mapFrom(config.login())
                    .forEach((key, value) -> options.put(key, String.valueOf(value)));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "postgresql.authentication.monitor must be a mapping", e);
        }
        String user = options.remove("username");
        String password = options.remove("password");
        if (user == null || user.isBlank())
            throw new IllegalArgumentException(
                    "postgresql.authentication.monitor.username is missing; name a role with"
                            + " pg_monitor");
        return Optional.of(
                new Login(user, password == null ? "" : password, config.database(), options));
    }
}
