package io.matriarch.backup.format;

import io.matriarch.api.Lsn;
import io.matriarch.api.SystemId;
import io.matriarch.backup.codec.Compression;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Backups for tests: what a case is not about has a value that fits. */
public final class Entries {
    public static final DbControl PG17 = cluster(1, 17);

    private Entries() {}

    public static DbControl cluster(int id, int major) {
        return new DbControl(
                new DbIdentity(id, new SystemId("771116683567977587" + id), new PgVersion(major)),
                major * 100,
                202406281L + id);
    }

    /** One segment of WAL, made in a minute. */
    public static BackupEntry entry(String label, String prior, int dbId, String... wal) {
        var l = new Label(label);
        var start = l.start().toInstant(ZoneOffset.UTC);
        var first = wal.length > 0 ? wal[0] : "000000010000000000000001";
        var last = wal.length > 1 ? wal[1] : first;
        return new BackupEntry(
                l,
                l.type(),
                "2.55.1",
                Collections.emptySortedMap(),
                Optional.of(new WalRange(WalSegment.parse(first), WalSegment.parse(last))),
                Optional.of(WalSegment.parse(first).start(WalSegment.DEFAULT_SIZE)),
                Optional.of(
                        new Lsn(
                                WalSegment.parse(last).start(WalSegment.DEFAULT_SIZE).value()
                                        + 80)),
                Optional.of(false),
                new BackupSizes(100, 100, 50, 50, OptionalLong.empty(), OptionalLong.empty()),
                prior.isEmpty() ? Optional.empty() : Optional.of(new Label(prior)),
                prior.isEmpty() ? List.of() : List.of(l.full()),
                start,
                start.plusSeconds(60),
                dbId,
                new BackupOptions(true, false, false, true, true, false, true));
    }

    public static BackupEntry entry(String label, String prior) {
        return entry(label, prior, 1);
    }

    public static BackupEntry withPageErrors(BackupEntry b) {
        return new BackupEntry(
                b.label(),
                b.type(),
                b.version(),
                b.annotations(),
                b.wal(),
                b.lsnStart(),
                b.lsnStop(),
                Optional.of(true),
                b.sizes(),
                b.prior(),
                b.references(),
                b.start(),
                b.stop(),
                b.dbId(),
                b.options());
    }

    public static BackupInfo info(BackupEntry... backups) {
        return new BackupInfo("2.55.1", List.of(PG17), 1, List.of(backups), Optional.empty());
    }

    /** The smallest manifest there can be. */
    public static Manifest manifest(BackupEntry b) {
        var references = new ArrayList<>(b.references());
        references.add(b.label());
        var targets = new TreeMap<String, Manifest.Target>();
        targets.put(
                "pg_data",
                new Manifest.Target("/pg/data", false, Optional.empty(), Optional.empty()));
        return new Manifest(
                b.version(),
                new ManifestBackup(
                        b.label(),
                        b.type(),
                        b.prior(),
                        references,
                        b.wal().map(WalRange::first),
                        b.wal().map(WalRange::last),
                        b.lsnStart(),
                        b.lsnStop(),
                        b.start(),
                        Optional.of(b.start().plusSeconds(1)),
                        Optional.of(b.stop()),
                        false,
                        false,
                        false),
                cluster(b.dbId(), 17),
                new ManifestOptions(
                        true,
                        false,
                        Optional.of(false),
                        java.util.OptionalInt.empty(),
                        Optional.of(true),
                        Compression.ZST,
                        java.util.OptionalInt.of(3),
                        java.util.OptionalInt.empty(),
                        Optional.of(false),
                        false,
                        true,
                        java.util.OptionalInt.of(1)),
                targets,
                Optional.empty(),
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                new Attributes("postgres", "postgres", "0600"),
                Collections.emptySortedMap(),
                Attributes.AS_DEFAULT,
                Collections.emptySortedMap(),
                new Attributes("postgres", "postgres", "0700"));
    }

    public static Instant at(String text) {
        return Instant.parse(text);
    }
}
