package io.matriarch.backup.expire.core;

import io.matriarch.backup.format.BackupType;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How long backups and WAL are kept.
 *
 * @param full which full backups, with all that build on them
 * @param differentials how many of the newest fulls and differentials together, 1 or more; older
 *     differentials go with their incrementals. Empty: as long as their full
 * @param archive how many backups of {@code archiveType} have all WAL since; older ones that are
 *     still there keep what makes them consistent. Empty: as the format's rule derives it
 * @param archiveType which backups count; a full counts as a differential, all as an incremental
 * @param historyDays how long manifests of removed backups are kept; 0: not at all. Empty: for ever
 */
public record Retention(
        Full full,
        OptionalInt differentials,
        OptionalInt archive,
        BackupType archiveType,
        OptionalInt historyDays) {

    /** Nothing is ever removed. */
    public static final Retention FOR_EVER =
            new Retention(
                    new Full.All(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    BackupType.FULL,
                    OptionalInt.empty());

    public Retention {
        if (differentials.isPresent()) atLeast("differentials", differentials.getAsInt(), 1);
        if (archive.isPresent()) atLeast("archive", archive.getAsInt(), 1);
        if (historyDays.isPresent()) atLeast("history", historyDays.getAsInt(), 0);
    }

    /** Which full backups are kept. */
    public sealed interface Full {
        /** Every one. */
        record All() implements Full {}

        /**
         * @param newest how many, 1 or more
         */
        record Count(int newest) implements Full {
            public Count {
                atLeast("full", newest, 1);
            }
        }

        /**
         * So many that any moment of this time can be restored.
         *
         * @param days 1 or more
         */
        record Days(int days) implements Full {
            public Days {
                atLeast("full", days, 1);
            }
        }
    }

    /**
     * How many backups of the archive's type keep all WAL since.
     *
     * @param keptFulls how many fulls are kept
     * @return empty: no WAL is removed
     */
    OptionalInt archiveCount(int keptFulls) {
        if (archive.isPresent()) return archive;
        return switch (archiveType) {
            case FULL ->
                    switch (full) {
                        case Full.All _ -> OptionalInt.empty();
                        case Full.Count(int newest) -> OptionalInt.of(newest);
                        case Full.Days _ ->
                                keptFulls == 0 ? OptionalInt.empty() : OptionalInt.of(keptFulls);
                    };
            case DIFFERENTIAL -> differentials;
            case INCREMENTAL -> OptionalInt.empty();
        };
    }

    private static void atLeast(String what, int value, int least) {
        if (value < least)
            throw new IllegalArgumentException(
                    "retention of %s: %d, must be %d or more".formatted(what, value, least));
    }

    /** In words, for plans. */
    @Override
    public String toString() {
        String fulls =
                switch (full) {
                    case Full.All _ -> "all fulls";
                    case Full.Count(int newest) ->
                            "%d full%s".formatted(newest, newest == 1 ? "" : "s");
                    case Full.Days(int days) -> "%d day%s".formatted(days, days == 1 ? "" : "s");
                };
        return fulls
                + (differentials.isPresent()
                        ? ", %d differentials".formatted(differentials.getAsInt())
                        : "")
                + Optional.of(archive)
                        .filter(OptionalInt::isPresent)
                        .map(count -> ", WAL of %d %s".formatted(count.getAsInt(), archiveType))
                        .orElse("");
    }
}
