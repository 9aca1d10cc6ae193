package io.matriarch.monitor.core;

import java.time.Duration;

/** How often something is asked, unless {@code monitor.intervals} says otherwise. */
public enum Tier {
    /** Positions of the WAL. */
    FAST(Duration.ofSeconds(1), Duration.ofSeconds(5)),
    /** What changes within seconds and is cheap to ask for. */
    NORMAL(Duration.ofSeconds(10), Duration.ofSeconds(5)),
    /** Counters and states. */
    SLOW(Duration.ofSeconds(60), Duration.ofSeconds(5)),
    /** Sizes and what each database has to be asked for. */
    HOURLY(Duration.ofHours(1), Duration.ofSeconds(10));

    private final Duration interval;
    private final Duration timeout;

    Tier(Duration interval, Duration timeout) {
        this.interval = interval;
        this.timeout = timeout;
    }

    public Duration interval() {
        return interval;
    }

    /** {@code statement_timeout} of its statements. */
    public Duration timeout() {
        return timeout;
    }
}
