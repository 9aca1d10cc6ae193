package io.matriarch.config.core;

import io.matriarch.config.Problem;
import io.matriarch.config.core.CronText.Read;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rules that look at more than one key of backups and schedules. */
final class BackupChecks {
    /** Of each codec: lowest, highest. */
    private static final Map<String, long[]> LEVELS =
            Map.of(
                    "zst", new long[] {-7, 22},
                    "lz4", new long[] {-5, 12},
                    "gz", new long[] {0, 9},
                    "bz2", new long[] {1, 9});

    private static final int MOST_TAGS = 10;

    private final Settings settings;
    private final List<Problem> problems = new ArrayList<>();

    private BackupChecks(Settings settings) {
        this.settings = settings;
    }

    static List<Problem> check(Settings settings) {
        var checks = new BackupChecks(settings);
        checks.repositories();
        checks.making();
        checks.schedules();
        return checks.problems;
    }

    private void problem(String path, String message, String hint) {
        problems.add(new Problem(settings.place(path), path, message, hint));
    }

    private void repositories() {
        var paths = settings.expand("backup.repositories[]");
        if (settings.has("backup") && paths.isEmpty())
            problem(
                    "backup",
                    "no repository is named",
                    "Set backup.repositories, such as [{name: local, directory: /backup}]");
        var names = new HashMap<String, String>();
        var places = new HashMap<String, String>();
        boolean required = paths.isEmpty();
        for (String path : paths) {
            unique(names, path, "name");
            name(path + ".name");
            place(path);
            cipher(path + ".cipher");
            String where = where(path);
            String other = places.put(where, path);
            if (other != null && !where.isEmpty())
                problem(path, "lies where " + other + " lies", "Give each its own place");
            required |= settings.bool(path + ".required").orElse(true);
        }
        if (!required)
            problem(
                    "backup.repositories",
                    "none is required",
                    "Leave required out, or true, for at least one: else WAL would count as archived"
                            + " without being anywhere");
    }

    private void unique(Map<String, String> seen, String path, String key) {
        settings.text(path + "." + key)
                .filter(name -> seen.put(name, path) != null)
                .ifPresent(name ->
                        problem(
                                path + "." + key,
                                '"' + name + "\" is there twice",
                                "Give each a name of its own"));
    }

    private void name(String path) {
        settings.text(path)
                .filter(name -> !name.matches("[A-Za-z0-9_-]{1,40}"))
                .ifPresent(name ->
                        problem(
                                path,
                                '"' + name + "\" cannot be a name",
                                "Use letters, digits, - and _, at most 40"));
    }

    private String where(String path) {
        return settings.text(path + ".directory")
                .map(directory -> directory.replaceFirst("/+$", ""))
                .or(() ->
                        settings.text(path + ".s3.bucket")
                                .map(bucket ->
                                        "s3://%s/%s %s"
                                                .formatted(
                                                        bucket,
                                                        settings.text(path + ".s3.prefix")
                                                                .orElse("")
                                                                .replaceAll("^/+|/+$", ""),
                                                        settings.text(path + ".s3.endpoint")
                                                                .orElse(""))))
                .orElse("");
    }

    private void place(String path) {
        boolean directory = settings.has(path + ".directory");
        boolean s3 = settings.has(path + ".s3");
        if (directory == s3)
            problem(
                    path,
                    directory ? "has both directory and s3" : "has neither directory nor s3",
                    "Give it exactly one of the two");
        if (directory) directory(path + ".directory");
        if (s3) s3(path + ".s3.");
    }

    private void directory(String path) {
        String directory = settings.text(path).orElse("");
        if (!directory.startsWith("/"))
            problem(
                    path,
                    '"' + directory + "\" is not an absolute path",
                    "Write it from the root, such as /var/lib/matriarch-backup");
        String data = settings.text("postgresql.data_dir").orElse("");
        if (CrossChecks.inside(directory, data) || CrossChecks.inside(data, directory))
            problem(
                    path,
                    '"' + directory + "\" and the data directory lie in one another",
                    "A backup that lies beside the data is lost with it: use another disk");
    }

    private void s3(String s3) {
        if (!settings.has(s3 + "bucket")) problem(s3 + "bucket", "is missing", "Name the bucket");
        boolean endpoint = settings.has(s3 + "endpoint");
        if (!endpoint && !settings.has(s3 + "region"))
            problem(s3 + "region", "is missing", "Name the bucket's region, or an endpoint");
        settings.text(s3 + "endpoint")
                .filter(url -> !url.matches("https?://[^/\\s]+/?"))
                .ifPresent(url ->
                        problem(
                                s3 + "endpoint",
                                '"' + url + "\" is not a URL of a server",
                                "Such as https://s3.example.org:9000, without a path"));
        keys(s3);
        encryption(s3);
        if (settings.map(s3 + "tags").size() > MOST_TAGS)
            problem(s3 + "tags", "has more than " + MOST_TAGS + " tags", "S3 takes no more");
    }

    private void keys(String s3) {
        boolean access = settings.has(s3 + "access_key");
        boolean secret = settings.has(s3 + "secret_key");
        boolean file = settings.has(s3 + "secret_key_file");
        if (access != (secret || file))
            problem(
                    s3 + (access ? "access_key" : secret ? "secret_key" : "secret_key_file"),
                    access ? "is set without its secret part" : "is set and access_key is not",
                    "Set access_key, and secret_key_file or secret_key");
        if (secret && file)
            problem(s3 + "secret_key", "is set, and secret_key_file too", "Keep one of them");
        if (access && settings.has(s3 + "profile"))
            problem(s3 + "profile", "is set, and access_key too", "Keep one of them");
        if (settings.has(s3 + "credentials_file") && !settings.has(s3 + "profile"))
            problem(
                    s3 + "credentials_file",
                    "is set and profile is not",
                    "Name the profile in it, such as profile: default");
    }

    private void encryption(String s3) {
        String sse = settings.text(s3 + "sse").orElse("none");
        if (settings.has(s3 + "sse_kms_key_id") && !sse.equals("kms"))
            problem(s3 + "sse_kms_key_id", "is set and sse is " + sse, "Set sse: kms");
        if (settings.has(s3 + "sse_customer_key_file") != sse.equals("customer"))
            problem(
                    s3 + "sse_customer_key_file",
                    sse.equals("customer") ? "is missing" : "is set and sse is " + sse,
                    "sse: customer and sse_customer_key_file belong together");
    }

    private void cipher(String cipher) {
        boolean on = settings.text(cipher + ".type").orElse("none").equals("aes-256-cbc");
        boolean text = settings.has(cipher + ".passphrase");
        boolean file = settings.has(cipher + ".passphrase_file");
        if (on && text == file)
            problem(
                    cipher,
                    text ? "has passphrase and passphrase_file" : "has no passphrase",
                    "Set one of passphrase_file and passphrase");
        if (!on && (text || file))
            problem(
                    cipher,
                    "has a passphrase, and no type that uses it",
                    "Set type: aes-256-cbc, or leave cipher out");
    }

    private void making() {
        String codec = settings.text("backup.compress").orElse("zst");
        settings.number("backup.compress_level")
                .ifPresent(level -> {
                    long[] range = LEVELS.get(codec);
                    if (range == null)
                        problem(
                                "backup.compress_level",
                                "is set and compress is none",
                                "Leave it out");
                    else if (level < range[0] || level > range[1])
                        problem(
                                "backup.compress_level",
                                "%d is no level of %s".formatted(level, codec),
                                "Possible: %d to %d".formatted(range[0], range[1]));
                });
        if (settings.bool("backup.block_incremental").orElse(false)
                && !settings.bool("backup.bundle").orElse(true))
            problem(
                    "backup.block_incremental",
                    "needs backup.bundle, which is off",
                    "Turn bundle on: stock pgBackRest wants both");
        settings.text("backup.stanza")
                .filter(stanza -> !stanza.matches("[^/\\s.][^/\\s]*"))
                .ifPresent(stanza ->
                        problem(
                                "backup.stanza",
                                '"' + stanza + "\" cannot name a stanza",
                                "No slashes and blanks, and no dot before it"));
    }

    private void schedules() {
        var names = new HashMap<String, String>();
        for (String path : settings.expand("schedules[]")) {
            unique(names, path, "name");
            name(path + ".name");
            settings.text(path + ".cron").ifPresent(cron -> cron(path + ".cron", cron));
            settings.text(path + ".zone").ifPresent(zone -> zone(path + ".zone", zone));
        }
        if (!settings.expand("schedules[]").isEmpty() && !settings.has("backup"))
            problem(
                    "schedules",
                    "there is no repository for them",
                    "Set backup.repositories, or leave schedules out");
    }

    private void cron(String path, String cron) {
        if (CronText.read(cron) instanceof Read.Bad(var why, var hint))
            problem(path, '"' + cron + "\" " + why, hint);
    }

    private void zone(String path, String zone) {
        try {
            ZoneId.of(zone);
        } catch (DateTimeException unknown) {
            problem(
                    path,
                    '"' + zone + "\" is not a time zone",
                    Nearest.to(zone, ZoneId.getAvailableZoneIds())
                            .map(near -> "Did you mean " + near + "?")
                            .orElse("Such as UTC or Europe/Vienna"));
        }
    }
}
