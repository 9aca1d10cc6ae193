package io.matriarch.backup.engine;

import io.matriarch.backup.engine.copy.CopyQueue;
import io.matriarch.backup.engine.copy.Tally;
import io.matriarch.backup.engine.copy.Throttle;
import io.matriarch.backup.engine.core.Progress;
import io.matriarch.backup.engine.core.Progress.Phase;
import io.matriarch.backup.format.Label;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far a backup is; asked by many, told by the backup's own thread. */
final class Meter {
    private static final double NANOS = 1e9;

    /** Of the rate before, as much stays as is older than so much. */
    private static final double SMOOTH_SECONDS = 10;

    private final long begun = System.nanoTime();
    private final Throttle throttle;
    private final Tally tally;
    private volatile Phase phase = Phase.PREPARING;
    private volatile @Nullable Label label;
    private volatile @Nullable CopyQueue queue;
    private volatile double rate;
    private long measuredAt = System.nanoTime();
    private long measured;

    Meter(Throttle throttle, Tally tally) {
        this.throttle = throttle;
        this.tally = tally;
    }

    void phase(Phase next) {
        phase = next;
    }

    void label(Label chosen) {
        label = chosen;
    }

    /** Copying begins: its bytes are counted from here on. */
    void copying(CopyQueue filled) {
        queue = filled;
        phase = Phase.COPYING;
        measuredAt = System.nanoTime();
        measured = throttle.count();
    }

    /** Measures the rate since the last call, bytes per second; by the backup's own thread. */
    long measure() {
        long now = System.nanoTime();
        long count = throttle.count();
        double seconds = Math.max(1e-3, (now - measuredAt) / NANOS);
        double lately = (count - measured) / seconds;
        double old = rate == 0 ? 0 : Math.exp(-seconds / SMOOTH_SECONDS);
        rate = old * rate + (1 - old) * lately;
        measuredAt = now;
        measured = count;
        return (long) lately;
    }

    Progress progress() {
        var present = queue;
        long files = present == null ? 0 : present.files();
        long bytes = present == null ? 0 : present.bytes();
        long done = tally.bytes();
        var copying = phase == Phase.COPYING;
        return new Progress(
                phase,
                Optional.ofNullable(label).map(Label::text),
                files,
                bytes,
                tally.files(),
                Math.max(done, Math.min(bytes, throttle.count())),
                tally.stored(),
                copying ? (long) rate : 0,
                Duration.ofNanos(System.nanoTime() - begun),
                copying
                        ? Progress.remaining(bytes - Math.max(done, throttle.count()), (long) rate)
                        : Optional.empty());
    }
}
