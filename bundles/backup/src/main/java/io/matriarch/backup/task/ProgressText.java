package io.matriarch.backup.task;

import io.matriarch.backup.engine.core.Progress;
import io.matriarch.schedule.api.JobProgress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Where a backup or restore stands, in one sentence for people. */
public final class ProgressText {
    private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB", "PB"};
    private static final double STEP = 1024;
    private static final double WITHOUT_DECIMALS = 10;

    private ProgressText() {}

    /**
     * @param repository name of it
     */
    public static String of(String repository, Progress now, Instant at) {
        String label = now.label().map(text -> text + " ").orElse("");
        return "%s: %s%s".formatted(repository, label, doing(now, at));
    }

    /** The same for programs. */
    public static JobProgress figures(String repository, Progress now, Instant at) {
        return new JobProgress(
                now.phase().name().toLowerCase(Locale.ROOT),
                repository,
                now.bytesDone(),
                now.bytes(),
                now.filesDone(),
                now.files(),
                now.bytesPerSecond(),
                at.minus(now.elapsed()).truncatedTo(ChronoUnit.SECONDS),
                now.remaining().map(left -> at.plus(left).truncatedTo(ChronoUnit.SECONDS)));
    }

    /**
     * @param doing what is done, such as {@code verifies WAL}; empty if that is plain
     */
    public static String of(String doing, JobProgress now, Instant at) {
        String name = now.repository().isEmpty() ? "" : now.repository() + ": ";
        if (now.bytes() == 0) return name + doing;
        return name
                + (doing.isEmpty() ? "" : doing + ", ")
                + part(now.bytesDone(), now.bytes())
                + rate(now.bytesPerSecond())
                + now.end()
                        .filter(end -> end.isAfter(at))
                        .map(end -> end(Duration.between(at, end), at))
                        .orElse("");
    }

    private static String doing(Progress now, Instant at) {
        return switch (now.phase()) {
            case PREPARING -> "reads what the repository holds";
            case STARTING -> "waits for PostgreSQL's checkpoint";
            case SCANNING -> "lists the files";
            case COPYING -> copying(now, at);
            case STOPPING -> "has copied " + amount(now.bytes()) + ", ends the backup";
            case WAITING_FOR_WAL -> "waits for the last WAL to be archived";
            case SAVING -> "saves the manifest";
            case DONE -> "is complete, " + amount(now.bytesStored()) + " stored";
        };
    }

    private static String copying(Progress now, Instant at) {
        return part(now.bytesDone(), now.bytes())
                + rate(now.bytesPerSecond())
                + now.remaining().map(left -> end(left, at)).orElse("");
    }

    /** {@code 40 % (1.2 GB of 3.0 GB)}. */
    public static String part(long done, long whole) {
        long percent = whole <= 0 ? 100 : Math.min(100, (long) (done * 100.0 / whole));
        return "%d %% (%s of %s)".formatted(percent, amount(done), amount(whole));
    }

    private static String rate(long bytesPerSecond) {
        return bytesPerSecond <= 0 ? "" : ", " + amount(bytesPerSecond) + "/s";
    }

    private static String end(Duration left, Instant at) {
        return ", %s left, until %s"
                .formatted(duration(left), at.plus(left).truncatedTo(ChronoUnit.SECONDS));
    }

    /** {@code 1 h 5 min}, {@code 2 min 3 s}, {@code 4 s}. */
    public static String duration(Duration time) {
        if (time.toHours() > 0)
            return "%d h %d min".formatted(time.toHours(), time.toMinutesPart());
        if (time.toMinutes() > 0)
            return "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart());
        return time.toSeconds() + " s";
    }

    /** {@code 512 bytes}, {@code 1.5 GB}; 1024 of each make the next. */
    public static String amount(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= STEP && unit < UNITS.length - 1) {
            value /= STEP;
            unit++;
        }
        String form = unit == 0 || value >= WITHOUT_DECIMALS ? "%.0f %s" : "%.1f %s";
        return String.format(Locale.ROOT, form, value, UNITS[unit]);
    }
}
