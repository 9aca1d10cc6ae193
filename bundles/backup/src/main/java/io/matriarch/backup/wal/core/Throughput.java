package io.matriarch.backup.wal.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast WAL is archived and how fast it comes, over the last minutes. Produced is what was
 * archived plus what the waiting has grown by.
 *
 * @param samples oldest first
 */
public record Throughput(List<Sample> samples) {
    public static final Throughput NONE = new Throughput(List.of());

    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Duration STEP = Duration.ofSeconds(5);

    /**
     * @param at time on a monotonic clock, nanoseconds
     * @param archivedBytes since the start
     * @param waitingBytes at that instant
     */
    public record Sample(long at, long archivedBytes, long waitingBytes) {}

    /** Bytes per second. */
    public record Rates(double archived, double produced, long seconds) {}

    public Throughput {
        samples = List.copyOf(samples);
    }

    /** With one more; those that come close behind each other are one. */
    public Throughput with(Sample sample) {
        var kept = new ArrayList<Sample>();
        for (var old : samples) if (sample.at() - old.at() <= WINDOW.toNanos()) kept.add(old);
        boolean close =
                kept.size() > 1 && sample.at() - kept.get(kept.size() - 2).at() < STEP.toNanos();
        if (close) kept.removeLast();
        kept.add(sample);
        return new Throughput(kept);
    }

    public Rates rates() {
        if (samples.size() < 2) return new Rates(0, 0, 0);
        var first = samples.getFirst();
        var last = samples.getLast();
        double seconds = (last.at() - first.at()) / 1e9;
        if (seconds <= 0) return new Rates(0, 0, 0);
        long archived = last.archivedBytes() - first.archivedBytes();
        long grown = last.waitingBytes() - first.waitingBytes();
        return new Rates(
                archived / seconds, Math.max(0, archived + grown) / seconds, Math.round(seconds));
    }
}
