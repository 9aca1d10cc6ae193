package io.matriarch.cli.core;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a job stands, in a line with a bar. */
public final class ProgressBar {
    private static final int WIDTH = 20;
    private static final int WHOLE = 100;

    private ProgressBar() {}

    /**
     * {@code [#####...............] 25 % local: copying, 1.0 GB of 4.0 GB, 12 of 40 files, 80.0
     * MB/s, 38 s left}.
     *
     * @param progress as the members tell it: {@code phase}, {@code repository}, {@code bytesDone}
     *     and so on; empty if it tells none
     * @param sentence stands in its place where no bytes are counted
     */
    public static String line(
            Map<String, @Nullable Object> progress, String sentence, Instant now) {
        long bytes = number(progress, "bytes");
        if (bytes == 0) return sentence;
        long done = Math.min(bytes, number(progress, "bytesDone"));
        int percent = (int) (done * (double) WHOLE / bytes);
        int full = percent * WIDTH / WHOLE;
        var said = new ArrayList<String>();
        said.add(phase(progress));
        said.add(WalView.bytes(done) + " of " + WalView.bytes(bytes));
        long files = number(progress, "files");
        if (files > 0) said.add("%d of %d files".formatted(number(progress, "filesDone"), files));
        long rate = number(progress, "bytesPerSecond");
        if (rate > 0) said.add(WalView.bytes(rate) + "/s");
        left(progress, now).ifPresent(time -> said.add(span(time) + " left"));
        return "[%s%s] %d %% %s"
                .formatted(
                        "#".repeat(full),
                        ".".repeat(WIDTH - full),
                        percent,
                        String.join(", ", said));
    }

    private static String span(Duration time) {
        if (time.toHours() > 0)
            return "%d h %d min".formatted(time.toHours(), time.toMinutesPart());
        if (time.toMinutes() > 0)
            return "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart());
        return time.toSeconds() + " s";
    }

    private static String phase(Map<String, @Nullable Object> progress) {
        String repository = Json.text(progress, "repository");
        String phase = Json.text(progress, "phase").replace('_', ' ');
        return repository.isEmpty() ? phase : repository + ": " + phase;
    }

    private static long number(Map<String, @Nullable Object> progress, String key) {
        return Math.max(0, Json.number(progress, key).orElse(0L));
    }

    /** By the member's clock against ours: what is past already is not shown. */
    private static Optional<Duration> left(Map<String, @Nullable Object> progress, Instant now) {
        String end = Json.text(progress, "end");
        if (end.isEmpty()) return Optional.empty();
        try {
            return Optional.of(Duration.between(now, Instant.parse(end)))
                    .filter(Duration::isPositive);
        } catch (DateTimeException unknown) {
            return Optional.empty();
        }
    }
}
