package io.matriarch.monitor.osgi;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.monitor.collect.Collection;
import io.matriarch.monitor.collect.Intervals;
import io.matriarch.monitor.core.Compatible;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.sql.Login;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;

/** Makes settings of a configuration. */
final class SettingsReader {
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
                        config.compatPatroniMaster()));
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
