package io.matriarch.backup.format;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Choosing the label of a new backup. */
public final class Labels {
    private Labels() {}

    /**
     * @param usableFrom the label's own second ends here; the backup must not finish before, or the
     *     next one could want the same label
     */
    public record Chosen(Label label, Instant usableFrom) {}

    /**
     * A label after all others: a full's after every label, another's after all that build on the
     * same full. If the second is taken the next one is used.
     *
     * @param prior what the backup builds on; empty for a full
     * @param start when it begins, by the database's clock
     * @param taken of every folder there is, and of the newest year in {@code backup.history}
     * @throws FormatException not later than the newest: clock or zone went back
     */
    public static Chosen choose(
            BackupType type,
            Optional<Label> prior,
            Instant start,
            ZoneId zone,
            Collection<Label> taken)
            throws FormatException {
        var newest = newestRival(type, prior, taken);
        for (int later = 0; later <= 1; later++) {
            Instant at = start.plusSeconds(later);
            Label label =
                    prior.isPresent()
                            ? prior.get().dependent(type, at, zone)
                            : Label.full(at, zone);
            if (newest.isEmpty() || label.compareTo(newest.get()) > 0)
                return new Chosen(label, at.plusSeconds(1));
        }
        throw new FormatException(
                "a backup that starts at %s (%s) would not be later than %s"
                        .formatted(start, zone, newest.orElseThrow()),
                "was a clock set back, or does another node write labels in another time zone?");
    }

    private static Optional<Label> newestRival(
            BackupType type, Optional<Label> prior, Collection<Label> taken) {
        if ((type == BackupType.FULL) != prior.isEmpty())
            throw new IllegalArgumentException(type + " backup, building on " + prior);
        return taken.stream()
                .filter(label ->
                        prior.isEmpty()
                                || (!label.isFull() && label.full().equals(prior.get().full())))
                .max(Comparator.naturalOrder());
    }
}
