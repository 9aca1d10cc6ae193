package io.matriarch.backup.osgi;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.BundleRule;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.engine.BackupRequest;
import io.matriarch.backup.engine.core.Pacing;
import io.matriarch.backup.engine.core.SourceChoice.Preference;
import io.matriarch.backup.engine.sql.ServerAccess;
import io.matriarch.backup.format.BackupType;
import io.matriarch.postgres.api.HostPort;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How backups are made, out of the section {@code backup}. */
final class ConfiguredBackup {
    /** What a backup may cost the cluster before it slows down. */
    private static final long LAG_BYTES = 256L << 20;

    private static final Duration COMMIT = Duration.ofMillis(250);

    private ConfiguredBackup() {}

    static BackupRequest request(BackupConfig config, BackupType type) {
        var compression = compression(config);
        return new BackupRequest(
                type,
                compression,
                level(config, compression),
                config.bundle()
                        ? Optional.of(new BundleRule(config.bundleLimit(), config.bundleSize()))
                        : Optional.empty(),
                config.bundle() && config.blockIncremental(),
                false,
                config.checksumPage(),
                config.startFast(),
                true,
                Duration.ofSeconds(config.archiveTimeout()),
                config.processes(),
                pacing(config.rateLimit()),
                true,
                List.of(config.exclude()),
                Map.of(),
                ZoneOffset.UTC);
    }

    static Compression compression(BackupConfig config) {
        return Compression.of(config.compress()).orElse(Compression.ZST);
    }

    static int level(BackupConfig config, Compression compression) {
        return config.compressLevel().isBlank()
                ? compression.defaultLevel()
                : Integer.parseInt(config.compressLevel());
    }

    private static Pacing pacing(long rateLimit) {
        return new Pacing(
                rateLimit > 0 ? rateLimit : Long.MAX_VALUE,
                Optional.of(LAG_BYTES),
                Optional.of(COMMIT));
    }

    static Preference preference(String from) {
        return switch (from) {
            case "primary" -> Preference.PRIMARY;
            case "standby" -> Preference.STANDBY;
            default -> Preference.PREFER_STANDBY;
        };
    }

    /**
     * The superuser's session with a member.
     *
     * @param authentication the section of that name, JSON
     */
    static ServerAccess access(String authentication, HostPort address, String database)
            throws MatriarchException {
        Map<String, String> options = superuser(authentication);
        String user = options.getOrDefault("username", "postgres");
        String password = options.getOrDefault("password", "");
        options.keySet().removeAll(List.of("username", "password"));
        return new ServerAccess(address, database, user, password, options);
    }

    private static Map<String, String> superuser(String authentication) throws MatriarchException {
        var texts = new LinkedHashMap<String, String>();
        try {
            if (JSON.std.mapFrom(authentication).get("superuser") instanceof Map<?, ?> map)
                map.forEach((key, value) -> texts.put(String.valueOf(key), String.valueOf(value)));
            return texts;
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.CONFIG,
                    "postgresql.authentication is no JSON object",
                    "Give a YAML mapping.",
                    e);
        }
    }
}
