package io.matriarch.monitor.api;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts durations by range; for any number of threads. */
public final class Histogram {
    /** 1 ms to 10 s: what a request to the store may take. */
    public static final List<Double> REQUEST_SECONDS =
            List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);

    private final List<Double> bounds;
    private final LongAdder[] counts;
    private final LongAdder nanos = new LongAdder();

    /**
     * @param boundsSeconds upper bounds, rising
     */
    public Histogram(List<Double> boundsSeconds) {
        bounds = List.copyOf(boundsSeconds);
        counts = Stream.generate(LongAdder::new).limit(bounds.size() + 1).toArray(LongAdder[]::new);
    }

    public void observe(Duration took) {
        double seconds = took.toNanos() / 1e9;
        int range = 0;
        while (range < bounds.size() && seconds > bounds.get(range)) range++;
        counts[range].increment();
        nanos.add(took.toNanos());
    }

    public Sample.Distribution sample(String... labels) {
        return new Sample.Distribution(
                List.of(labels),
                bounds,
                Stream.of(counts).map(LongAdder::sum).toList(),
                nanos.sum() / 1e9);
    }
}
