package io.matriarch.backup.restore.core;

import io.matriarch.backup.format.BackupEntry;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.restore.core.RestorePlanner.Rates;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What restores are estimated by, once something was measured. */
public final class MeasuredRates {
    /** Older drills were made on other hardware, and of another database. */
    private static final int NEWEST = 5;

    /** Replaying less, PostgreSQL's start takes most of the time. */
    private static final long ENOUGH_SEGMENTS = 16;

    /** Less than that measures the start of things. */
    private static final Duration ENOUGH_TIME = Duration.ofMillis(500);

    /** A restore writes where a backup only read. */
    private static final double RESTORE_PER_BACKUP = 0.6;

    /** Replay of busier WAL takes longer than a drill's. */
    private static final double REPLAY_MARGIN = 1.2;

    private MeasuredRates() {}

    /**
     * What a restore drill took.
     *
     * @param bytes restored
     * @param segments of WAL replayed, at most; 0 if that was not noted
     */
    public record Drilled(
            Instant at, long bytes, Duration restore, long segments, Duration recovery) {}

    /**
     * By the newest drills; without one, by how long the newest full backup took.
     *
     * @return empty: nothing was measured that could be told from
     */
    public static Optional<Rates> of(List<Drilled> drills, List<BackupEntry> backups) {
        var newest =
                drills.stream()
                        .sorted(Comparator.comparing(Drilled::at).reversed())
                        .limit(NEWEST)
                        .toList();
        var bytes = bytesPerSecond(newest, backups);
        if (bytes.isEmpty()) return Optional.empty();
        return Optional.of(
                new Rates(
                        bytes.get(),
                        segmentsPerSecond(newest).orElse(Rates.CAUTIOUS.segmentsPerSecond())));
    }

    private static Optional<Double> bytesPerSecond(
            List<Drilled> drills, List<BackupEntry> backups) {
        double bytes = drills.stream().mapToLong(Drilled::bytes).sum();
        double millis = drills.stream().mapToLong(drill -> drill.restore().toMillis()).sum();
        if (millis >= ENOUGH_TIME.toMillis() && bytes > 0) return Optional.of(bytes * 1e3 / millis);
        return backups.stream()
                .filter(backup -> backup.type() == BackupType.FULL)
                .max(Comparator.comparing(BackupEntry::stop))
                .filter(full -> took(full).compareTo(ENOUGH_TIME) >= 0 && full.sizes().size() > 0)
                .map(full ->
                        RESTORE_PER_BACKUP * full.sizes().size() * 1e3 / took(full).toMillis());
    }

    private static Duration took(BackupEntry backup) {
        return Duration.between(backup.start(), backup.stop());
    }

    private static Optional<Double> segmentsPerSecond(List<Drilled> drills) {
        var telling = drills.stream().filter(each -> each.segments() >= ENOUGH_SEGMENTS).toList();
        double segments = telling.stream().mapToLong(Drilled::segments).sum();
        double millis = telling.stream().mapToLong(drill -> drill.recovery().toMillis()).sum();
        if (segments == 0 || millis <= 0) return Optional.empty();
        return Optional.of(segments * 1e3 / millis / REPLAY_MARGIN);
    }
}
