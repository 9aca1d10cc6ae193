package io.matriarch.backup.format;

import io.matriarch.api.Lsn;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A complete backup, as {@code backup.info} lists it.
 *
 * @param version of the program that made it
 * @param annotations what people noted
 * @param wal needed to make it consistent; empty if it was made offline
 * @param lsnStart where replay begins; empty if offline
 * @param lsnStop where it is consistent; empty if offline
 * @param pageErrors whether page checksum errors were found; empty in entries that do not tell
 * @param prior what it builds on; empty for a full
 * @param references every other backup that holds files of it, by label; empty for a full
 * @param start by the database's clock, whole seconds
 * @param stop likewise
 * @param dbId history id of the cluster
 */
public record BackupEntry(
        Label label,
        BackupType type,
        String version,
        SortedMap<String, String> annotations,
        Optional<WalRange> wal,
        Optional<Lsn> lsnStart,
        Optional<Lsn> lsnStop,
        Optional<Boolean> pageErrors,
        BackupSizes sizes,
        Optional<Label> prior,
        List<Label> references,
        Instant start,
        Instant stop,
        int dbId,
        BackupOptions options) {

    public BackupEntry {
        var ordered = new TreeMap<String, String>(Utf8Order.INSTANCE);
        ordered.putAll(annotations);
        annotations = Collections.unmodifiableSortedMap(ordered);
        references = List.copyOf(references);
        if (label.type() != type)
            throw new IllegalArgumentException(label + " is not the label of a " + type);
        if ((type == BackupType.FULL) == prior.isPresent())
            throw new IllegalArgumentException(
                    "a %s backup %s"
                            .formatted(
                                    type,
                                    prior.map(p -> "that builds on " + p)
                                            .orElse("without backup-prior")));
    }

    public BackupEntry withAnnotations(SortedMap<String, String> annotations) {
        return new BackupEntry(
                label,
                type,
                version,
                annotations,
                wal,
                lsnStart,
                lsnStop,
                pageErrors,
                sizes,
                prior,
                references,
                start,
                stop,
                dbId,
                options);
    }

    /** Whether page checksums were checked and all good. */
    public boolean pagesClean() {
        return options.checksumPage() && pageErrors.isPresent() && !pageErrors.get();
    }

    /** What {@code backup.info} says of a backup whose manifest is at hand. */
    public static BackupEntry of(Manifest manifest, BackupSizes sizes, boolean pageErrors) {
        var backup = manifest.backup();
        var options = manifest.options();
        return new BackupEntry(
                backup.label(),
                backup.type(),
                manifest.version(),
                manifest.annotations(),
                backup.wal(),
                backup.lsnStart(),
                backup.lsnStop(),
                Optional.of(pageErrors),
                sizes,
                backup.prior(),
                backup.references().stream().filter(l -> !l.equals(backup.label())).toList(),
                backup.start(),
                backup.stop()
                        .orElseThrow(() ->
                                new IllegalArgumentException(backup.label() + " is not complete")),
                manifest.db().id(),
                options.forInfo());
    }
}
