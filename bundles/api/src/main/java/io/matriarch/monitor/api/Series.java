package io.matriarch.monitor.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One figure over time, as a chart draws it.
 *
 * @param name such as {@code connections} or {@code replication_lag_seconds{standby="b"}}
 * @param first the time of the first value
 * @param step between two values
 * @param values NaN where nothing is known
 */
public record Series(String name, Instant first, Duration step, List<Double> values) {
    public Series {
        values = List.copyOf(values);
    }
}
