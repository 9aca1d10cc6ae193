package io.matriarch.backup.progress;

import io.matriarch.backup.progress.core.Pace;
import io.matriarch.schedule.api.JobProgress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Makes figures of counts: measures the rate whenever somebody looks, once a second at most. */
public final class ProgressMeter {
    private static final long MEASURED_EVERY = TimeUnit.SECONDS.toNanos(1);

    private final String repository;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Instant started;
    private String phase = ""; // guarded by this, as is the pace
    private Pace pace;

    /**
     * @param nanos a clock that only goes on
     */
    public ProgressMeter(String repository, InstantSource clock, LongSupplier nanos) {
        this.repository = repository;
        this.clock = clock;
        this.nanos = nanos;
        started = clock.instant();
        pace = Pace.from(0, nanos.getAsLong());
    }

    /** In a phase that counts nothing. */
    public JobProgress of(String phase) {
        return of(phase, 0, 0, 0, 0);
    }

    /**
     * @param phase each has a rate and an end of its own
     * @param bytes 0 if they are not known
     * @param files 0 if they are not known
     */
    public synchronized JobProgress of(
            String phase, long bytesDone, long bytes, long filesDone, long files) {
        long now = nanos.getAsLong();
        if (!phase.equals(this.phase)) {
            this.phase = phase;
            pace = Pace.from(bytesDone, now);
        } else if (now - pace.nanos() >= MEASURED_EVERY) {
            pace = pace.at(bytesDone, now);
        }
        return new JobProgress(
                phase,
                repository,
                bytesDone,
                bytes,
                filesDone,
                files,
                (long) pace.bytesPerSecond(),
                started,
                bytes > 0 ? pace.end(bytes - bytesDone, clock.instant()) : Optional.empty());
    }
}
