package io.matriarch.backup.engine;

import io.matriarch.backup.engine.copy.CopyQueue;
import io.matriarch.backup.engine.copy.Tally;
import io.matriarch.backup.engine.copy.Throttle;
import io.matriarch.backup.engine.core.Progress;
import io.matriarch.backup.engine.core.Progress.Phase;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.progress.core.Pace;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far a backup is; asked by many, told by the backup's own thread. */
final class Meter {
    private final long begun = System.nanoTime();
    private final Throttle throttle;
    private final Tally tally;
    private volatile Phase phase = Phase.PREPARING;
    private volatile @Nullable Label label;
    private volatile @Nullable CopyQueue queue;
    private volatile Pace pace = Pace.from(0, System.nanoTime());

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
        pace = Pace.from(throttle.count(), System.nanoTime());
    }

    /** Measures the rate since the last call, bytes per second; by the backup's own thread. */
    long measure() {
        long now = System.nanoTime();
        long count = throttle.count();
        Pace before = pace;
        pace = before.at(count, now);
        return (long) before.since(count, now);
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
                copying ? (long) pace.bytesPerSecond() : 0,
                Duration.ofNanos(System.nanoTime() - begun),
                copying ? pace.left(bytes - Math.max(done, throttle.count())) : Optional.empty());
    }
}
