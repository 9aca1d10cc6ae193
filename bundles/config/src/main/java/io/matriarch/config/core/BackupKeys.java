package io.matriarch.config.core;

import static io.matriarch.config.core.Key.of;

import java.util.ArrayList;
import java.util.List;

/** Where backups and WAL go, how they are made and how long they are kept; what runs when. */
final class BackupKeys {
    private static final String REPOSITORY = "backup.repositories[].";
    private static final String S3 = REPOSITORY + "s3.";
    private static final String RETENTION = REPOSITORY + "retention.";
    private static final String SCHEDULE = "schedules[].";

    private BackupKeys() {}

    static List<Key> all() {
        var keys = new ArrayList<Key>();
        keys.addAll(repository());
        keys.addAll(s3());
        keys.addAll(cipher());
        keys.addAll(retention());
        keys.addAll(making());
        keys.addAll(archive());
        keys.addAll(drill());
        keys.addAll(schedules());
        return keys;
    }

    private static List<Key> repository() {
        return List.of(
                of(
                                "backup.stanza",
                                Type.TEXT,
                                "Name of this cluster in its repositories, as pgBackRest calls it;"
                                        + " several clusters can share one.")
                        .fallback("scope"),
                of(
                                REPOSITORY + "name",
                                Type.TEXT,
                                "Name of this repository in commands and messages: unique; letters,"
                                        + " digits, - and _.")
                        .must(),
                of(
                        REPOSITORY + "directory",
                        Type.PATH,
                        "A directory of this node, or better one mounted on all members. Either"
                                + " this or s3."),
                of(
                                REPOSITORY + "required",
                                Type.BOOL,
                                "Whether WAL counts as archived only once this repository has it,"
                                        + " and a backup as made. At least one must be.")
                        .fallback("true"));
    }

    private static List<Key> s3() {
        return List.of(
                of(S3 + "bucket", Type.TEXT, "The bucket; it must exist."),
                of(S3 + "prefix", Type.TEXT, "Folder of the repository in the bucket.")
                        .fallback("the bucket's root"),
                of(
                                S3 + "endpoint",
                                Type.TEXT,
                                "Server to speak to, as a URL, if it is not Amazon's.")
                        .fallback("Amazon's, by region"),
                of(S3 + "region", Type.TEXT, "Region of the bucket. Required without endpoint.")
                        .fallback("us-east-1 with endpoint"),
                of(
                                S3 + "path_style",
                                Type.BOOL,
                                "Whether the bucket is named in the path rather than in the host's"
                                        + " name.")
                        .fallback("true with endpoint, else false"),
                of(
                        S3 + "ca_file",
                        Type.FILE,
                        "Certificates of authorities to trust besides the public ones, in PEM."),
                of(
                        S3 + "profile",
                        Type.TEXT,
                        "Profile of the shared credentials file to take keys or a role from."),
                of(S3 + "credentials_file", Type.FILE, "The file that profile is in.")
                        .fallback("~/.aws/credentials"),
                of(
                        S3 + "access_key",
                        Type.TEXT,
                        "A fixed key. Without it and without profile: environment, web identity"
                                + " token, default profile, container or instance role, in this"
                                + " order."),
                of(S3 + "secret_key", Type.SECRET, "Its secret part. Better in secret_key_file."),
                of(S3 + "secret_key_file", Type.FILE, "File with the secret part alone in it."),
                of(
                                S3 + "sse",
                                Type.CHOICE,
                                "Encryption at rest by the server: its own key, one of KMS, or one"
                                        + " we send along each time.")
                        .choices("none", "s3", "kms", "customer")
                        .fallback("none"),
                of(S3 + "sse_kms_key_id", Type.TEXT, "Key of KMS for sse: kms.")
                        .fallback("the account's key for S3"),
                of(
                        S3 + "sse_customer_key_file",
                        Type.FILE,
                        "File with 32 bytes in base64 for sse: customer. Without it nothing can be"
                                + " read again."),
                of(S3 + "storage_class", Type.TEXT, "Storage class of what is written.")
                        .fallback("the bucket's"),
                of(S3 + "tags", Type.SCALARS, "Tags of what is written, at most 10."),
                of(
                                S3 + "deadline",
                                Type.TIME,
                                "How long a request may take with all its repetitions.")
                        .range(1, 3_600, "s")
                        .fallback("2min"),
                of(
                                S3 + "part_size",
                                Type.SIZE,
                                "Size of the parts of large objects; times 10,000 it is the largest"
                                        + " one.")
                        .range(5L << 20, 1L << 30, "bytes")
                        .fallback("8MB"),
                of(
                                S3 + "parts_in_flight",
                                Type.INT,
                                "How many parts are sent at the same time; each takes memory of its"
                                        + " size.")
                        .range(1, 64, "")
                        .fallback("4"));
    }

    private static List<Key> cipher() {
        var cipher = REPOSITORY + "cipher.";
        return List.of(
                of(
                                cipher + "type",
                                Type.CHOICE,
                                "Encryption by us, before anything leaves this node. Cannot be"
                                        + " changed once the repository has something.")
                        .choices("none", "aes-256-cbc")
                        .fallback("none"),
                of(
                        cipher + "passphrase",
                        Type.SECRET,
                        "What the keys are derived from: without it nothing can be restored, so keep"
                                + " it elsewhere too. Better in passphrase_file."),
                of(cipher + "passphrase_file", Type.FILE, "File with the passphrase alone in it."));
    }

    private static List<Key> retention() {
        return List.of(
                of(
                                RETENTION + "full",
                                Type.INT,
                                "How many full backups are kept, or for how many days, with what"
                                        + " depends on them. Nothing expires without it.")
                        .range(1, 9_999_999, ""),
                of(RETENTION + "full_type", Type.CHOICE, "Whether full counts backups or days.")
                        .choices("count", "time")
                        .fallback("count"),
                of(RETENTION + "diff", Type.INT, "How many differential backups are kept.")
                        .range(1, 9_999_999, "")
                        .fallback("as long as their full backup"),
                of(
                                RETENTION + "archive",
                                Type.INT,
                                "For how many backups of archive_type all WAL is kept; older ones"
                                        + " keep what makes them consistent.")
                        .range(1, 9_999_999, "")
                        .fallback(
                                "as full, which keeps all that are listed restorable to any time"),
                of(
                                RETENTION + "archive_type",
                                Type.CHOICE,
                                "The kind of backup that archive counts.")
                        .choices("full", "diff", "incr")
                        .fallback("full"),
                of(
                                RETENTION + "history",
                                Type.INT,
                                "For how many days the manifests of expired backups are kept.")
                        .range(0, 9_999_999, "days")
                        .fallback("for ever"));
    }

    private static List<Key> making() {
        return List.of(
                of("backup.compress", Type.CHOICE, "Compression of files and WAL.")
                        .choices("zst", "lz4", "gz", "bz2", "none")
                        .fallback("zst"),
                of(
                                "backup.compress_level",
                                Type.INT,
                                "Its level: zst -7 to 22, lz4 -5 to 12, gz 0 to 9, bz2 1 to 9.")
                        .range(-7, 22, "")
                        .fallback("3 for zst, 1 for lz4, 6 for gz, 9 for bz2"),
                of(
                                "backup.processes",
                                Type.INT,
                                "How many files are read, compressed and written at the same time.")
                        .range(1, 64, "")
                        .fallback("2"),
                of("backup.bundle", Type.BOOL, "Whether small files are stored together.")
                        .fallback("true"),
                of("backup.bundle_size", Type.SIZE, "How much goes into one bundle.")
                        .range(1 << 20, 1L << 40, "bytes")
                        .fallback("20MB"),
                of("backup.bundle_limit", Type.SIZE, "Up to this size a file is small.")
                        .range(8 << 10, 1L << 40, "bytes")
                        .fallback("2MB"),
                of(
                                "backup.block_incremental",
                                Type.BOOL,
                                "Whether a differential or incremental backup stores only changed"
                                        + " blocks. Needs bundle; stock pgBackRest reads it from 2.46"
                                        + " on.")
                        .fallback("false"),
                of(
                                "backup.from",
                                Type.CHOICE,
                                "Which member's files are read: a standby if one is fit, a standby or"
                                        + " none, or the primary.")
                        .choices("standby-prefer", "standby", "primary")
                        .fallback("standby-prefer"),
                of(
                                "backup.rate_limit",
                                Type.SIZE,
                                "How much is read per second at most. Without it a backup slows down"
                                        + " only where replication or commits suffer.")
                        .range(1 << 20, 1L << 50, "bytes per second"),
                of(
                                "backup.checksum_page",
                                Type.BOOL,
                                "Whether page checksums are checked, where the cluster has them.")
                        .fallback("true"),
                of(
                                "backup.start_fast",
                                Type.BOOL,
                                "Whether a backup begins with a fast checkpoint.")
                        .fallback("true"),
                of(
                        "backup.exclude",
                        Type.LINES,
                        "Paths in the data directory that are left out; with a / at the end, what is"
                                + " in that folder."),
                of(
                                "backup.spool_dir",
                                Type.PATH,
                                "Directory for WAL on its way, made for this node alone.")
                        .fallback("spool in matriarch.state_dir"),
                of(
                                "backup.stock_lock_dir",
                                Type.PATH,
                                "Where a stock pgbackrest on this host keeps its locks (its"
                                        + " lock-path). They are held while we make or expire"
                                        + " backups.")
                        .fallback("/tmp/pgbackrest"));
    }

    private static List<Key> archive() {
        return List.of(
                of(
                                "backup.archive.timeout",
                                Type.TIME,
                                "How long archive_command and the end of a backup wait for WAL to be"
                                        + " archived, before they fail and are repeated.")
                        .range(1, 86_400, "s")
                        .fallback("1min"),
                of(
                                "backup.archive.processes",
                                Type.INT,
                                "How many WAL segments are sent, or fetched, at the same time.")
                        .range(1, 64, "")
                        .fallback("2"),
                of(
                                "backup.archive.prefetch",
                                Type.SIZE,
                                "How much WAL is fetched ahead of what is asked for.")
                        .range(0, 1L << 40, "bytes")
                        .fallback("128MB"));
    }

    private static List<Key> drill() {
        return List.of(
                of(
                                "backup.drill.directory",
                                Type.PATH,
                                "Scratch directory of restore drills, as large as the cluster; made,"
                                        + " emptied and removed.")
                        .fallback("drill in backup.spool_dir"),
                of(
                        "backup.drill.sql",
                        Type.LINES,
                        "Statements a restored server must execute; one that answers f is"
                                + " damage."));
    }

    private static List<Key> schedules() {
        return List.of(
                of(SCHEDULE + "name", Type.TEXT, "Name of this schedule: unique.").must(),
                of(
                                SCHEDULE + "task",
                                Type.CHOICE,
                                "What runs; each run is on one member of the cluster.")
                        .choices(
                                "backup-full",
                                "backup-diff",
                                "backup-incr",
                                "expire",
                                "verify",
                                "drill")
                        .must(),
                of(
                                SCHEDULE + "cron",
                                Type.TEXT,
                                "When: minute, hour, day of month, month, day of week, such as 30 1 * *"
                                        + " SUN; or Quartz' form with seconds before and a year behind.")
                        .must(),
                of(SCHEDULE + "zone", Type.TEXT, "Time zone of cron, such as Europe/Vienna.")
                        .fallback("UTC"),
                of(SCHEDULE + "jitter", Type.TIME, "Begins by chance up to this much later.")
                        .range(0, 86_400, "s")
                        .fallback("0"),
                of(
                                SCHEDULE + "missed",
                                Type.CHOICE,
                                "What becomes of a run whose time passed while no member could run"
                                        + " it.")
                        .choices("run", "skip")
                        .fallback("skip"));
    }
}
